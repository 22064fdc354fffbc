package io.tcpbalance.cluster;

import io.tcpbalance.balancer.OperationRefused;
import io.tcpbalance.cluster.mail.Answer;
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

  private static final Answer NOT_SAFE =
      new Answer.Refused(
          OperationRefused.Kind.CONFLICT,
          "it is done, but most nodes of the cluster have not confirmed that they know: they may"
              + " forget it; look again in a minute");

  private record Unsafe(NodeId node, ToNode.Answered answer, long sinceNanos) {}

  private final SharedPool pool;
  private final Queue<Unsafe> unsafe = new ArrayDeque<>();

  SafeAnswers(SharedPool pool) {
    this.pool = pool;
  }

  void add(NodeId node, ToNode.Answered answer, long nowNanos) {
    unsafe.add(new Unsafe(node, answer, nowNanos));
  }

  /** Returns whether there was one. One that waited for long is told to be unsafe. */
  boolean giveSafeOnes(long nowNanos) {
    boolean given = false;
    while (!unsafe.isEmpty()) {
      Unsafe first = unsafe.element();
      if (pool.rosterIsSafe()) {
        pool.answer(first.node(), first.answer());
      } else if (nowNanos - first.sinceNanos() >= LONGEST_NANOS) {
        pool.answer(first.node(), new ToNode.Answered(first.answer().id(), NOT_SAFE));
      } else {
        break;
      }
      unsafe.remove();
      given = true;
    }
    return given;
  }
}
