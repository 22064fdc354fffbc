package io.tcpbalance.cluster;

import io.tcpbalance.cluster.mail.NodeId;
import io.tcpbalance.cluster.mail.ToNode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Answers to operators, held back until the roster that they tell of is known to enough nodes: what
 * an operator was told must not be forgotten with the balancer's node.
 */
final class SafeAnswers {

  private static final long LONGEST_NANOS = Duration.ofSeconds(2).toNanos();

  private record Unsafe(NodeId node, ToNode.Answered answer, long sinceNanos) {}

  private final SharedPool pool;
  private final Queue<Unsafe> unsafe = new ArrayDeque<>();

  SafeAnswers(SharedPool pool) {
    this.pool = pool;
  }

  void add(NodeId node, ToNode.Answered answer, long nowNanos) {
    unsafe.add(new Unsafe(node, answer, nowNanos));
  }

  /** Returns whether there was one. One that waited for long is given as it is. */
  boolean giveSafeOnes(long nowNanos) {
    boolean given = false;
    while (!unsafe.isEmpty()
        && (pool.rosterIsSafe() || nowNanos - unsafe.element().sinceNanos() >= LONGEST_NANOS)) {
      Unsafe safe = unsafe.remove();
      pool.answer(safe.node(), safe.answer());
      given = true;
    }
    return given;
  }
}
