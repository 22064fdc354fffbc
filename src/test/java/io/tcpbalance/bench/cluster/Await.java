package io.tcpbalance.bench.cluster;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waiting for what other processes do. Whoever interrupts it is told what never came. */
final class Await {
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** What is waited for. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws Exception;
  }

  private Await() {}

  static void until(String what, Condition condition) throws Exception {
    while (!condition.holds()) {
      LockSupport.parkNanos(POLL_NANOS);
      if (Thread.interrupted()) {
        throw new InterruptedException("it never was so that " + what);
      }
    }
  }

  /** Lets a time pass in which others work. */
  static void pass(long seconds) throws Exception {
    long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    until(seconds + " s were over", () -> System.nanoTime() - endNs >= 0);
  }
}
