package io.tcpbalance.bench.cluster;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The node that decides is killed by SIGKILL, again and again, each time as soon as it has answered
 * an operator, whose word the others keep. Every other time it is started again at once, as a
 * service is; else only when the others have slots again.
 *
 * @param atLeast so many times
 * @param minutes and for so long
 * @param calmSeconds after which the next one is killed, once the node is back and all are served
 */
record Killings(int atLeast, int minutes, int calmSeconds) implements Drill {

  private static final String DRAINED = "slow";

  @Override
  public List<String> harm(FarmCluster cluster) throws Exception {
    Gaps gaps = new Gaps();
    long endNs = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
    int kills = 0;
    while (kills < atLeast || System.nanoTime() - endNs < 0) {
      kill(cluster, kills % 2 == 0, gaps);
      kills++;
      Await.pass(calmSeconds);
    }
    return List.of(kills + " kills; others without a new slot for " + gaps);
  }

  private static void kill(FarmCluster cluster, boolean backAtOnce, Gaps gaps) throws Exception {
    Node decider = cluster.decider();
    List<Node> others = cluster.others(decider);
    Gaps.mark(others);
    decider.changeHost(DRAINED, "{\"state\": \"drain\"}", others.get(0));
    decider.clients().stop();
    decider.daemon().signal("KILL");
    cluster.finishHarmed(decider);
    if (backAtOnce) {
      decider.start();
    }
    cluster.awaitServed(others, 50);
    gaps.add(others);
    expectDrained(cluster.tally(), others);
    if (!backAtOnce) {
      decider.start();
    }
    decider.awaitMember();
    cluster.serve(List.of(decider));
    cluster.awaitServed(cluster.nodes(), 50);
    expectDrained(cluster.tally(), cluster.nodes());
    decider.changeHost(DRAINED, "{\"state\": \"up\"}", others.get(1));
  }

  private static void expectDrained(Tally tally, List<Node> nodes) throws Exception {
    for (Node node : nodes) {
      String status = node.host(DRAINED).get("status").textValue();
      if (!status.equals("draining")) {
        tally.failures().add("node " + node.number() + " forgot an operator's word: " + status);
      }
    }
  }
}
