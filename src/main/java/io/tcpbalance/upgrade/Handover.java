package io.tcpbalance.upgrade;

import io.tcpbalance.config.ClusterSettings;
import io.tcpbalance.config.ConsoleSettings;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a generation serves and where, as far as its successor must serve the same.
 *
 * @param stateDir as it is configured; empty: nothing is kept
 * @param admin host and port as they are configured; empty: not served
 * @param proxies by name: where it listens, what it speaks and whether it is shared, as it is
 *     configured
 * @param adminPort where it listens, which the system may have chosen; of no meaning if it does not
 * @param consolePort likewise
 * @param cluster at which host other nodes reach it, as it is configured; empty: it is no node
 * @param clusterPort at which port they really do; 0 if it is no node
 */
public record Handover(
    String stateDir,
    String admin,
    String console,
    Map<String, String> proxies,
    int adminPort,
    int consolePort,
    String cluster,
    int clusterPort) {

  private static final String NO_PORT =
      "the new code of a node of a cluster needs a port of its own for a while: set"
          + " cluster.upgrade-port, the same on all nodes, and let them reach it";

  public Handover {
    proxies = Map.copyOf(proxies);
  }

  /** One of nothing. */
  static Handover empty() {
    return new Handover("", "", "", Map.of(), 0, 0, "", 0);
  }

  /** What these settings have to be followed by. */
  public static Handover of(Settings settings, int adminPort, int consolePort, int clusterPort) {
    return new Handover(
        settings.stateDir().map(Object::toString).orElse(""),
        settings.admin().enabled() ? settings.admin().host() + ":" + settings.admin().port() : "",
        console(settings.console()),
        settings.proxies().stream().collect(Collectors.toMap(ProxySettings::name, Handover::door)),
        adminPort,
        consolePort,
        settings.cluster().enabled() ? settings.cluster().host() : "",
        clusterPort);
  }

  private static String console(ConsoleSettings console) {
    return console.enabled() ? console.host() + ":" + console.port() : "";
  }

  private static String door(ProxySettings proxy) {
    String door = proxy.listen().host() + ":" + proxy.listen().port() + " " + proxy.protocol();
    return proxy.shared() ? door + " SHARED" : door;
  }

  /** Whether it is a node of a cluster. */
  public boolean isNode() {
    return !cluster.isEmpty();
  }

  /**
   * Where a generation that follows listens for other nodes: beside this one.
   *
   * @param wanted what is configured, to which there is no {@link #obstacleTo obstacle}
   */
  public ClusterSettings beside(ClusterSettings wanted) {
    return isNode() ? wanted.at(wanted.portBeside(clusterPort).orElseThrow()) : wanted;
  }

  /**
   * Why a generation with these settings cannot follow: an upgrade changes the code, not where
   * clients are served.
   */
  public Optional<String> obstacleTo(Settings settings) {
    Handover other = of(settings, adminPort, consolePort, clusterPort);
    List<String> differences = new ArrayList<>();
    compare("state-dir", stateDir, other.stateDir, differences);
    compare("admin", admin, other.admin, differences);
    compare("console", console, other.console, differences);
    compare("cluster.host", cluster, other.cluster, differences);
    compare(
        "proxies",
        new TreeMap<>(proxies).toString(),
        new TreeMap<>(other.proxies).toString(),
        differences);
    if (differences.isEmpty()) {
      return isNode() && settings.cluster().portBeside(clusterPort).isEmpty()
          ? Optional.of(NO_PORT)
          : Optional.empty();
    }
    return Optional.of(
        "the configuration has changed meanwhile where an upgrade cannot change it; reload or"
            + " restart first: "
            + String.join("; ", differences));
  }

  private static void compare(
      String what, String running, String wanted, List<String> differences) {
    if (!running.equals(wanted)) {
      differences.add(what + " is '" + running + "', now '" + wanted + "'");
    }
  }
}
