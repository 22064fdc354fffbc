package io.tcpbalance.bench.cluster;

import io.tcpbalance.bench.JobLoad;
import io.tcpbalance.bench.JobShape;
import io.tcpbalance.bench.LoadResult;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients of one node, who send jobs until they are told to stop or one fails. A thread of its own
 * is all of them; any thread may ask how they fare.
 */
final class Clients implements JobLoad.Conductor {
  /** Longer than slots are out of use in any drill. */
  static final Duration PATIENCE = Duration.ofMinutes(3);

  private final CompletableFuture<LoadResult> result = new CompletableFuture<>();
  private volatile boolean over;
  private final AtomicLong served = new AtomicLong();
  private volatile long lastServedNs = System.nanoTime();
  private volatile long longestGapNs;

  private Clients() {}

  static Clients start(SocketAddress proxy, JobShape job, int count) {
    Clients clients = new Clients();
    Thread thread =
        new Thread(
            () -> {
              try {
                clients.result.complete(JobLoad.run(proxy, job, clients, count, PATIENCE));
              } catch (IOException | RuntimeException e) {
                clients.result.completeExceptionally(e);
              }
            },
            "clients-of-" + proxy);
    thread.setDaemon(true);
    thread.start();
    return clients;
  }

  @Override
  public boolean goesOn() {
    return !over;
  }

  @Override
  public void ended(boolean good) {
    if (!good) {
      over = true;
      return;
    }
    long nowNs = System.nanoTime();
    longestGapNs = Math.max(longestGapNs, nowNs - lastServedNs);
    lastServedNs = nowNs;
    served.incrementAndGet();
  }

  /** How many jobs were answered until now. */
  long served() {
    return served.get();
  }

  /** On the clock of {@link System#nanoTime}. */
  long lastServedNs() {
    return lastServedNs;
  }

  /** Begins to measure the longest time without an answer. */
  void mark() {
    longestGapNs = 0;
  }

  long longestGapNs() {
    return Math.max(longestGapNs, System.nanoTime() - lastServedNs);
  }

  /** Whether one failed, or they were told to stop. */
  boolean isOver() {
    return over;
  }

  /** No new jobs. */
  void stop() {
    over = true;
  }

  /** Stops, and returns when the last job has ended. */
  LoadResult finish() {
    stop();
    try {
      return result.join();
    } catch (CompletionException e) {
      throw new IllegalStateException("the clients broke down", e.getCause());
    }
  }
}
