package io.tcpbalance.bench.cluster;

import java.util.List;
import java.util.Locale;

/**
 * The node that decides stands still by SIGSTOP until others have its slots, and wakes up by
 * SIGCONT.
 */
enum Frozen implements Drill {
  INSTANCE;

  @Override
  public List<String> harm(FarmCluster cluster) throws Exception {
    Gaps gaps = new Gaps();
    Node decider = cluster.decider();
    List<Node> others = cluster.others(decider);
    Gaps.mark(others);
    decider.clients().stop();
    decider.daemon().signal("STOP");
    cluster.awaitServed(others, 50);
    gaps.add(others);
    cluster.awaitServed(others, 200);
    decider.daemon().signal("CONT");
    long wokenNs = System.nanoTime();
    int code = decider.daemon().awaitExit();
    double secondsToEnd = (System.nanoTime() - wokenNs) / 1e9;
    cluster.finishHarmed(decider);
    decider.start();
    decider.awaitMember();
    cluster.serve(List.of(decider));
    cluster.awaitServed(cluster.nodes(), 50);
    return List.of(
        "others without a new slot for " + gaps,
        String.format(
            Locale.ROOT, "woken, the node ended with %d after %.2f s", code, secondsToEnd));
  }
}
