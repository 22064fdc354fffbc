package io.tcpbalance;

import io.tcpbalance.config.WatchdogSettings;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that the daemon is never half alive: gives each of its threads a task every second,
 * tells of one that does not get to it for a while, with its stack, and in the end ends the
 * process. Works on a thread of its own, and needs none of those that it watches.
 *
 * <p>What is counted are its own turns, not the clock: a machine that was suspended for an hour has
 * not been stuck for an hour.
 */
final class Watchdog implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
  private static final long TURN_SECONDS = 1;

  /** One that is watched. */
  private static final class Pulse {
    final String threads;
    final Executor executor;
    volatile boolean beaten = true;
    long missed;

    /**
     * @param threads the name that its threads have, or have as a part
     */
    Pulse(String threads, Executor executor) {
      this.threads = threads;
      this.executor = executor;
    }
  }

  private final WatchdogSettings settings;
  private final List<Pulse> pulses;
  private final Runnable end;
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * Watches nothing yet.
   *
   * @param watched by the name of their threads, or a part of it
   * @param end ends the process at once, without the help of any thread that is watched
   */
  Watchdog(WatchdogSettings settings, Map<String, Executor> watched, Runnable end) {
    this.settings = settings;
    this.end = end;
    pulses = watched.entrySet().stream().map(e -> new Pulse(e.getKey(), e.getValue())).toList();
  }

  void start() {
    Thread thread = new Thread(this::run, "watchdog");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (!closed.await(TURN_SECONDS, TimeUnit.SECONDS)) {
        turn();
      }
    } catch (InterruptedException | RuntimeException | Error e) {
      // Nobody watches from now on, most likely for want of memory.
      end.run();
    }
  }

  /** Every second. */
  void turn() {
    pulses.forEach(this::check);
  }

  private void check(Pulse pulse) {
    if (pulse.beaten) {
      pulse.missed = 0;
      pulse.beaten = false;
      post(pulse);
      return;
    }
    pulse.missed += TURN_SECONDS;
    if (pulse.missed == settings.warnAfter().toSeconds()) {
      LOG.warn("{} stands still for {} s: {}", pulse.threads, pulse.missed, stacks(pulse.threads));
    }
    if (pulse.missed == settings.endAfter().toSeconds()) {
      LOG.error("{} stands still for {} s: the end", pulse.threads, pulse.missed);
      end.run();
    }
  }

  private static void post(Pulse pulse) {
    try {
      pulse.executor.execute(() -> pulse.beaten = true);
    } catch (RejectedExecutionException dead) {
      LOG.error("{} takes no tasks any more", pulse.threads, dead);
    }
  }

  private static String stacks(String threads) {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(entry -> entry.getKey().getName().contains(threads))
        .map(entry -> entry.getKey().getName() + " at " + frames(entry.getValue()))
        .collect(Collectors.joining("; "));
  }

  private static String frames(StackTraceElement[] stack) {
    return Stream.of(stack).map(StackTraceElement::toString).collect(Collectors.joining(" < "));
  }

  /** Watches no more. */
  @Override
  public void close() {
    closed.countDown();
  }
}
