package io.tcpbalance.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import io.tcpbalance.config.ClusterSettings.SeedDns;
import io.tcpbalance.secrets.TlsFiles;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the block {@code cluster}. Made for one configuration, used once. */
final class ClusterReader {
  static final int MAX_SEED_NODES = 100;

  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final Pattern NODE = Pattern.compile("(.+):([0-9]{1,5})");

  private final Section section;
  private final Problems problems;
  private final ListenAddresses addresses;

  private record Node(String host, int port) {}

  ClusterReader(Section section, Problems problems, ListenAddresses addresses) {
    this.section = section;
    this.problems = problems;
    this.addresses = addresses;
  }

  ClusterSettings read(AdminSettings admin) {
    boolean enabled = section.bool("enabled").orElse(false);
    Optional<String> host = ProxyReader.host(section, "host").map(Literals::canonical);
    Optional<String> bindHost =
        section.isSet("bind-host") ? ProxyReader.host(section, "bind-host") : Optional.empty();
    OptionalInt port = section.integer("port", 0, BackendSettings.MAX_PORT);
    OptionalInt upgradePort = section.integer("upgrade-port", 0, BackendSettings.MAX_PORT);
    Optional<TlsFiles> tls =
        section.isSet("tls") && host.isPresent()
            ? new TlsReader(section.section("tls")).ofNode(host.get())
            : Optional.empty();
    List<String> seedNodes = section.list("seed-nodes").map(this::nodes).orElse(List.of());
    Optional<SeedDns> seedDns = section.optionalString("seed-dns").flatMap(this::seedDns);
    boolean vote = section.bool("vote").orElse(true);
    Duration stableAfter = duration("stable-after");
    Duration fenceAfter = duration("fence-after");
    section.rejectUnknownKeys();
    if (enabled && host.isPresent()) {
      checkReach("host", host.get());
      bindHost.ifPresent(bound -> checkReach("bind-host", bound));
      checkSeeds(host.get(), seedNodes, seedDns);
      if (!admin.tokens().isEmpty() && !section.isSet("tls")) {
        warnOfWayAroundTokens();
      }
      claim(bindHost.orElse(host.get()), port.orElse(0), upgradePort.orElse(0));
    }
    return new ClusterSettings(
        enabled,
        host.orElse(""),
        bindHost,
        port.orElse(0),
        upgradePort.orElse(0),
        tls,
        seedNodes,
        seedDns,
        vote,
        stableAfter,
        fenceAfter);
  }

  private Duration duration(String key) {
    return section.duration(key, SHORTEST, LONGEST).orElse(SHORTEST);
  }

  /** Who may send to a node may do anything with it, so strangers must not. */
  private void checkReach(String key, String host) {
    if (key.equals("host") && isWildcard(host)) {
      section.error(
          key,
          "must be where other nodes reach this one, but " + Values.quoted(host) + " is anywhere",
          "listen on every address with bind-host = " + host);
    } else if (!Literals.isLoopback(host) && !section.isSet("tls")) {
      section.error(
          key,
          Values.quoted(host) + " can be reached from outside, which needs TLS",
          "set tls { certificate, key, ca }; ops/cluster-certs makes the files");
    }
  }

  /** Whose request it is that a node carries is what that node says. */
  private void warnOfWayAroundTokens() {
    problems.warning(
        section.origin("enabled"),
        section.path("tls"),
        "is not set: whoever is on this machine can do by the cluster's port, without a token, what"
            + " tokens are for; set tls { certificate, key, ca }, which ops/cluster-certs makes");
  }

  private void claim(String host, int port, int upgradePort) {
    addresses.claim(host, port, section, "port");
    addresses.claim(host, upgradePort, section, "upgrade-port");
    if (port == 0 && upgradePort != 0) {
      section.error("upgrade-port", "is set, but port is 0: new code has any port, too");
    }
  }

  private static boolean isWildcard(String host) {
    return Literals.address(host).map(InetAddress::isAnyLocalAddress).orElse(false);
  }

  private void checkSeeds(String host, List<String> seedNodes, Optional<SeedDns> seedDns) {
    if (seedDns.isEmpty()) {
      return;
    }
    if (!seedNodes.isEmpty()) {
      section.error("seed-dns", "is set beside seed-nodes", "remove one of them");
    }
    if (Literals.address(host).isEmpty()) {
      section.error(
          "host",
          "must be an address, one of those that seed-dns has, but is " + Values.quoted(host));
    }
  }

  private List<String> nodes(ConfigList list) {
    if (list.size() > MAX_SEED_NODES) {
      section.error(
          "seed-nodes", "must be at most " + MAX_SEED_NODES + " nodes, but are " + list.size());
      return List.of();
    }
    List<String> nodes = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      ConfigValue value = list.get(i);
      String path = section.path("seed-nodes") + "[" + i + "]";
      if (Values.isResolved(value, path, problems)) {
        Values.string(value, path, problems)
            .flatMap(text -> node(text, value, path))
            .map(node -> Literals.bracketed(node.host) + ":" + node.port)
            .ifPresent(nodes::add);
      }
    }
    return nodes;
  }

  private Optional<SeedDns> seedDns(String text) {
    return section
        .value("seed-dns")
        .flatMap(value -> node(text, value, section.path("seed-dns")))
        .map(node -> new SeedDns(node.host, node.port));
  }

  private Optional<Node> node(String text, ConfigValue value, String path) {
    Matcher matcher = NODE.matcher(text);
    if (matcher.matches()) {
      String host = Literals.withoutBrackets(matcher.group(1));
      int port = Integer.parseInt(matcher.group(2));
      if (Literals.isHost(host) && port > 0 && port <= BackendSettings.MAX_PORT) {
        return Optional.of(new Node(Literals.canonical(host), port));
      }
    }
    problems.error(value.origin(), path, "must be HOST:PORT, but is " + Values.quoted(text));
    return Optional.empty();
  }
}
