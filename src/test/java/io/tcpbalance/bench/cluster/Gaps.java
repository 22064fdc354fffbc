package io.tcpbalance.bench.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How long nodes that nobody harmed were without a new slot, each time. */
final class Gaps {
  private final List<Double> seconds = new ArrayList<>();

  static void mark(List<Node> unharmed) {
    unharmed.forEach(node -> node.clients().mark());
  }

  /** Of the node that waited longest. */
  void add(List<Node> unharmed) {
    seconds.add(longest(unharmed));
  }

  /** In seconds, since they were marked. */
  static double longest(List<Node> nodes) {
    return nodes.stream().mapToLong(node -> node.clients().longestGapNs()).max().orElse(0) / 1e9;
  }

  @Override
  public String toString() {
    List<Double> sorted = seconds.stream().sorted().toList();
    if (sorted.isEmpty()) {
      return "none";
    }
    return String.format(
        Locale.ROOT,
        "%.2f to %.2f s, median %.2f s",
        sorted.get(0),
        sorted.get(sorted.size() - 1),
        sorted.get(sorted.size() / 2));
  }
}
