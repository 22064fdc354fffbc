package io.tcpbalance.admin.http;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections of the server. When there are too many, the one that has been without a request
 * for the longest time has to go: silent connections, however many, never keep the operator out.
 * Any thread may call.
 *
 * @param <C> a connection, told from others by identity
 */
final class Crowd<C> {

  private final int most;

  /** Those without a request under way, the longest idle one first. */
  private final Set<C> idle = new LinkedHashSet<>();

  private final Set<C> busy = new HashSet<>();

  /** Those whose answer has no end; others see to it that they are not too many. */
  private final Set<C> endless = new HashSet<>();

  /**
   * An empty one.
   *
   * @param most how many connections there may be before idle ones have to go, 1 or more
   */
  Crowd(int most) {
    this.most = most;
  }

  /**
   * A new connection, without a request yet. Returns who has to go for it, and is counted no more;
   * nobody where all others are busy, since there will be room soon.
   */
  synchronized @Nullable C enter(C connection) {
    C longestIdle = idle.isEmpty() ? null : idle.iterator().next();
    idle.add(connection);
    if (longestIdle == null || size() <= most) {
      return null;
    }
    idle.remove(longestIdle);
    return longestIdle;
  }

  /** A request has come. */
  synchronized void busy(C connection) {
    if (idle.remove(connection)) {
      busy.add(connection);
    }
  }

  /** The answer goes on until the client leaves: from now on it takes nobody's place. */
  synchronized void endless(C connection) {
    if (busy.remove(connection)) {
      endless.add(connection);
    }
  }

  /** All requests have been answered in full. */
  synchronized void idle(C connection) {
    if (busy.remove(connection) || endless.remove(connection)) {
      idle.add(connection);
    }
  }

  /** The connection has ended. */
  synchronized void leave(C connection) {
    idle.remove(connection);
    busy.remove(connection);
    endless.remove(connection);
  }

  /** Without those whose answer has no end. */
  synchronized int size() {
    return idle.size() + busy.size();
  }
}
