package io.tcpbalance.admin.access;

import java.util.concurrent.TimeUnit;

/** How often something may be done: a few times at once, then so many times a second. */
final class Allowance {

  private static final double NS_PER_S = TimeUnit.SECONDS.toNanos(1);

  private final int most;
  private final double perSecond;
  private double left;
  private long asOfNs;

  /**
   * A full one.
   *
   * @param most times at once, 1 or more
   */
  Allowance(int most, double perSecond, long nowNs) {
    this.most = most;
    this.perSecond = perSecond;
    left = most;
    asOfNs = nowNs;
  }

  /**
   * One that is not full.
   *
   * @param left how often it might be done at that time
   */
  Allowance(int most, double perSecond, double left, long asOfNs) {
    this(most, perSecond, asOfNs);
    this.left = Math.max(0, Math.min(most, left));
  }

  /** How often it might be done at {@link #asOfNs}. */
  double left() {
    return left;
  }

  long asOfNs() {
    return asOfNs;
  }

  /** Whether it may be done once more now. */
  boolean isLeft(long nowNs) {
    left = Math.min(most, left + (nowNs - asOfNs) / NS_PER_S * perSecond);
    asOfNs = nowNs;
    return left >= 1;
  }

  /** It was done. */
  void spend() {
    left = Math.max(0, left - 1);
  }
}
