package io.tcpbalance.bench.cluster;

import io.tcpbalance.bench.JobLoad;
import io.tcpbalance.bench.JobShape;
import io.tcpbalance.bench.LoadResult;
import io.tcpbalance.bench.ProcStat;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * What a tiny job costs through a proxy without a cluster, through the node that decides, and
 * through another one. No job has to wait for another one's slot.
 */
final class Cost {
  /** As the daemon is shipped; those of the tests' daemons come before. */
  static final String[] JVM_OPTIONS = {
    "-XX:-UseSerialGC", "-XX:+UseG1GC", "-XX:TieredStopAtLevel=4", "-Xmx256m"
  };

  private static final int WARM_JOBS = 15_000;
  private static final int ROUNDS = 3;
  private static final int AT_ONCE = 6;
  private static final int IDLE_SECONDS = 10;

  private final FarmCluster cluster;
  private final Node plain;
  private final int jobs;

  /**
   * A comparison.
   *
   * @param plain a node of its own, with the same hosts
   * @param jobs for each figure and round
   */
  Cost(FarmCluster cluster, Node plain, int jobs) {
    this.cluster = cluster;
    this.plain = plain;
    this.jobs = jobs;
  }

  /** Tells the lines of a table, as they come. */
  void measure(Consumer<String> table) throws Exception {
    plain.start();
    cluster.makeWhole();
    Node decider = cluster.decider();
    Node other = cluster.others(decider).get(0);
    List<Node> candidates = List.of(plain, decider, other);
    for (Node candidate : candidates) {
      run(candidate, WARM_JOBS, AT_ONCE);
    }
    table.accept(
        String.format(
            Locale.ROOT,
            "%-24s %9s %9s %9s %9s %12s %12s",
            "through",
            "p50 us",
            "p99 us",
            "jobs/s",
            "p99 us",
            "CPU us/job",
            "of this node"));
    for (int round = 0; round < ROUNDS; round++) {
      table.accept(line("a proxy without cluster", plain, List.of(plain)));
      table.accept(line("the node that decides", decider, cluster.nodes()));
      table.accept(line("another node", other, cluster.nodes()));
    }
    table.accept(idle());
  }

  /** Latency of one job at a time, then several at a time. */
  private String line(String name, Node node, List<Node> daemons) throws Exception {
    LoadResult single = run(node, Math.max(1, jobs / 10), 1);
    long beginUs = cpuUs(daemons);
    long ownBeginUs = cpuUs(List.of(node));
    LoadResult several = run(node, jobs, AT_ONCE);
    return String.format(
        Locale.ROOT,
        "%-24s %9d %9d %9.0f %9d %12.1f %12.1f",
        name,
        single.p50Us(),
        single.p99Us(),
        several.jobsPerSecond(),
        several.p99Us(),
        (cpuUs(daemons) - beginUs) / (double) jobs,
        (cpuUs(List.of(node)) - ownBeginUs) / (double) jobs);
  }

  private static LoadResult run(Node node, int jobs, int atOnce) throws Exception {
    LoadResult result = JobLoad.run(node.proxy(), JobShape.tiny(), jobs, atOnce, Clients.PATIENCE);
    if (!result.isClean()) {
      throw new IOException("node " + node.number() + ": " + result);
    }
    return result;
  }

  private static long cpuUs(List<Node> nodes) {
    return nodes.stream()
        .map(node -> ProcessHandle.of(node.daemon().pid()).orElseThrow())
        .mapToLong(ProcStat::cpuUsOfTree)
        .sum();
  }

  private String idle() throws Exception {
    long plainUs = cpuUs(List.of(plain));
    long clusterUs = cpuUs(cluster.nodes());
    Await.pass(IDLE_SECONDS);
    return String.format(
        Locale.ROOT,
        "without jobs: %.1f ms of CPU per second for the proxy without cluster, %.1f for each node",
        (cpuUs(List.of(plain)) - plainUs) / 1e3 / IDLE_SECONDS,
        (cpuUs(cluster.nodes()) - clusterUs) / 1e3 / IDLE_SECONDS / FarmCluster.NODES);
  }
}
