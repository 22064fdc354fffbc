package io.tcpbalance.bench.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.tcpbalance.testing.JvmProbe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The code of one node after the other is replaced by its own, as if that were another version;
 * each time until nothing is left of the one before.
 *
 * @param times how often that of a node is
 */
record Upgrades(int times) implements Drill {
  private static final String LOADER = "io.tcpbalance.bootstrap.GenerationLoader";
  private static final int MORE_JOBS = 50;
  private static final int MORE_TURNS = 12;

  @Override
  public List<String> harm(FarmCluster cluster) throws Exception {
    Turns turns = cluster.turns();
    List<Node> nodes = cluster.nodes();
    List<String> members = hosts(members(nodes.get(0)));
    List<String> notes = new ArrayList<>();
    notes.add("node         serves s  alone s  here s  others s    jobs  overtaken by  faults");
    turns.begin(nodes);
    try {
      for (int i = 0; i < times; i++) {
        notes.add(upgrade(cluster, nodes.get(i % nodes.size())));
      }
    } finally {
      turns.end();
    }
    cluster.tally().failures().addAll(turns.faults());
    for (Node node : nodes) {
      expect(cluster, members, hosts(members(node)), "members, says node " + node.number());
      long pid = node.daemon().pid();
      expect(cluster, 1L, JvmProbe.instancesOf(LOADER, pid), "generations in " + node.number());
      expect(cluster, List.of(), node.daemon().linesWith(" ERROR "), "errors told");
    }
    notes.add(turns.served() + " jobs in the other pool, which has one slot");
    return notes;
  }

  private static String upgrade(FarmCluster cluster, Node node) throws Exception {
    List<Node> others = cluster.others(node);
    List<String> before = members(node);
    boolean decides = cluster.decider().equals(node);
    long served = served(cluster);
    Gaps.mark(cluster.nodes());
    long beganNs = System.nanoTime();
    node.upgrade(cluster.code());
    final long servesNs = System.nanoTime() - beganNs;
    Await.until(
        "nothing was left of the code before on node " + node.number(), () -> isAlone(node));
    final long aloneNs = System.nanoTime() - beganNs;
    for (Node each : cluster.nodes()) {
      Await.until(
          "node " + each.number() + " knew the other code as a member, and not the one before",
          () -> hasMoved(before, members(each)));
    }
    cluster.awaitServed(cluster.nodes(), MORE_JOBS);
    int turns = cluster.turns().served() + MORE_TURNS;
    Await.until("all had their turn", () -> cluster.turns().served() >= turns);
    return String.format(
        Locale.ROOT,
        "%d %-10s %8.2f %8.2f %7.2f %9.2f %7d %13d %7d",
        node.number(),
        decides ? "(decides)" : "",
        servesNs / 1e9,
        aloneNs / 1e9,
        Gaps.longest(List.of(node)),
        Gaps.longest(others),
        served(cluster) - served,
        cluster.turns().overtaken(),
        faults(cluster));
  }

  private static int faults(FarmCluster cluster) {
    return cluster.tally().failures().size()
        + cluster.hosts().faults().size()
        + cluster.turns().faults().size();
  }

  private static long served(FarmCluster cluster) {
    return cluster.nodes().stream().mapToLong(node -> node.clients().served()).sum();
  }

  /** Its HTTP interface may be away for a moment when it changes hands. */
  private static boolean isAlone(Node node) throws Exception {
    try {
      return !node.api().get("/api/v1/generations").findValuesAsText("state").contains("draining");
    } catch (IOException e) {
      if (!node.isAlive()) {
        throw e;
      }
      return false;
    }
  }

  /** Addresses and states, in order, as a node tells them. */
  private static List<String> members(Node node) throws Exception {
    List<String> members = new ArrayList<>();
    for (JsonNode member : node.api().get("/api/v1/nodes").path("nodes")) {
      members.add(member.path("address").asText() + " " + member.path("status").asText());
    }
    return members.stream().sorted().toList();
  }

  private static List<String> hosts(List<String> members) {
    return members.stream().map(member -> member.replaceAll(":[0-9]+", "")).toList();
  }

  /** One member has another port. */
  private static boolean hasMoved(List<String> before, List<String> now) {
    return hosts(now).equals(hosts(before))
        && now.stream().filter(member -> !before.contains(member)).count() == 1;
  }

  private static void expect(FarmCluster cluster, Object expected, Object seen, String what) {
    if (!seen.equals(expected)) {
      cluster.tally().failures().add("%s: %s, not %s".formatted(what, seen, expected));
    }
  }
}
