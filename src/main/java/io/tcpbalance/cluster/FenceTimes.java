package io.tcpbalance.cluster;

import java.time.Duration;

/**
 * How long a node may go on without the majority.
 *
 * @param quietAfterNanos then it uses no new slot
 * @param fenceAfterNanos then it gives all of its slots back, unasked
 * @param marginNanos how much longer the others wait: for clocks that differ, and sockets that take
 *     a while to be closed
 */
record FenceTimes(long quietAfterNanos, long fenceAfterNanos, long marginNanos) {

  private static final long LONGEST_QUIET_NANOS = Duration.ofSeconds(3).toNanos();
  private static final long LONGEST_BEAT_NANOS = Duration.ofMillis(500).toNanos();
  private static final long SHORTEST_MARGIN_NANOS = Duration.ofSeconds(1).toNanos();

  static FenceTimes of(Duration fenceAfter) {
    long nanos = fenceAfter.toNanos();
    return new FenceTimes(
        Math.min(LONGEST_QUIET_NANOS, nanos / 2),
        nanos,
        Math.max(SHORTEST_MARGIN_NANOS, nanos / 4));
  }

  /** From when a node is removed until its slots are free. */
  long removedToFreeNanos() {
    return fenceAfterNanos + marginNanos;
  }

  /** From one sign of life to the next: several may be lost before anybody takes them for quiet. */
  long beatNanos() {
    return Math.min(LONGEST_BEAT_NANOS, quietAfterNanos / 5);
  }

  Contact contact(long sinceMajorityNanos) {
    if (sinceMajorityNanos < quietAfterNanos) {
      return Contact.KEPT;
    }
    return sinceMajorityNanos < fenceAfterNanos ? Contact.MISSED : Contact.LOST;
  }
}
