package io.tcpbalance.cluster.mail;

import java.util.Comparator;

/**
 * Names one life of a shared balancer. An agent obeys the greatest that it has heard of, and no
 * other any more.
 *
 * @param term from 1; 0 is that of nobody
 * @param node where it lives
 */
public record Ballot(long term, NodeId node) implements Comparable<Ballot> {

  public static final Ballot NONE = new Ballot(0, new NodeId("", 0, 0));

  private static final Comparator<Ballot> ORDER =
      Comparator.comparingLong(Ballot::term).thenComparing(Ballot::node);

  @Override
  public int compareTo(Ballot other) {
    return ORDER.compare(this, other);
  }
}
