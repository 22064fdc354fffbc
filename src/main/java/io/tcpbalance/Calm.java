package io.tcpbalance;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * Waits until the JVM's compilers have done what a rehearsal has given them to do: as long as they
 * are at it, clients who wait share the processor with them.
 */
final class Calm {

  private static final Duration AT_MOST = Duration.ofSeconds(3);
  private static final Duration INTERVAL = Duration.ofMillis(200);

  /** How much of an interval they may use, for what a daemon does all the time. */
  private static final double SHARE = 0.2;

  /** One compilation counts when it ends, and may take longer than an interval. */
  private static final int QUIET_INTERVALS = 2;

  private Calm() {}

  /** Returns when they rest, or after a while. Blocks. */
  static void await() {
    CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
    if (compilers == null || !compilers.isCompilationTimeMonitoringSupported()) {
      return;
    }
    try {
      await(compilers);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void await(CompilationMXBean compilers) throws InterruptedException {
    long untilNanos = System.nanoTime() + AT_MOST.toNanos();
    long before = compilers.getTotalCompilationTime();
    int quiet = 0;
    while (quiet < QUIET_INTERVALS && System.nanoTime() - untilNanos < 0) {
      Thread.sleep(INTERVAL.toMillis());
      long now = compilers.getTotalCompilationTime();
      quiet = now - before <= SHARE * INTERVAL.toMillis() ? quiet + 1 : 0;
      before = now;
    }
  }
}
