package io.tcpbalance.bench.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The network between nodes. Either they are all on loopback, and nothing can be cut. Or each is in
 * a network namespace of its own, joined to this process's by a pair of veth; see veth(4). Packets
 * from node to node pass through here, and are dropped without a word where a link is cut.
 *
 * <p>Needs iproute2 and util-linux, and a network namespace that nobody else uses; namespaces go
 * with the processes in them.
 */
final class Links implements AutoCloseable {
  private static final Path DEVICES = Path.of("/proc/net/dev");
  private static final Path SYSCTL = Path.of("/proc/sys/net/ipv4");

  private final List<Process> namespaces = new ArrayList<>();

  private Links() {}

  /** All on loopback. */
  static Links none() {
    return new Links();
  }

  /**
   * Namespaces for so many nodes.
   *
   * @throws IOException if this process's namespace is in use, or the kernel does not allow it
   */
  static Links join(int nodes) throws IOException, InterruptedException {
    for (String device : Files.readAllLines(DEVICES)) {
      if (device.contains(":") && !device.strip().startsWith("lo:")) {
        throw new IOException("this network namespace is in use: " + device);
      }
    }
    Links links = new Links();
    try {
      links.prepareOwn();
      for (int node = 0; node < nodes; node++) {
        links.add(node);
      }
      return links;
    } catch (IOException | InterruptedException | RuntimeException e) {
      links.close();
      throw e;
    }
  }

  /** Of a node, for all that it does. */
  static String address(int node) {
    return "127.0.1." + (node + 1);
  }

  /** Of the hosts. */
  static String hosts() {
    return "127.0.2.1";
  }

  boolean canBeCut() {
    return !namespaces.isEmpty();
  }

  /** The words that start a program in a node's namespace. */
  List<String> within(int node) {
    return canBeCut() ? List.of("nsenter", "--net=" + file(namespaces.get(node))) : List.of();
  }

  private static String file(Process namespace) {
    return "/proc/" + namespace.pid() + "/ns/net";
  }

  private void prepareOwn() throws IOException, InterruptedException {
    prepareLoopback("", hosts());
    Files.writeString(SYSCTL.resolve("ip_forward"), "1");
    Files.writeString(SYSCTL.resolve("conf/all/route_localnet"), "1");
  }

  /** Only single addresses are a namespace's own: the rest of 127.0.0.0/8 is the network here. */
  private static void prepareLoopback(String inside, String own)
      throws IOException, InterruptedException {
    sh(inside + "ip link set lo up");
    sh(inside + "ip addr del 127.0.0.1/8 dev lo");
    sh(inside + "ip addr add 127.0.0.1/32 dev lo");
    sh(inside + "ip addr add " + own + "/32 dev lo");
  }

  private void add(int node) throws IOException, InterruptedException {
    Process namespace = new ProcessBuilder("unshare", "--net", "sleep", "infinity").start();
    namespaces.add(namespace);
    awaitNamespace(namespace);
    String here = "10.77." + node + ".1";
    String there = "10.77." + node + ".2";
    String link = "node" + node;
    sh("ip link add " + link + " type veth peer name cable netns " + namespace.pid());
    sh("ip addr add " + here + "/24 dev " + link);
    sh("ip link set " + link + " up");
    String inside = "nsenter --net=" + file(namespace) + " ";
    prepareLoopback(inside, address(node));
    sh(inside + "ip addr add " + there + "/24 dev cable");
    sh(inside + "ip link set cable up");
    sh(inside + "ip route add 127.0.0.0/8 via " + here + " dev cable src " + address(node));
    sh(inside + "sysctl -q -w net.ipv4.conf.all.route_localnet=1");
    sh("ip route add " + address(node) + " via " + there + " dev " + link + " src " + hosts());
  }

  /** Its process is here before its namespace is. */
  private static void awaitNamespace(Process namespace) throws IOException {
    Path own = Files.readSymbolicLink(Path.of("/proc/self/ns/net"));
    Path other = own;
    while (other.equals(own)) {
      if (!namespace.isAlive()) {
        throw new IOException(
            "unshare: " + new String(namespace.getErrorStream().readAllBytes(), UTF_8));
      }
      Thread.onSpinWait();
      other = Files.readSymbolicLink(Path.of(file(namespace)));
    }
  }

  /** Nothing comes from one node to another any more, nor back unless only one way is cut. */
  void cut(int from, int to, boolean bothWays) throws IOException, InterruptedException {
    if (!canBeCut()) {
      throw new IllegalStateException("on loopback nothing can be cut");
    }
    change("add", from, to, bothWays);
  }

  void heal(int from, int to, boolean bothWays) throws IOException, InterruptedException {
    change("del", from, to, bothWays);
  }

  private static void change(String verb, int from, int to, boolean bothWays)
      throws IOException, InterruptedException {
    sh("ip rule %s prio 10 from %s to %s blackhole".formatted(verb, address(from), address(to)));
    if (bothWays) {
      change(verb, to, from, false);
    }
  }

  private static void sh(String command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command.split(" ")).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command + ": " + output.strip());
    }
  }

  @Override
  public void close() {
    namespaces.forEach(namespace -> namespace.destroyForcibly().onExit().join());
  }
}
