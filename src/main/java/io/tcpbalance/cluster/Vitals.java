package io.tcpbalance.cluster;

import io.tcpbalance.cluster.mail.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a node's agents have to know of its cluster at any moment. Written by {@link Nodes}, read by
 * any thread.
 */
final class Vitals {

  private volatile long majorityAtNanos;
  private volatile Map<NodeId, Long> gravesEndAtNanos = Map.of();

  Vitals(long nowNanos) {
    majorityAtNanos = nowNanos;
  }

  long majorityAtNanos() {
    return majorityAtNanos;
  }

  void majorityAt(long nanos) {
    majorityAtNanos = nanos;
  }

  /** As {@link Graves#remaining} says it. */
  void graves(Map<NodeId, Long> remainingMs, long nowNanos) {
    Map<NodeId, Long> ends = new HashMap<>();
    remainingMs.forEach((node, ms) -> ends.put(node, nowNanos + TimeUnit.MILLISECONDS.toNanos(ms)));
    gravesEndAtNanos = Map.copyOf(ends);
  }

  /** The same, as of now. */
  Map<NodeId, Long> graves(long nowNanos) {
    Map<NodeId, Long> remaining = new HashMap<>();
    gravesEndAtNanos.forEach(
        (node, end) -> {
          if (end - nowNanos > 0) {
            remaining.put(node, TimeUnit.NANOSECONDS.toMillis(end - nowNanos) + 1);
          }
        });
    return remaining;
  }
}
