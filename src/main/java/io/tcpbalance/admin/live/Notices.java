package io.tcpbalance.admin.live;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * The latest notices. Of a burst only the beginning is taken, until {@link #endBurst}: what happens
 * to hundreds of hosts at once must not drive all else out. Any thread may call.
 */
final class Notices {

  /** How many are kept. */
  static final int KEPT = 100;

  /** How many are taken of one burst. */
  static final int MOST_IN_A_BURST = 20;

  private final Deque<Notice> kept = new ArrayDeque<>();
  private Consumer<Notice> heir = notice -> {};
  private int taken;
  private int leftOut;

  /** Returns whether it is taken. */
  synchronized boolean add(Notice notice) {
    if (taken == MOST_IN_A_BURST) {
      leftOut++;
      return false;
    }
    taken++;
    keep(notice);
    heir.accept(notice);
    return true;
  }

  /** Keeps one that is no part of a burst here. */
  synchronized void keep(Notice notice) {
    if (kept.size() == KEPT) {
      kept.remove();
    }
    kept.add(notice);
  }

  /** Whether there is a burst that has not ended. */
  synchronized boolean inBurst() {
    return taken > 0;
  }

  /** How many were left out of the burst; the next one may begin. */
  synchronized int endBurst() {
    int missing = leftOut;
    taken = 0;
    leftOut = 0;
    return missing;
  }

  /** The newest one last. */
  synchronized List<Notice> all() {
    return List.copyOf(kept);
  }

  /**
   * The same, for another who goes on with them.
   *
   * @param told each that is taken from now on; must not block
   */
  synchronized List<Notice> bequeath(Consumer<Notice> told) {
    heir = told;
    return all();
  }
}
