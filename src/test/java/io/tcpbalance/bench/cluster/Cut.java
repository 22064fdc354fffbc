package io.tcpbalance.bench.cluster;

import io.tcpbalance.bench.JobLoad;
import io.tcpbalance.bench.JobShape;
import io.tcpbalance.bench.LoadResult;
import io.tcpbalance.cli.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * The node that decides is cut off from the others, though not from its clients and from the hosts.
 * It ends, as it must, and is started again while the cut is still there, as a service is.
 *
 * @param seconds how long, longer than it takes to end
 * @param oneWay only what it sends is lost
 */
record Cut(int seconds, boolean oneWay) implements Drill {

  /** A session that goes on longer than the cut. */
  private static final class LongJob {
    final CompletableFuture<LoadResult> result;
    volatile long endNs;

    LongJob(Node node, int seconds) throws InterruptedException {
      InetSocketAddress proxy = node.proxy();
      JobShape job = FarmCluster.JOB.withServiceUs((seconds + 2) * 1_000_000);
      Duration patience = Duration.ofSeconds(10L * seconds);
      result =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return JobLoad.run(proxy, job, 1, 1, patience);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                } finally {
                  endNs = System.nanoTime();
                }
              });
    }
  }

  @Override
  public List<String> harm(FarmCluster cluster) throws Exception {
    Node minority = cluster.decider();
    List<Node> majority = cluster.others(minority);
    LongJob doomed = new LongJob(minority, seconds);
    LongJob spared = new LongJob(majority.get(0), seconds);
    cluster.awaitServed(cluster.nodes(), 50);

    Gaps.mark(majority);
    long cutNs = System.nanoTime();
    for (Node other : majority) {
      cluster.links().cut(minority.number(), other.number(), !oneWay);
    }
    cluster.awaitServed(majority, 50);
    Gaps gaps = new Gaps();
    gaps.add(majority);
    int code = minority.daemon().awaitExit();
    final long endNs = System.nanoTime();
    final long lastAnswerNs = minority.clients().lastServedNs();
    cluster.finishHarmed(minority);
    expectLost(cluster.tally(), doomed.result.join(), code);

    Await.pass(1);
    minority.start();
    Await.until("the cut was over", () -> secondsFrom(cutNs, System.nanoTime()) >= seconds);
    expectNoIsland(cluster.tally(), minority);
    for (Node other : majority) {
      cluster.links().heal(minority.number(), other.number(), !oneWay);
    }
    final long healedNs = System.nanoTime();
    minority.awaitMember();
    cluster.serve(List.of(minority));
    cluster.awaitServed(cluster.nodes(), 50);
    cluster.tally().add("the long job of the majority", spared.result.join());
    return List.of(
        "majority without a new slot for " + gaps,
        String.format(
            Locale.ROOT,
            "minority: last answer after %.2f s, open session closed after %.2f s, ended after %.2f"
                + " s; served again %.2f s after the cut",
            secondsFrom(cutNs, lastAnswerNs),
            secondsFrom(cutNs, doomed.endNs),
            secondsFrom(cutNs, endNs),
            secondsFrom(healedNs, System.nanoTime())));
  }

  private static void expectLost(Tally tally, LoadResult session, int code) {
    tally.addOfHarmed("the long job of the minority", session);
    if (session.jobs() > 0 || code != ExitCode.SOFTWARE.number()) {
      tally.failures().add("the minority went on: ended with " + code + ", " + session);
    }
  }

  /** What was started within the cut must not go on by itself. */
  private static void expectNoIsland(Tally tally, Node minority) {
    minority
        .decider()
        .ifPresent(
            decider ->
                tally.failures().add("an island: " + minority.number() + " obeys " + decider));
  }

  private static double secondsFrom(long beginNs, long endNs) {
    return (endNs - beginNs) / 1e9;
  }
}
