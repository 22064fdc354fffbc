package io.tcpbalance.health;

import io.tcpbalance.config.HealthSettings;

/**
 * Judges one back-end by its probes. It is what the balancer says; a verdict is a wish to change
 * that, and is repeated at each probe until it has been.
 */
final class Judge {

  /** What a success means. */
  enum Verdict {
    /** Nothing. */
    NO_NEWS,
    /** The back-end should be healthy. */
    SHOULD_BE_HEALTHY,
    /** It should be if it had not failed so often. Said once for each failure. */
    HAS_TO_WAIT
  }

  private final ProbeHistory history;
  private final FlapDamping damping;
  private boolean healthy;
  private boolean wantsItBack;
  private boolean toldOfWait;

  Judge(HealthSettings settings, boolean healthy) {
    this.healthy = healthy;
    history = new ProbeHistory(settings.fall(), settings.rise());
    damping = new FlapDamping(settings.interval().toNanos(), settings.maxBackoff().toNanos());
  }

  /**
   * What the balancer says that it is. Where that makes it healthy without our having asked for it,
   * an operator has spoken, who knows more than we do.
   */
  void becomes(boolean nowHealthy, long nowNanos) {
    if (healthy == nowHealthy) {
      return;
    }
    healthy = nowHealthy;
    history.clear();
    if (!nowHealthy) {
      damping.failed(nowNanos);
      toldOfWait = false;
    } else if (wantsItBack) {
      damping.returned(nowNanos);
    } else {
      damping.forget();
    }
    wantsItBack = false;
  }

  /** What the balancer said last. */
  boolean healthy() {
    return healthy;
  }

  /** Returns whether the back-end should be failed. */
  boolean probeFailed() {
    history.failed();
    return healthy && history.hasFallen();
  }

  /** Whether so many probes in a row have failed as count, failed or not before. */
  boolean hasFallen() {
    return history.hasFallen();
  }

  Verdict probeSucceeded(long nowNanos) {
    history.succeeded();
    if (healthy || !history.hasRisen()) {
      return Verdict.NO_NEWS;
    }
    if (leftNanos(nowNanos) == 0) {
      wantsItBack = true;
      return Verdict.SHOULD_BE_HEALTHY;
    }
    boolean isNews = !toldOfWait;
    toldOfWait = true;
    return isNews ? Verdict.HAS_TO_WAIT : Verdict.NO_NEWS;
  }

  /** How long one that failed has to stay away, from its failure on. */
  long waitNanos() {
    return damping.waitNanos();
  }

  /** What is left of that. */
  long leftNanos(long nowNanos) {
    return damping.leftNanos(nowNanos);
  }
}
