package io.tcpbalance.cluster.mail;

import io.tcpbalance.balancer.Balancer.Slot;
import io.tcpbalance.balancer.LeaseId;
import io.tcpbalance.balancer.Observation;
import io.tcpbalance.balancer.Outcome;
import io.tcpbalance.balancer.Wish;
import java.net.InetSocketAddress;
import java.util.Map;

/**
 * What an agent tells the shared balancer. Sessions are named by their numbers on the agent's node.
 * Every life of a link begins with the census: {@link Begin}, what the sessions hold and await, and
 * {@link CensusEnd}.
 */
public sealed interface ToPool extends Item
    permits Piece,
        RosterPart,
        Unknown,
        ToPool.Begin,
        ToPool.Acquire,
        ToPool.Holds,
        ToPool.CensusEnd,
        ToPool.Connected,
        ToPool.Release,
        ToPool.Blame,
        ToPool.Withdraw,
        ToPool.SessionEnded,
        ToPool.Observed,
        ToPool.Learned,
        ToPool.Ask {

  @Override
  default int roughBytes() {
    return Sizes.ITEM;
  }

  /**
   * The agent obeys this balancer from now on, and tells what it has.
   *
   * @param stamp of its copy of the roster, which follows if it is of a shared balancer
   * @param lastTicket the greatest that it has seen
   * @param graves nodes that were removed, and after how many milliseconds nothing of theirs is
   *     left
   */
  record Begin(Stamp stamp, long lastTicket, Map<NodeId, Long> graves) implements ToPool {
    public Begin {
      graves = Map.copyOf(graves);
    }

    @Override
    public int roughBytes() {
      return Sizes.ITEM + Sizes.list(graves.keySet(), node -> 10 + Sizes.node(node));
    }
  }

  /**
   * A session waits.
   *
   * @param ticket its place in the queue, 0 if it has none yet
   * @param agedNanos how long ago its client came
   */
  record Acquire(LeaseId lease, long ticket, long agedNanos, Wish wish, InetSocketAddress client)
      implements ToPool {
    @Override
    public int roughBytes() {
      return Sizes.ITEM + Sizes.wish(wish) + Sizes.address(client);
    }
  }

  /** A session has a slot; only in a census. */
  record Holds(LeaseId lease, Slot slot, boolean active) implements ToPool {
    @Override
    public int roughBytes() {
      return Sizes.ITEM + Sizes.slot(slot);
    }
  }

  /** The agent has told of all that there is. */
  record CensusEnd() implements ToPool {}

  /** As the balancer's message of that name. */
  record Connected(LeaseId lease) implements ToPool {}

  /** As the balancer's message of that name. */
  record Release(LeaseId lease, Slot slot, Outcome outcome) implements ToPool {
    @Override
    public int roughBytes() {
      return Sizes.ITEM + Sizes.slot(slot) + Sizes.outcome(outcome);
    }
  }

  /** As the balancer's message of that name. */
  record Blame(LeaseId lease, String backend, String reason) implements ToPool {
    @Override
    public int roughBytes() {
      return Sizes.ITEM + Sizes.text(backend) + Sizes.text(reason);
    }
  }

  /** As the balancer's message of that name. */
  record Withdraw(LeaseId lease) implements ToPool {}

  /** As the balancer's message of that name. */
  record SessionEnded(long session) implements ToPool {}

  /** As the balancer's message of that name. */
  record Observed(String backend, Observation observation, String reason) implements ToPool {
    @Override
    public int roughBytes() {
      return Sizes.ITEM + Sizes.text(backend) + Sizes.text(reason);
    }
  }

  /** As the balancer's message of that name. */
  record Learned(String backend, int slots) implements ToPool {
    @Override
    public int roughBytes() {
      return Sizes.ITEM + Sizes.text(backend);
    }
  }

  /** Answered by {@link ToNode.Answered} with the same number. */
  record Ask(long id, Question question) implements ToPool {
    @Override
    public int roughBytes() {
      return Sizes.ITEM + question.roughBytes();
    }
  }
}
