package io.tcpbalance.supervision;

import io.tcpbalance.config.SupervisionSettings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * When its owner may begin anew what has failed and cannot be restarted as the same: at once within
 * the restart limit, then after a pause that grows as long as failures go on, as what {@link
 * Supervision#neverGivingUp} guards. Not thread-safe.
 */
public final class Retries {

  /** Without a failure for so long, the next pause is a short one again. */
  private static final Duration CALM = Supervision.LONGEST_PAUSE.multipliedBy(2);

  private final SupervisionSettings limit;
  private final Deque<Long> failuresNanos = new ArrayDeque<>();
  private Duration pause = Duration.ZERO;
  private Duration nextPause = Supervision.SHORTEST_PAUSE;
  private long lastFailureNanos;

  /** Of what has not failed yet. */
  public Retries(SupervisionSettings limit) {
    this.limit = limit;
  }

  /** It has failed. Answers the pause, which is zero within the limit. */
  public Duration failed(long nowNanos) {
    if (nowNanos - lastFailureNanos > CALM.toNanos()) {
      nextPause = Supervision.SHORTEST_PAUSE;
    }
    lastFailureNanos = nowNanos;
    failuresNanos.add(nowNanos);
    while (nowNanos - failuresNanos.element() > limit.within().toNanos()) {
      failuresNanos.remove();
    }
    pause = Duration.ZERO;
    if (failuresNanos.size() > limit.maxRestarts()) {
      failuresNanos.clear();
      pause = nextPause;
      Duration doubled = pause.multipliedBy(2);
      nextPause =
          doubled.compareTo(Supervision.LONGEST_PAUSE) < 0 ? doubled : Supervision.LONGEST_PAUSE;
    }
    return pause;
  }

  /** Whether there is no pause now. */
  public boolean mayBegin(long nowNanos) {
    return pause.isZero() || nowNanos - lastFailureNanos >= pause.toNanos();
  }
}
