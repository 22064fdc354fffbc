package io.tcpbalance.bench.cluster;

import java.util.ArrayList;
import java.util.List;

/** Something that is done to a cluster at work. */
interface Drill {

  /**
   * Does it to a cluster whose clients are at work, and returns when it is whole, and all of its
   * nodes have served.
   *
   * @return what to tell people
   */
  List<String> harm(FarmCluster cluster) throws Exception;

  /** From a whole cluster to a whole cluster at rest. */
  default Finding run(FarmCluster cluster) throws Exception {
    cluster.makeWhole();
    cluster.serve(cluster.nodes());
    cluster.awaitServed(cluster.nodes(), 50);
    List<String> notes = harm(cluster);
    cluster.rest(cluster.nodes());
    Tally tally = cluster.tally();
    List<String> faults = new ArrayList<>(tally.failures());
    faults.addAll(cluster.hosts().faults());
    return new Finding(tally.jobs(), tally.lost(), notes, faults);
  }
}
