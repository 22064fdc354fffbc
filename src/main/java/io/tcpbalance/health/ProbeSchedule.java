package io.tcpbalance.health;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** When back-ends are probed: now and then, and not all at once. */
final class ProbeSchedule {

  /** Of the interval, to either side. */
  private static final double JITTER = 0.1;

  private final Duration interval;
  private final RandomGenerator random;

  ProbeSchedule(Duration interval, RandomGenerator random) {
    this.interval = interval;
    this.random = random;
  }

  /** From now to the first probe: any part of the interval. */
  Duration first() {
    return share(random.nextDouble());
  }

  /** From the start of a probe, which has taken so long, to the start of the next. */
  Duration nextAfter(Duration taken) {
    Duration left = share(random.nextDouble(1 - JITTER, 1 + JITTER)).minus(taken);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private Duration share(double part) {
    return Duration.ofNanos((long) (interval.toNanos() * part));
  }
}
