package io.tcpbalance.bench.cluster;

import java.io.IOException;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.TimeUnit;

/**
 * The long forms of the drills, one after the other, each with daemons of its own. The table goes
 * to standard output, what went wrong to standard error.
 */
final class ClusterBench {
  private static final int LAST_LINES = 40;

  /** For what a drill does beside waiting as long as it is told to. */
  private static final long LIMIT_MINUTES = 10;

  private static final String STABLE_AFTER = "2s";
  private static final String FENCE_AFTER = "4s";

  private final ClusterOptions options;
  private boolean good = true;

  private ClusterBench(ClusterOptions options) {
    this.options = options;
  }

  public static void main(String[] args) throws Exception {
    ClusterOptions options;
    try {
      options = ClusterOptions.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println("cluster: " + e.getMessage() + "; see --help");
      System.exit(64);
      return;
    }
    System.exit(new ClusterBench(options).run() ? 0 : 1);
  }

  private boolean run() throws Exception {
    try (Links links = options.links() ? Links.join(FarmCluster.NODES + 1) : Links.none()) {
      run(links);
    }
    return good;
  }

  private void run(Links links) throws Exception {
    System.out.printf(
        "# JDK %s, %d cores, 3 nodes, 7 slots on 3 hosts, %d clients; stable-after %s, fence-after"
            + " %s%s%n",
        Runtime.version(),
        Runtime.getRuntime().availableProcessors(),
        FarmCluster.NODES * FarmCluster.CLIENTS_EACH,
        STABLE_AFTER,
        FENCE_AFTER,
        options.tls() ? ", TLS" : "");
    System.out.printf("%-12s %9s %6s %8s %8s  %s%n", "drill", "jobs", "lost", "s", "sessions", "");
    for (String name : options.drills()) {
      if (!options.links() && name.startsWith(ClusterOptions.CUT)) {
        System.out.println(name + " left out: needs network namespaces, see --help");
      } else {
        run(name, links);
      }
    }
  }

  private void run(String name, Links links) throws Exception {
    boolean cost = name.equals(ClusterOptions.COST);
    String[] jvmOptions = cost ? Cost.JVM_OPTIONS : new String[0];
    FarmCluster.Terms terms =
        new FarmCluster.Terms(STABLE_AFTER, FENCE_AFTER, options.tls(), !cost, FarmCluster.JOB);
    Timer limit = new Timer("limit", true);
    try (FarmCluster cluster = FarmCluster.prepare(options.workDir(), links, terms, jvmOptions)) {
      limit.schedule(
          interruption(),
          TimeUnit.MINUTES.toMillis(LIMIT_MINUTES + options.minutes() + options.rounds()));
      try {
        if (cost) {
          Node plain = cluster.plainNode(options.workDir(), jvmOptions);
          new Cost(cluster, plain, options.jobs()).measure(System.out::println);
        } else {
          drill(name, cluster);
        }
      } catch (Exception | AssertionError e) {
        fault(name + ": " + e, cluster);
      }
    } finally {
      limit.cancel();
    }
  }

  private void drill(String name, FarmCluster cluster) throws Exception {
    long beginNs = System.nanoTime();
    Finding finding = options.drill(name).run(cluster);
    tell(name, finding, (System.nanoTime() - beginNs) / 1e9, cluster.hosts());
  }

  private static TimerTask interruption() {
    Thread main = Thread.currentThread();
    return new TimerTask() {
      @Override
      public void run() {
        main.interrupt();
      }
    };
  }

  private void tell(String name, Finding finding, double seconds, Hosts hosts) throws IOException {
    System.out.printf(
        "%-12s %9d %6d %8.1f %8d  %s%n",
        name,
        finding.jobs(),
        finding.lost(),
        seconds,
        hosts.history().begun(),
        finding.isGood() ? "no slot used twice, no job failed: good" : "BAD");
    finding.notes().forEach(note -> System.out.println("  " + note));
    finding.faults().stream().limit(LAST_LINES).forEach(System.err::println);
    good &= finding.isGood();
    if (options.history().isPresent()) {
      hosts.history().appendTo(options.history().get(), name);
    }
  }

  private void fault(String what, FarmCluster cluster) {
    good = false;
    System.err.println(what);
    for (Node node : cluster.nodes()) {
      List<String> lines = node.daemon().output();
      System.err.println("the log of node " + node.number() + " ends with");
      lines
          .subList(Math.max(0, lines.size() - LAST_LINES), lines.size())
          .forEach(System.err::println);
    }
  }
}
