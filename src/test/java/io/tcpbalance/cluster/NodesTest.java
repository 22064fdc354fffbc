package io.tcpbalance.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tcpbalance.balancer.Roster;
import io.tcpbalance.cluster.mail.NodeId;
import io.tcpbalance.config.SupervisionSettings;
import io.tcpbalance.supervision.Kill;
import io.tcpbalance.supervision.Supervision;
import io.tcpbalance.testing.HeardLog;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NodesTest {

  private static final Config ALONE =
      ConfigFactory.parseString(
          """
          pekko.actor.provider = cluster
          pekko.remote.artery.canonical { hostname = 127.0.0.1, port = 0 }
          pekko.cluster { roles = [pool-p, voter], jmx.enabled = off }
          """);
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final Duration SEVERAL_TICKS = Duration.ofSeconds(1);

  private final ActorTestKit kit =
      ActorTestKit.create("tcpbalance", ALONE.withFallback(ConfigFactory.load()));
  private final Cluster cluster = Cluster.get(kit.system());
  private final NodeId self = Post.idOf(cluster.selfMember());
  private final TestProbe<Object> agent = kit.createTestProbe();
  private final AtomicLong nowNanos = new AtomicLong();

  @AfterAll
  void stop() {
    kit.shutdownTestKit();
  }

  private ActorRef<Object> start(Supervision supervision) {
    FenceTimes times = FenceTimes.of(Duration.ofSeconds(10));
    Nodes.Estate estate = new Nodes.Estate(self, times, nowNanos.get());
    Nodes.Surroundings around =
        new Nodes.Surroundings(supervision, times, false, nowNanos::get, ModelCluster.CLOCK);
    Post post = new Post(kit.system(), self, agent.ref().path());
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    ActorRef<Object> nodes =
        kit.spawn(Nodes.create(around, estate, new Vitals(nowNanos.get()), post));
    Roster.Holder roster = new Roster.Holder(ModelCluster.ROSTER);
    PoolSpec spec = new PoolSpec("p", ModelCluster.SETTINGS, roster);
    nodes.tell(new Nodes.Agent(spec, agent.ref()));
    return nodes;
  }

  private void awaitHome(boolean here) {
    agent.fishForMessage(
        PATIENCE,
        m ->
            m.equals(new Nodes.Home(here))
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore());
  }

  private void kill(ActorRef<Object> nodes, int term) {
    new Kill("drill").send(Post.at(kit.system(), self, nodes.path().child("pool-p-" + term)));
  }

  @Test
  void pausesWhenABalancerFailsAgainAndAgain() {
    SupervisionSettings twice = new SupervisionSettings(2, Duration.ofSeconds(30));
    try (HeardLog log = new HeardLog(Nodes.class.getName())) {
      ActorRef<Object> nodes = start(new Supervision(twice, true));
      for (int term = 1; term <= 3; term++) {
        awaitHome(true);
        kill(nodes, term);
        awaitHome(false);
      }

      agent.expectNoMessage(SEVERAL_TICKS);
      nowNanos.addAndGet(Duration.ofSeconds(10).toNanos());

      awaitHome(true);
      String expected = "pool p: its balancer fails again and again; another one begins in 10 s";
      assertTrue(log.lines().contains(expected), log.lines().toString());
    }
  }
}
