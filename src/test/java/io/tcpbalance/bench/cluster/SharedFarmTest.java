package io.tcpbalance.bench.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpbalance.bench.JobShape;
import io.tcpbalance.cli.ExitCode;
import io.tcpbalance.testing.TestAuthority;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three real daemons before one farm, in which each test starts again what another one has ended.
 * They speak TLS, if there is openssl; those of {@link LinkCutTest} do not. The long forms of the
 * drills are in {@code ops/bench/cluster}.
 */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
class SharedFarmTest {

  /** Leaves nodes that start some of two cores, so that less time is spent on that. */
  private static final JobShape JOB = FarmCluster.JOB.withServiceUs(12_000);

  private FarmCluster cluster;

  @BeforeAll
  void prepare(@TempDir Path directory) throws Exception {
    FarmCluster.Terms terms =
        new FarmCluster.Terms("2s", "4s", TestAuthority.isPossible(), true, JOB);
    cluster = FarmCluster.prepare(directory, Links.none(), terms);
  }

  @AfterAll
  void close() throws IOException {
    cluster.close();
  }

  private void assertGood(Drill drill) throws Exception {
    assertEquals(List.of(), drill.run(cluster).faults());
  }

  @Test
  void neverExceedsSlotsOverAllProxies() throws Exception {
    assertGood(new Steady(3_000));
  }

  @Test
  void costsOthersNoJobWhenTheNodeThatDecidesIsKilled() throws Exception {
    assertGood(new Killings(1, 0, 0));
  }

  @Test
  void costsNoJobToReplaceOneNodeAfterTheOther() throws Exception {
    assertGood(Rolling.INSTANCE);
  }

  @Test
  void costsNoJobToReplaceTheCodeOfANode() throws Exception {
    assertGood(new Upgrades(1));
  }

  @Tag("long")
  @Test
  void costsOthersNoJobWhenTheNodeThatDecidesStandsStill() throws Exception {
    assertGood(Frozen.INSTANCE);
  }

  @Test
  void costsNoJobWhenActorsOfAPoolAreKilled() throws Exception {
    assertGood(
        running -> {
          for (Node node : running.nodes()) {
            node.kill("/user/proxy-farm/balancer");
            running.awaitServed(running.nodes(), 3);
            node.kill("/user/cluster");
            running.awaitServed(running.nodes(), 3);
          }
          return List.of();
        });
  }

  @Test
  void endsANodeThatIsAloneAndFormsNoOtherClusterUntilAllAreThere() throws Exception {
    cluster.makeWhole();
    Node first = cluster.nodes().get(0);
    for (Node other : cluster.others(first)) {
      other.daemon().signal("KILL");
    }
    assertEquals(ExitCode.SOFTWARE.number(), first.daemon().awaitExit());

    first.start();
    first.daemon().awaitLine("in no cluster yet");
    assertEquals(List.of(), first.daemon().linesWith("its balancer begins here"));

    cluster.makeWhole();
    cluster.serve(cluster.nodes());
    cluster.awaitServed(cluster.nodes(), 3);
    cluster.rest(cluster.nodes());
  }
}
