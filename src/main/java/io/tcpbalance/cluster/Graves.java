package io.tcpbalance.cluster;

import io.tcpbalance.cluster.mail.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Nodes that were removed from the cluster, and until when sessions of theirs may hold slots. What
 * one node knows of it the others learn, so that it is not forgotten with a node.
 */
final class Graves {

  private final Map<NodeId, Long> endsAtNanos = new HashMap<>();
  private final long waitNanos;

  Graves(FenceTimes times) {
    waitNanos = times.removedToFreeNanos();
  }

  void bury(NodeId node, long nowNanos) {
    endsAtNanos.putIfAbsent(node, nowNanos + waitNanos);
  }

  /** What another node knows, as {@link #remaining} says it, and this one does not. */
  void learn(Map<NodeId, Long> remainingMs, long nowNanos) {
    remainingMs.forEach(
        (node, ms) ->
            endsAtNanos.putIfAbsent(node, nowNanos + TimeUnit.MILLISECONDS.toNanos(ms + 1)));
  }

  /** By how many milliseconds each is still to be waited for. */
  Map<NodeId, Long> remaining(long nowNanos) {
    Map<NodeId, Long> remaining = new HashMap<>();
    endsAtNanos.forEach(
        (node, end) -> {
          if (end - nowNanos > 0) {
            remaining.put(node, TimeUnit.NANOSECONDS.toMillis(end - nowNanos));
          }
        });
    return remaining;
  }

  /** Those that are still to be waited for. */
  List<NodeId> all() {
    return endsAtNanos.keySet().stream().sorted().toList();
  }

  boolean contains(NodeId node) {
    return endsAtNanos.containsKey(node);
  }

  boolean isEmpty() {
    return endsAtNanos.isEmpty();
  }

  /** Takes out those that need not be waited for any more. */
  List<NodeId> over(long nowNanos) {
    List<NodeId> over = new ArrayList<>();
    endsAtNanos.forEach(
        (node, end) -> {
          if (end - nowNanos <= 0) {
            over.add(node);
          }
        });
    over.forEach(endsAtNanos::remove);
    return over;
  }
}
