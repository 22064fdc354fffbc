package io.tcpbalance.config;

import io.tcpbalance.secrets.TlsFiles;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The cluster of several daemons.
 *
 * @param enabled whether there is one at all
 * @param host where other nodes reach this one
 * @param bindHost where it listens for them, if that is not the host
 * @param port 0 to 65535; 0 lets the system choose
 * @param upgradePort that of new code beside the one before it: 0 to 65535, another one; 0: none
 * @param tls what nodes show each other; empty: they speak in clear, on this machine
 * @param seedNodes {@code host:port} of nodes to join
 * @param seedDns a name of nodes to join; with neither of the two it forms a cluster of its own
 * @param vote whether it counts when it is decided which part of a cluster goes on
 * @param stableAfter how long nodes are out of reach before the majority takes them for lost
 * @param fenceAfter how long without the majority until a node gives all shared slots back
 */
public record ClusterSettings(
    boolean enabled,
    String host,
    Optional<String> bindHost,
    int port,
    int upgradePort,
    Optional<TlsFiles> tls,
    List<String> seedNodes,
    Optional<SeedDns> seedDns,
    boolean vote,
    Duration stableAfter,
    Duration fenceAfter) {

  /**
   * Nodes at all addresses that a name has.
   *
   * @param port that of all of them, 1 to 65535
   */
  public record SeedDns(String name, int port) {}

  public ClusterSettings {
    seedNodes = List.copyOf(seedNodes);
  }

  /**
   * Where new code of this process listens for nodes, beside the code before it. Of the settings as
   * they were read, not those {@link #at} another port.
   *
   * @param predecessor the port of the code before it
   * @return another one, or 0 if the system chooses; empty: there is none, so that the code of this
   *     node cannot be replaced
   */
  public OptionalInt portBeside(int predecessor) {
    if (port == 0) {
      return OptionalInt.of(0);
    }
    if (predecessor != port) {
      return OptionalInt.of(port);
    }
    return upgradePort == 0 ? OptionalInt.empty() : OptionalInt.of(upgradePort);
  }

  /** The same at another port: 0 to 65535, 0 lets the system choose. */
  public ClusterSettings at(int otherPort) {
    return new ClusterSettings(
        enabled,
        host,
        bindHost,
        otherPort,
        upgradePort,
        tls,
        seedNodes,
        seedDns,
        vote,
        stableAfter,
        fenceAfter);
  }
}
