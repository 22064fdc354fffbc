package io.tcpbalance.cluster;

import io.tcpbalance.cluster.mail.NodeId;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * When a node that says farewell may leave: when all others have heard it. Who hears it only when
 * that node is gone takes it for one that died. Letters between two nodes keep their order, so
 * whoever answers what was asked behind the farewell has heard it.
 */
final class Farewell {

  /** Who does not answer is not waited for any longer. */
  static final Duration PATIENCE = Duration.ofSeconds(3);

  private final long question;
  private final long saidAtNanos;
  private final Set<NodeId> heardBy = new HashSet<>();
  private boolean left;

  /**
   * One that is said now.
   *
   * @param question what is asked behind it, and behind each repetition
   */
  Farewell(long question, long nowNanos) {
    this.question = question;
    saidAtNanos = nowNanos;
  }

  long question() {
    return question;
  }

  void answered(NodeId node, long answered) {
    if (answered >= question) {
      heardBy.add(node);
    }
  }

  /** Whether it is time to leave; no more than once. */
  boolean isTimeToLeave(Set<NodeId> others, long nowNanos) {
    if (left || !(heardBy.containsAll(others) || nowNanos - saidAtNanos >= PATIENCE.toNanos())) {
      return false;
    }
    left = true;
    return true;
  }
}
