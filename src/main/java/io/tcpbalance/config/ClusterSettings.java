package io.tcpbalance.config;

import java.time.Duration;
import java.util.List;

/**
 * The cluster of several daemons.
 *
 * @param enabled whether there is one at all
 * @param host where other nodes reach this one
 * @param port 0 to 65535; 0 lets the system choose
 * @param seedNodes {@code host:port} of nodes to join; none: it forms a cluster of its own
 * @param vote whether it counts when it is decided which part of a cluster goes on
 * @param stableAfter how long nodes are out of reach before the majority takes them for lost
 * @param fenceAfter how long without the majority until a node gives all shared slots back
 */
public record ClusterSettings(
    boolean enabled,
    String host,
    int port,
    List<String> seedNodes,
    boolean vote,
    Duration stableAfter,
    Duration fenceAfter) {

  public ClusterSettings {
    seedNodes = List.copyOf(seedNodes);
  }
}
