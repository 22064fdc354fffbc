package io.tcpbalance.health;

/**
 * How long a back-end has to stay away after it failed. Not at all the first time; but one that
 * fails again soon after its return waits, each time twice as long, up to a longest wait. For each
 * such longest wait that it has been healthy its next one halves.
 */
final class FlapDamping {

  private final long firstWaitNanos;
  private final long longestWaitNanos;
  private long waitNanos;
  private long failedAtNanos;
  private long returnedAtNanos;
  private boolean hasReturned;

  /**
   * One for a back-end that has not failed yet.
   *
   * @param firstWaitNanos what one waits that fails again soon for the first time
   * @param longestWaitNanos 0 = nobody ever waits
   */
  FlapDamping(long firstWaitNanos, long longestWaitNanos) {
    this.firstWaitNanos = Math.min(firstWaitNanos, longestWaitNanos);
    this.longestWaitNanos = longestWaitNanos;
  }

  void failed(long nowNanos) {
    failedAtNanos = nowNanos;
    if (hasReturned && longestWaitNanos > 0) {
      waitNanos = nextWaitNanos((nowNanos - returnedAtNanos) / longestWaitNanos);
    }
  }

  private long nextWaitNanos(long quietPeriods) {
    if (quietPeriods == 0) {
      return Math.min(longestWaitNanos, Math.max(firstWaitNanos, 2 * waitNanos));
    }
    long left = waitNanos >> Math.min(quietPeriods, Long.SIZE - 1);
    return left < firstWaitNanos ? 0 : left;
  }

  void returned(long nowNanos) {
    hasReturned = true;
    returnedAtNanos = nowNanos;
  }

  /** As if it had never failed. */
  void forget() {
    hasReturned = false;
    waitNanos = 0;
  }

  /** From its failure to its return, at least. */
  long waitNanos() {
    return waitNanos;
  }

  /** What is left of the wait; 0 = it may come back. */
  long leftNanos(long nowNanos) {
    return Math.max(0, waitNanos - (nowNanos - failedAtNanos));
  }
}
