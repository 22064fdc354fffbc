package io.tcpbalance.admin.live;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The latest notices. Of a burst only the beginning is taken, until {@link #endBurst}: what happens
 * to hundreds of hosts at once must not drive all else out.
 */
final class Notices {

  /** How many are kept. */
  static final int KEPT = 100;

  /** How many are taken of one burst. */
  static final int MOST_IN_A_BURST = 20;

  private final Deque<Notice> kept = new ArrayDeque<>();
  private int taken;
  private int leftOut;

  /** Returns whether it is taken. */
  boolean add(Notice notice) {
    if (taken == MOST_IN_A_BURST) {
      leftOut++;
      return false;
    }
    taken++;
    keep(notice);
    return true;
  }

  private void keep(Notice notice) {
    if (kept.size() == KEPT) {
      kept.remove();
    }
    kept.add(notice);
  }

  /** Whether there is a burst that has not ended. */
  boolean inBurst() {
    return taken > 0;
  }

  /** How many were left out of the burst; the next one may begin. */
  int endBurst() {
    int missing = leftOut;
    taken = 0;
    leftOut = 0;
    return missing;
  }

  /** The newest one last. */
  List<Notice> all() {
    return List.copyOf(kept);
  }
}
