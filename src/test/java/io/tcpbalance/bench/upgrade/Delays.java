package io.tcpbalance.bench.upgrade;

import java.util.Arrays;
import java.util.List;

/** By how much longer than usual those took who waited while nobody was served. */
final class Delays {

  /** Of nobody. */
  static final Delays NONE = new Delays();

  /** Sorted. */
  private final long[] ns;

  private Delays(long... ns) {
    this.ns = ns;
  }

  /**
   * The delays of one crowd.
   *
   * @param jobs those that have ended around the pause
   * @param usualUntilNs what ended before that is usual
   */
  static Delays of(List<Crowd.Ended> jobs, long usualUntilNs, Order.Pause pause) {
    long[] usual =
        jobs.stream()
            .filter(job -> job.endedNs() - usualUntilNs < 0)
            .mapToLong(Crowd.Ended::tookNs)
            .sorted()
            .toArray();
    long median = usual.length == 0 ? 0 : usual[usual.length / 2];
    return new Delays(
        jobs.stream()
            .filter(job -> job.beganNs() - pause.fromNs() < 0 && job.endedNs() - pause.toNs() > 0)
            .mapToLong(job -> job.tookNs() - median)
            .sorted()
            .toArray());
  }

  /** Of this crowd and another one. */
  Delays and(Delays other) {
    long[] all = Arrays.copyOf(ns, ns.length + other.ns.length);
    System.arraycopy(other.ns, 0, all, ns.length, other.ns.length);
    Arrays.sort(all);
    return new Delays(all);
  }

  /** The delay in milliseconds that this share of them did not exceed; 0 without any. */
  double ms(double share) {
    int index = (int) Math.ceil(share * ns.length) - 1;
    return ns.length == 0 ? 0 : ns[Math.max(0, index)] / 1e6;
  }
}
