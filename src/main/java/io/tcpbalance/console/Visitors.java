package io.tcpbalance.console;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The connections of the console. When there are too many, one has to go: the one that has been
 * silent for the longest time, first of those that have never said anything we understood. So
 * silent connections, however many, neither keep an operator out nor cost him his session. Any
 * thread may call.
 *
 * @param <C> a connection, told from others by identity
 */
final class Visitors<C> {

  private final int most;

  /** Those of whom nothing is known, the longest silent one first. */
  private final Set<C> strangers = new LinkedHashSet<>();

  /** Those who have used the console, the longest silent one first. */
  private final Set<C> guests = new LinkedHashSet<>();

  /**
   * None yet.
   *
   * @param most how many there may be, 1 or more
   */
  Visitors(int most) {
    this.most = most;
  }

  /** One more. Returns who has to go for it, and is counted no more. */
  synchronized @Nullable C enter(C visitor) {
    C mustGo = null;
    if (strangers.size() + guests.size() >= most) {
      Set<C> from = strangers.isEmpty() ? guests : strangers;
      mustGo = from.iterator().next();
      from.remove(mustGo);
    }
    strangers.add(visitor);
    return mustGo;
  }

  /** One of them has used the console. */
  synchronized void active(C visitor) {
    if (strangers.remove(visitor) || guests.remove(visitor)) {
      guests.add(visitor);
    }
  }

  synchronized void leave(C visitor) {
    strangers.remove(visitor);
    guests.remove(visitor);
  }

  synchronized List<C> all() {
    return Stream.concat(strangers.stream(), guests.stream()).toList();
  }
}
