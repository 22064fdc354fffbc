package io.tcpbalance.bench.cluster;

import java.util.List;

/**
 * Nobody is harmed.
 *
 * @param jobs at least so many
 */
record Steady(long jobs) implements Drill {

  @Override
  public List<String> harm(FarmCluster cluster) throws Exception {
    cluster.awaitServed(cluster.nodes(), 1);
    Await.until(
        jobs + " jobs were answered",
        () ->
            cluster.nodes().stream().anyMatch(node -> node.clients().isOver())
                || cluster.nodes().stream().mapToLong(node -> node.clients().served()).sum()
                    >= jobs);
    return List.of(
        "by node: " + cluster.nodes().stream().map(node -> node.clients().served()).toList());
  }
}
