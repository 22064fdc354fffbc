package io.tcpbalance.health;

import io.tcpbalance.config.HealthSettings;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * When one back-end is to do a trial compile: each of the compilers in turn, now and then as long
 * as it does them; at once when it has failed, and then after longer and longer pauses.
 */
final class TrialPlan {

  private final List<String> compilers;
  private final long intervalNanos;
  private final long firstPauseNanos;
  private final ProbeSchedule schedule;
  private Iterator<String> left = Collections.emptyIterator();
  private boolean underWay;
  private long pauseNanos;
  private long dueAtNanos;

  TrialPlan(HealthSettings settings, RandomGenerator random, long nowNanos) {
    compilers = settings.trials().compilers();
    intervalNanos = settings.trials().interval().toNanos();
    firstPauseNanos = Math.min(settings.interval().toNanos(), intervalNanos);
    schedule = new ProbeSchedule(settings.trials().interval(), random);
    dueAtNanos = nowNanos + schedule.first().toNanos();
  }

  boolean isDue(long nowNanos) {
    return !underWay && nowNanos - dueAtNanos >= 0;
  }

  /** It is to show as soon as it may that it is well again. */
  void hostFailed(long nowNanos) {
    pauseNanos = 0;
    dueAtNanos = nowNanos;
  }

  /** A trial begins; returns the first compiler. */
  String begin() {
    underWay = true;
    left = compilers.iterator();
    return left.next();
  }

  /** The next compiler of the trial, if there is one. */
  Optional<String> next() {
    return left.hasNext() ? Optional.of(left.next()) : Optional.empty();
  }

  void passed(long nowNanos) {
    underWay = false;
    pauseNanos = 0;
    dueAtNanos = nowNanos + schedule.nextAfter(Duration.ZERO).toNanos();
  }

  void failed(long nowNanos) {
    underWay = false;
    pauseNanos = Math.min(intervalNanos, Math.max(firstPauseNanos, 2 * pauseNanos));
    dueAtNanos = nowNanos + pauseNanos;
  }

  /** A healthy one that is busy proves itself; a failed one has to be tried before it may. */
  void notTried(boolean healthy, long nowNanos) {
    underWay = false;
    dueAtNanos = nowNanos + (healthy ? schedule.nextAfter(Duration.ZERO).toNanos() : 0);
  }
}
