package io.tcpbalance.bench.upgrade;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** By how much longer clients took than the median of those who were served as usual. */
final class Delays {

  /** Of nobody. */
  static final Delays NONE = new Delays();

  /** Sorted. */
  private final long[] ns;

  private Delays(long... ns) {
    this.ns = ns;
  }

  /**
   * The delays of those of one crowd who waited during a pause.
   *
   * @param jobs those that have ended around it
   * @param usualUntilNs what ended before that is usual
   */
  static Delays of(List<Crowd.Ended> jobs, long usualUntilNs, Order.Pause pause) {
    return of(
        jobs,
        usualUntilNs,
        job -> job.beganNs() - pause.fromNs() < 0 && job.endedNs() - pause.toNs() > 0);
  }

  /** The delays of those who were served as usual: there are some without any pause. */
  static Delays usual(List<Crowd.Ended> jobs, long usualUntilNs) {
    return of(jobs, usualUntilNs, job -> isUsual(job, usualUntilNs));
  }

  private static boolean isUsual(Crowd.Ended job, long usualUntilNs) {
    return job.endedNs() - usualUntilNs < 0;
  }

  private static Delays of(
      List<Crowd.Ended> jobs, long usualUntilNs, Predicate<Crowd.Ended> wanted) {
    long[] usual = tookNs(jobs.stream().filter(job -> isUsual(job, usualUntilNs)));
    long median = usual.length == 0 ? 0 : usual[usual.length / 2];
    return new Delays(
        LongStream.of(tookNs(jobs.stream().filter(wanted))).map(ns -> ns - median).toArray());
  }

  private static long[] tookNs(Stream<Crowd.Ended> jobs) {
    return jobs.mapToLong(Crowd.Ended::tookNs).sorted().toArray();
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
