package io.tcpbalance.bench.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.tcpbalance.bench.JobShape;
import io.tcpbalance.secrets.TlsFiles;
import io.tcpbalance.testing.FreePorts;
import io.tcpbalance.testing.ProgramJar;
import io.tcpbalance.testing.TestAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Three nodes with one shared pool, its hosts, and clients of each node. For one thread. */
final class FarmCluster implements AutoCloseable {
  static final int NODES = 3;

  /** More than one in any node: there is always somebody who waits. */
  static final int CLIENTS_EACH = 8;

  /** Small, and short, so that slots change hands all the time; keeps two cores busy. */
  static final JobShape JOB = new JobShape(2_000, 2_000, 3_000);

  /**
   * What the nodes are told, as in a configuration, and what they have to do.
   *
   * @param stableAfter out of reach for so long, a node is taken for lost
   * @param fenceAfter without the majority for so long, a node takes all slots back
   * @param tls whether they know each other by certificates; needs openssl
   * @param turns whether there is a second pool, that of {@link Turns}
   * @param job what clients send
   */
  record Terms(String stableAfter, String fenceAfter, boolean tls, boolean turns, JobShape job) {}

  private final Links links;
  private final JobShape job;
  private final Hosts hosts;
  private final Turns turns;
  private final Path code;
  private final List<Node> nodes = new ArrayList<>();
  private final List<Node> nodesBeside = new ArrayList<>();
  private Tally tally = new Tally();

  private FarmCluster(Links links, Path directory, JobShape job) throws IOException {
    this.links = links;
    this.job = job;
    code = directory.resolve("code");
    hosts = Hosts.start(Links.hosts());
    turns = Turns.start(Links.hosts());
  }

  /**
   * Nodes that do not run yet; see {@link #makeWhole}.
   *
   * @param directory for their configurations and certificates
   * @param links where they live; whoever made them closes them, after this
   */
  static FarmCluster prepare(Path directory, Links links, Terms terms, String... jvmOptions)
      throws IOException, InterruptedException {
    FarmCluster cluster = new FarmCluster(links, directory, terms.job());
    try {
      List<Integer> ports = FreePorts.some(NODES + 1);
      Path certificates = Files.createTempDirectory(directory, "certificates");
      for (int i = 0; i < NODES; i++) {
        Path file = directory.resolve("node" + i + ".conf");
        String tls = terms.tls() ? certificate(i, certificates) : "";
        Files.writeString(file, cluster.configuration(i, ports, terms) + tls);
        cluster.nodes.add(new Node(i, file, links.within(i), List.of(jvmOptions)));
      }
      return cluster;
    } catch (IOException | InterruptedException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private static String certificate(int node, Path directory)
      throws IOException, InterruptedException {
    TlsFiles files = new TestAuthority(directory).node(Links.address(node));
    return "tcpbalance.cluster.tls { certificate = \"%s\", key = \"%s\", ca = \"%s\" }\n"
        .formatted(files.certificate(), files.key(), files.ca().orElseThrow());
  }

  private String configuration(int node, List<Integer> ports, Terms terms) {
    List<String> seeds = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      seeds.add("\"" + Links.address(i) + ":" + ports.get(i) + "\"");
    }
    return configuration(node, "shared = on")
        + (terms.turns() ? turnsOf(node) : "")
        + """
        tcpbalance.cluster {
          enabled = on, host = %s, port = %d, upgrade-port = %d
          seed-nodes = [%s]
          stable-after = %s, fence-after = %s
        }
        tcpbalance.upgrade.allowed-dirs = ["%s"]
        pekko.cluster.seed-node-timeout = 1s
        """
            .formatted(
                Links.address(node),
                ports.get(node),
                ports.get(NODES),
                String.join(", ", seeds),
                terms.stableAfter(),
                terms.fenceAfter(),
                code.getParent());
  }

  private String turnsOf(int node) {
    return """
        tcpbalance.proxies.%s {
          shared = on
          listen { host = %s, port = 0 }
          health.check = none
          backends = %s
        }
        """
        .formatted(Turns.POOL, Links.address(node), turns.configuration());
  }

  /** Without a cluster. */
  private String configuration(int node, String more) {
    return """
        tcpbalance {
          state-dir = ""
          admin { host = %1$s, port = 0 }
          console.enabled = off
          fault-injection = on
          supervision.max-restarts = 1000
          proxies.%2$s {
            listen { host = %1$s, port = 0 }
            queue.timeout = 3m
            health.check = none
            backends = %3$s
            %4$s
          }
        }
        """
        .formatted(Links.address(node), Node.POOL, hosts.configuration(), more);
  }

  /** A node beside them that is in no cluster, and has the hosts for itself while they rest. */
  Node plainNode(Path directory, String... jvmOptions) throws IOException {
    Path file = directory.resolve("plain.conf");
    Files.writeString(file, configuration(NODES, ""));
    Node plain = new Node(NODES, file, links.within(NODES), List.of(jvmOptions));
    nodesBeside.add(plain);
    return plain;
  }

  Links links() {
    return links;
  }

  Turns turns() {
    return turns;
  }

  /** Of the program, as an installation has it, for nodes to load. */
  Path code() throws IOException {
    return Files.exists(code) ? code : ProgramJar.installIn(code);
  }

  Hosts hosts() {
    return hosts;
  }

  List<Node> nodes() {
    return nodes;
  }

  /** All nodes but this one. */
  List<Node> others(Node node) {
    return nodes.stream().filter(other -> !other.equals(node)).toList();
  }

  /**
   * Starts the nodes that do not run, waits until all are members in the eyes of all, and forgets
   * what was. One that still joins takes slots already, but has no voice: without it a cluster of
   * two could be torn in halves.
   */
  void makeWhole() throws Exception {
    for (Node node : nodes) {
      if (!node.isAlive()) {
        node.start();
      }
    }
    for (Node node : nodes) {
      node.awaitMember();
      Await.until("node " + node.number() + " sees a whole cluster", () -> seesAllUp(node));
    }
    hosts.beginHistory();
    tally = new Tally();
  }

  private static boolean seesAllUp(Node node) throws IOException, InterruptedException {
    List<String> states = node.api().get("/api/v1/nodes").findValuesAsText("status");
    return states.equals(Collections.nCopies(NODES, "up"));
  }

  /** The node that all slots come from. */
  Node decider() {
    return nodes.stream()
        .filter(Node::isAlive)
        .map(Node::decider)
        .flatMap(Optional::stream)
        .max(Comparator.comparingLong(Node.Decider::term))
        .map(decider -> nodes.get(decider.node()))
        .orElseThrow();
  }

  /** Lets clients of these nodes begin. */
  void serve(List<Node> some) throws InterruptedException {
    for (Node node : some) {
      node.serve(job, CLIENTS_EACH);
    }
  }

  Tally tally() {
    return tally;
  }

  /** Until the clients of each of these were answered so many more jobs. */
  void awaitServed(List<Node> some, long more) throws Exception {
    for (Node node : some) {
      long enough = node.clients().served() + more;
      Await.until(
          "node " + node.number() + " answered " + more + " more jobs",
          () -> {
            Clients clients = node.clients();
            if (clients.isOver() && clients.served() < enough) {
              throw new AssertionError("a job failed: " + node.clients().finish());
            }
            return clients.served() >= enough;
          });
    }
  }

  /** Ends the clients of a node that nobody has harmed. */
  void finish(Node node) {
    tally.add("node " + node.number(), node.clients().finish());
  }

  /** Ends those of one that was. */
  void finishHarmed(Node node) {
    tally.addOfHarmed("node " + node.number(), node.clients().finish());
  }

  /** Ends the clients of all that run; then nobody uses or awaits a slot, as all say. */
  void rest(List<Node> some) throws Exception {
    some.forEach(node -> node.clients().stop());
    some.forEach(this::finish);
    Await.until("nobody uses a host", () -> hosts.active() == 0);
    for (Node node : some) {
      Await.until("all counts of node " + node.number() + " are zero", () -> isAtRest(node.farm()));
    }
    if (hosts.corrupt() > 0) {
      tally.failures().add("a host received a wrong byte");
    }
  }

  private static boolean isAtRest(JsonNode farm) {
    int used = farm.get("waiting").intValue();
    for (JsonNode backend : farm.get("backends")) {
      used += backend.get("pending").intValue() + backend.get("active").intValue();
    }
    return used == 0;
  }

  @Override
  public void close() throws IOException {
    nodes.forEach(Node::close);
    nodesBeside.forEach(Node::close);
    hosts.close();
    turns.close();
  }
}
