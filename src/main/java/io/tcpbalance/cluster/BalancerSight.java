package io.tcpbalance.cluster;

import io.tcpbalance.cluster.mail.Ballot;
import io.tcpbalance.cluster.mail.NodeId;
import io.tcpbalance.cluster.mail.Stamp;
import io.tcpbalance.cluster.mail.ToNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one life of an agent sees of the shared balancer that it obeys: whether it grants, and why
 * not. A plain class.
 */
final class BalancerSight {

  private final long quietAfterNanos;
  private @Nullable Ballot ballot;
  private boolean open;
  private long heardAtNanos;
  private ToNode.@Nullable Counting counting;

  /** Of nobody yet. */
  BalancerSight(FenceTimes times) {
    quietAfterNanos = times.quietAfterNanos();
  }

  /** From now on this one is obeyed. */
  void begins(Ballot newBallot, long nowNanos) {
    ballot = newBallot;
    open = false;
    counting = null;
    heardAtNanos = nowNanos;
  }

  void heard(long nowNanos) {
    heardAtNanos = nowNanos;
  }

  /** It writes a roster of its own only when it grants. */
  void rosterIs(Stamp stamp) {
    open |= ballot != null && stamp.term() == ballot.term();
  }

  void counts(ToNode.Counting m) {
    counting = m;
  }

  /** Why no session of this node gets a slot: a clause for a person. */
  Optional<String> trouble(Contact contact, long nowNanos) {
    if (ballot == null) {
      return Optional.of("this daemon has not joined the others of its cluster yet");
    } else if (contact == Contact.LOST) {
      return Optional.of(
          "no majority of the cluster answers, and all slots were taken from the clients here");
    } else if (contact == Contact.MISSED) {
      return Optional.of("no majority of the cluster answers");
    } else if (nowNanos - heardAtNanos >= quietAfterNanos) {
      return Optional.of(ballot.node() + ", which gives the slots, does not answer");
    }
    return open ? Optional.empty() : Optional.of(ballot.node() + " " + countingWords());
  }

  private String countingWords() {
    String counts = "counts which slots are in use";
    if (counting == null) {
      return counts;
    }
    List<String> awaited = new ArrayList<>();
    if (!counting.silent().isEmpty()) {
      awaited.add("the answer of " + names(counting.silent()));
    }
    if (!counting.removed().isEmpty()) {
      awaited.add("the time to be over that " + names(counting.removed()) + " may use its slots");
    }
    return awaited.isEmpty() ? counts : counts + ", and waits for " + String.join(" and ", awaited);
  }

  private static String names(List<NodeId> nodes) {
    return nodes.stream().map(NodeId::toString).collect(Collectors.joining(", "));
  }
}
