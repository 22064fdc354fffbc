package io.tcpbalance.cluster;

import io.tcpbalance.cluster.mail.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Knows since when a node may have lost the majority of its cluster: each answer of another node
 * shows that it was there, and took this one for a member, when it was asked or later.
 *
 * <p>A majority is what the split-brain resolver takes for one, so that of any two of them one node
 * is in both: more than half of the voters, or half of them with the lowest address.
 */
final class Pulse {

  private final NodeId self;
  private final Map<NodeId, Long> seenAtNanos = new HashMap<>();
  private final Map<Long, Long> askedAtNanos = new HashMap<>();
  private NavigableSet<NodeId> voters = new TreeSet<>();
  private long number;
  private long majorityAtNanos;

  /** One that has had the majority until now. */
  Pulse(NodeId self, long nowNanos) {
    this.self = self;
    majorityAtNanos = nowNanos;
  }

  /** Who has a voice; this node may be among them, or not. */
  void voters(Set<NodeId> newVoters) {
    voters = new TreeSet<>(newVoters);
    seenAtNanos.keySet().retainAll(voters);
  }

  /** The number of the question that is asked of all now. */
  long ask(long nowNanos) {
    number++;
    askedAtNanos.put(number, nowNanos);
    askedAtNanos.remove(number - 100);
    return number;
  }

  void answered(NodeId node, long question) {
    Long at = askedAtNanos.get(question);
    if (at != null && voters.contains(node)) {
      seenAtNanos.merge(node, at, (a, b) -> a - b < 0 ? b : a);
    }
  }

  /** The latest moment at which a majority is known to have been there. */
  long majorityAtNanos(long nowNanos) {
    List<Long> moments = new ArrayList<>(seenAtNanos.values());
    moments.add(nowNanos);
    moments.sort((a, b) -> Long.signum(b - a));
    for (long moment : moments) {
      if (isMajority(moment)) {
        if (moment - majorityAtNanos > 0) {
          majorityAtNanos = moment;
        }
        break;
      }
    }
    return majorityAtNanos;
  }

  private boolean isMajority(long since) {
    int there = 0;
    boolean lowest = false;
    for (NodeId voter : voters) {
      boolean seen =
          voter.equals(self)
              || (seenAtNanos.containsKey(voter) && seenAtNanos.get(voter) - since >= 0);
      if (seen) {
        there++;
        lowest |= voter.equals(voters.first());
      }
    }
    return 2 * there > voters.size() || (2 * there == voters.size() && lowest);
  }
}
