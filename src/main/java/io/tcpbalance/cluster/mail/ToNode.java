package io.tcpbalance.cluster.mail;

import io.tcpbalance.balancer.Balancer.Slot;
import io.tcpbalance.balancer.LeaseId;
import io.tcpbalance.balancer.Refusal;
import java.time.Instant;
import java.util.List;

/** What the shared balancer tells an agent; sessions have the numbers that the agent gave. */
public sealed interface ToNode extends Item
    permits Piece,
        RosterPart,
        Unknown,
        ToNode.Granted,
        ToNode.Queued,
        ToNode.Refused,
        ToNode.Evicted,
        ToNode.BackendLost,
        ToNode.HealthChanged,
        ToNode.Counting,
        ToNode.Answered {

  @Override
  default int roughBytes() {
    return Sizes.ITEM;
  }

  /** The session may use the slot. */
  record Granted(LeaseId lease, Slot slot, long ticket) implements ToNode {
    @Override
    public int roughBytes() {
      return Sizes.ITEM + Sizes.slot(slot);
    }
  }

  /** The session has this place in the queue, whatever becomes of the balancer. */
  record Queued(LeaseId lease, long ticket) implements ToNode {}

  /** As the balancer's message of that name. */
  record Refused(LeaseId lease, Refusal reason) implements ToNode {}

  /** As the balancer's message of that name. */
  record Evicted(LeaseId lease) implements ToNode {}

  /** As the balancer's message of that name. */
  record BackendLost(LeaseId lease, String reason) implements ToNode {
    @Override
    public int roughBytes() {
      return Sizes.ITEM + Sizes.text(reason);
    }
  }

  /** A back-end failed or became healthy. */
  record HealthChanged(String backend, boolean healthy, boolean onTrial, String reason, Instant at)
      implements ToNode {
    @Override
    public int roughBytes() {
      return Sizes.ITEM + Sizes.text(backend) + Sizes.text(reason);
    }
  }

  /**
   * Why there are no grants yet. Said until there are, which the balancer's roster tells.
   *
   * @param silent members that have not told what they hold
   * @param removed nodes whose sessions may still use slots
   */
  record Counting(List<NodeId> silent, List<NodeId> removed) implements ToNode {
    public Counting {
      silent = List.copyOf(silent);
      removed = List.copyOf(removed);
    }

    @Override
    public int roughBytes() {
      return Sizes.ITEM + Sizes.list(silent, Sizes::node) + Sizes.list(removed, Sizes::node);
    }
  }

  /** Answers {@link ToPool.Ask}. */
  record Answered(long id, Answer answer) implements ToNode {
    @Override
    public int roughBytes() {
      return Sizes.ITEM + answer.roughBytes();
    }
  }
}
