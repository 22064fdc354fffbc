package io.tcpbalance.admin.live;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The viewers there are, up to so many. Any thread may call.
 *
 * @param <V> a viewer, told from others by identity
 */
final class Seats<V> {

  private final int most;
  private final Set<V> taken = new HashSet<>();

  Seats(int most) {
    this.most = most;
  }

  /** Returns whether there was a seat left. */
  synchronized boolean enter(V viewer) {
    return taken.size() < most && taken.add(viewer);
  }

  synchronized void leave(V viewer) {
    taken.remove(viewer);
  }

  synchronized boolean isFull() {
    return taken.size() >= most;
  }

  synchronized List<V> all() {
    return List.copyOf(taken);
  }
}
