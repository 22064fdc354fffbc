package io.tcpbalance.cluster.mail;

import java.util.List;
import java.util.Map;

/** What goes from node to node. Any of it may be lost, doubled, late or overtaken. */
public sealed interface Mail {

  /** What goes between the agents and the balancers of one pool. */
  sealed interface OfPool extends Mail {
    String pool();
  }

  /**
   * From an agent.
   *
   * @param ballot whom it obeys
   * @param life which of its node's agents it is, counted from 1
   */
  record FromNode(String pool, Ballot ballot, long life, Frame<ToPool> frame) implements OfPool {}

  /**
   * From a shared balancer; it tells the agent to obey it, if there is no greater ballot.
   *
   * @param life the agent's that is meant; 0: whichever there is
   */
  record FromPool(String pool, Ballot ballot, long life, Frame<ToNode> frame) implements OfPool {}

  /** An agent obeys a greater ballot than that of the one whom it tells. */
  record Superseded(String pool, Ballot by) implements OfPool {}

  /** Asks whether the other node is there. */
  record Pulse(long number) implements Mail {}

  /**
   * It is.
   *
   * @param graves as {@link ToPool.Begin} has them
   */
  record Echo(long number, Map<NodeId, Long> graves) implements Mail {
    public Echo {
      graves = Map.copyOf(graves);
    }
  }

  /** The node leaves the cluster, and none of its sessions holds or will hold anything shared. */
  record Farewell() implements Mail {}

  /**
   * Items in order.
   *
   * @param first the number of the first one; they are counted from 1 in each life of a link
   * @param acknowledged up to which number the other side's items have come
   */
  record Frame<T extends Item>(long first, long acknowledged, List<T> items) {
    public Frame {
      items = List.copyOf(items);
    }
  }
}
