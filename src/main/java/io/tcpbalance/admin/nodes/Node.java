package io.tcpbalance.admin.nodes;

import java.util.Optional;

/**
 * A node as the one that is asked sees it.
 *
 * @param name what it is called: its host, with its port where the host has several nodes; an IPv6
 *     address is in brackets
 * @param address {@code host:port} by which other nodes reach it; empty outside of a cluster
 * @param status a word such as {@code up} or {@code leaving}
 * @param reachable whether it was heard of lately
 * @param self whether it is the one that is asked
 * @param vote whether it counts when it is decided which part of a cluster goes on
 * @param deciding whether the balancer of a shared pool runs there, or of all where nothing is
 *     shared
 */
public record Node(
    String name,
    Optional<String> address,
    String status,
    boolean reachable,
    boolean self,
    boolean vote,
    boolean deciding) {

  /**
   * Whether it is the one that somebody means; an address is always understood, and brackets may be
   * left out.
   */
  public boolean isCalled(String text) {
    return name.equals(text)
        || name.equals("[" + text + "]")
        || address.filter(text::equals).isPresent();
  }
}
