package io.tcpbalance.metrics;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The last half hour of a proxy, for charts: what was between one look and the next. */
public final class ProxyHistory {

  /** How many samples are kept. */
  public static final int LENGTH = 360;

  private static final double NANOS_A_MS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final double NANOS_A_SECOND = TimeUnit.SECONDS.toNanos(1);

  /**
   * What was seen of a proxy.
   *
   * @param nanos when, on the monotonic clock
   * @param jobs ended since its start
   * @param failures since its start
   * @param waits for slots, since its start
   */
  public record Look(
      Instant at,
      long nanos,
      long jobs,
      long failures,
      DurationHistogram.Counts waits,
      int waiting,
      int busySlots,
      int slots) {}

  /**
   * What was at that time, and the rates between the look before and that one.
   *
   * @param waitP50Ms of the waits that ended in between; null if none did
   */
  public record Sample(
      Instant at,
      double jobsPerSecond,
      int waiting,
      @Nullable Double waitP50Ms,
      @Nullable Double waitP99Ms,
      int busySlots,
      int slots,
      double failuresPerSecond) {}

  private final Deque<Sample> samples = new ArrayDeque<>(LENGTH);
  private @Nullable Look last;

  /** An empty one. */
  public ProxyHistory() {}

  /**
   * One that goes on where another one ended. The counts of the first look are compared with
   * nothing: they need not be those that the other one saw last.
   *
   * @param before oldest first; the last {@link #LENGTH} are kept
   */
  public ProxyHistory(List<Sample> before) {
    samples.addAll(before.subList(Math.max(0, before.size() - LENGTH), before.size()));
  }

  /** Adds a look; the first one is only what the next is compared with. */
  public synchronized void add(Look now) {
    if (last != null && now.nanos() > last.nanos()) {
      if (samples.size() == LENGTH) {
        samples.removeFirst();
      }
      samples.addLast(between(last, now));
    }
    last = now;
  }

  private static Sample between(Look before, Look now) {
    double seconds = (now.nanos() - before.nanos()) / NANOS_A_SECOND;
    DurationHistogram.Counts waits = now.waits().since(before.waits());
    boolean nobody = waits.total() == 0;
    return new Sample(
        now.at(),
        rate(before.jobs(), now.jobs(), seconds),
        now.waiting(),
        nobody ? null : thousandths(waits.quantileNanos(0.5) / NANOS_A_MS),
        nobody ? null : thousandths(waits.quantileNanos(0.99) / NANOS_A_MS),
        now.busySlots(),
        now.slots(),
        rate(before.failures(), now.failures(), seconds));
  }

  /** A count that has become less is that of another proxy of the same name. */
  private static double rate(long before, long now, double seconds) {
    return thousandths((now < before ? now : now - before) / seconds);
  }

  private static double thousandths(double value) {
    return Math.round(value * 1_000) / 1_000.0;
  }

  /** The samples since then, oldest first. */
  public synchronized List<Sample> after(Instant then) {
    return samples.stream().filter(sample -> sample.at().isAfter(then)).toList();
  }
}
