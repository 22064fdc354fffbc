package io.tcpbalance.balancer;

import io.tcpbalance.config.QueueSettings;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * What a decision of the slot pool costs. Started by {@code ops/bench/choose}; its numbers are to
 * be read, never asserted.
 *
 * <ul>
 *   <li>"hand on": all slots are busy. One is released and the first waiter gets it. New waiters
 *       come in between, which is not counted.
 *   <li>"choose": half of the back-ends are busy, nobody waits. A session gets the fastest idle
 *       one, and another one ends somewhere.
 * </ul>
 */
final class ChooseBenchmark implements SlotPool.Decisions<String> {

  private static final int ROUNDS = 7;
  private static final int OPERATIONS = 500_000;
  private static final Outcome DONE = new Outcome.Finished(1, 1, 1, Optional.empty(), false);

  private final SlotPool<String> pool;
  private final Random random = new Random(1);
  private final List<LeaseId> granted = new ArrayList<>();
  private long lastSession;

  private ChooseBenchmark(int backends) {
    List<BackendStatus> hosts = new ArrayList<>();
    for (int i = 0; i < backends; i++) {
      hosts.add(Hosts.up("host-" + i, 1));
    }
    pool =
        new SlotPool<>(
            new Roster(Instant.EPOCH, hosts),
            new PoolSettings(
                new QueueSettings(Duration.ofDays(1), Integer.MAX_VALUE),
                Hosts.unprobed(Duration.ofSeconds(5), Duration.ZERO),
                false),
            0,
            this);
    pool.startGranting();
  }

  private void acquire() {
    long session = ++lastSession;
    pool.acquire(
        new SlotRequest<>(
            new LeaseId(session, 1), session, 0, Wish.anything(), PoolUnderTest.CLIENT, ""));
  }

  /** Ends any of the sessions that have a slot. */
  private void releaseAny() {
    int index = random.nextInt(granted.size());
    LeaseId lease = granted.get(index);
    LeaseId last = granted.remove(granted.size() - 1);
    if (index < granted.size()) {
      granted.set(index, last);
    }
    pool.release(lease, DONE, 0, Instant.EPOCH);
  }

  private void fill(int leases, int waiters) {
    for (int i = 0; i < leases + waiters; i++) {
      acquire();
    }
  }

  private double nanosPerOperation() {
    double best = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long start = cpuNanos();
      for (int i = 0; i < OPERATIONS; i++) {
        releaseAny();
        acquire();
      }
      best = Math.min(best, (double) (cpuNanos() - start) / OPERATIONS);
    }
    return best;
  }

  private static double handOn(int backends, int waiters) {
    ChooseBenchmark benchmark = new ChooseBenchmark(backends);
    benchmark.fill(backends, waiters);
    double best = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      best = Math.min(best, benchmark.nanosPerHandOn(waiters / 5));
    }
    return best;
  }

  private double nanosPerHandOn(int batch) {
    long nanos = 0;
    for (int done = 0; done < OPERATIONS; done += batch) {
      long start = cpuNanos();
      for (int i = 0; i < batch; i++) {
        releaseAny();
      }
      nanos += cpuNanos() - start;
      fill(0, batch);
    }
    return (double) nanos / OPERATIONS;
  }

  private static double choose(int backends) {
    ChooseBenchmark benchmark = new ChooseBenchmark(backends);
    benchmark.fill(backends / 2, 0);
    return benchmark.nanosPerOperation();
  }

  /** Of this thread, so that what else the machine does counts less. */
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static long heapPerWaiter(int waiters) {
    ChooseBenchmark benchmark = new ChooseBenchmark(0);
    long before = usedHeap();
    benchmark.fill(0, waiters);
    long after = usedHeap();
    return (after - before) / benchmark.pool.queue().size();
  }

  @SuppressWarnings("SystemGc")
  private static long usedHeap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  public static void main(String[] args) {
    PrintStream out = System.out;
    handOn(100, 1_000);
    choose(100);
    out.printf("%-40s %8s%n", "best of " + ROUNDS + " rounds of " + OPERATIONS, "ns CPU");
    out.printf("%-40s %8.0f%n", "hand on: 10 back-ends, 100 wait", handOn(10, 100));
    out.printf("%-40s %8.0f%n", "hand on: 1,000 back-ends, 10,000 wait", handOn(1_000, 10_000));
    out.printf("%-40s %8.0f%n", "hand on: 10,000 back-ends, 100,000 wait", handOn(10_000, 100_000));
    out.printf("%-40s %8.0f%n", "choose: 10 back-ends, half busy", choose(10));
    out.printf("%-40s %8.0f%n", "choose: 1,000 back-ends, half busy", choose(1_000));
    out.printf("%-40s %8.0f%n", "choose: 10,000 back-ends, half busy", choose(10_000));
    out.printf("%-40s %8d%n", "heap per waiter in the queue, bytes", heapPerWaiter(100_000));
  }

  @Override
  public void granted(LeaseId lease, Backend backend, String holder) {
    granted.add(lease);
  }

  @Override
  public void queued(SlotRequest<String> request) {}

  @Override
  public void refused(SlotRequest<String> request, Refusal reason) {
    throw new IllegalStateException("refused: " + reason);
  }

  @Override
  public void evicted(LeaseId lease, String holder) {}

  @Override
  public void lost(LeaseId lease, String holder, String reason) {}

  @Override
  public void trialEnded(Backend backend) {}

  @Override
  public void healthChanged(Backend backend, String reason) {}
}
