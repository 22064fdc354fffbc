package io.tcpbalance.bench.cluster;

import java.util.List;

/** One node after the other is replaced: SIGTERM, and a new one when it has ended. */
enum Rolling implements Drill {
  INSTANCE;

  @Override
  public List<String> harm(FarmCluster cluster) throws Exception {
    Gaps gaps = new Gaps();
    for (Node node : cluster.nodes()) {
      List<Node> others = cluster.others(node);
      Gaps.mark(others);
      node.clients().stop();
      node.daemon().signal("TERM");
      // Its clients are served, too, if they were there before.
      cluster.finish(node);
      int code = node.daemon().awaitExit();
      if (code != 0) {
        cluster.tally().failures().add("node " + node.number() + " ended with " + code);
      }
      cluster.awaitServed(others, 50);
      node.start();
      node.awaitMember();
      cluster.serve(List.of(node));
      cluster.awaitServed(cluster.nodes(), 50);
      gaps.add(others);
    }
    return List.of("3 stops; others without a new slot for " + gaps);
  }
}
