package io.tcpbalance.cluster.mail;

import java.util.Comparator;

/**
 * One life of one node, in the order in which the split-brain resolver takes them.
 *
 * @param host where other nodes reach it; an IPv6 address is in brackets
 * @param uid another one in each life
 */
public record NodeId(String host, int port, long uid) implements Comparable<NodeId> {

  private static final Comparator<NodeId> ORDER =
      Comparator.comparing(NodeId::host)
          .thenComparingInt(NodeId::port)
          .thenComparingLong(NodeId::uid);

  @Override
  public int compareTo(NodeId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
