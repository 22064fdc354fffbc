package io.tcpbalance.cli.top;

import java.util.OptionalDouble;

/** How fast a counter grows, from one look at it to the next. */
final class Rate {

  private static final double NS_PER_SECOND = 1e9;

  private long lastCount;
  private long lastNs;
  private boolean known;

  /**
   * Takes the counter's value.
   *
   * @return per second since the last time; empty the first time, and when it was set back
   */
  OptionalDouble next(long count, long nowNs) {
    boolean usable = known && count >= lastCount && nowNs > lastNs;
    OptionalDouble rate =
        usable
            ? OptionalDouble.of((count - lastCount) / ((nowNs - lastNs) / NS_PER_SECOND))
            : OptionalDouble.empty();
    lastCount = count;
    lastNs = nowNs;
    known = true;
    return rate;
  }

  /** Forgets: what comes next counts something else. */
  void reset() {
    known = false;
  }
}
