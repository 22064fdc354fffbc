package io.tcpbalance.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.PoolStatus;
import io.tcpbalance.bench.JobLoad;
import io.tcpbalance.bench.JobServer;
import io.tcpbalance.bench.JobShape;
import io.tcpbalance.bench.LoadResult;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.testing.GreetingHost;
import io.tcpbalance.testing.TalkingClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the death of each actor may cost, row by row; all at once: see FaultDrillTest. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KilledActorsTest {

  private static final int JOBS = Boolean.getBoolean("tcpbalance.long") ? 60_000 : 6_000;
  private static final int FEWEST_KILLS = 20;

  private final ActorTestKit kit = ActorTestKit.create();

  @AfterAll
  void stop() {
    kit.shutdownTestKit();
  }

  @ParameterizedTest
  @ValueSource(strings = {"listener", "balancer", "sessions"})
  void costsNoJobUnderLoad(String victim) throws IOException {
    try (JobServer fast = JobServer.start(0);
        JobServer slow = JobServer.start(0);
        RunningProxy proxy =
            new RunningProxy.Plan()
                .backend("fast", fast.port(), 4)
                .backend("slow", slow.port(), 2)
                .start(kit)) {
      CompletableFuture<LoadResult> load = loadOn(proxy, new JobShape(3_000, 2_000, 500), 32);

      int kills = 0;
      while (!load.isDone()) {
        long before = accepted(proxy.pool());
        proxy.kill(victim);
        // Kills that follow on each other without end would leave no time to grant anything.
        proxy.awaitPool("another job begun", pool -> load.isDone() || accepted(pool) > before);
        kills++;
      }

      assertTrue(load.join().isClean(), () -> "jobs failed: " + load.join());
      assertTrue(kills >= FEWEST_KILLS, "only " + kills + " kills, no drill");
      assertTrue(fast.maxConcurrent() <= 4, "fast had " + fast.maxConcurrent());
      assertTrue(slow.maxConcurrent() <= 2, "slow had " + slow.maxConcurrent());
      proxy.awaitRest();
    }
  }

  private static long accepted(PoolStatus pool) {
    return pool.backends().stream().mapToLong(BackendStatus::activeCount).sum();
  }

  @Test
  void aKilledSessionFreesItsSlotForTheNextClient() throws IOException {
    try (GreetingHost host = GreetingHost.start("host");
        RunningProxy proxy = new RunningProxy.Plan().backend("host", host.port(), 1).start(kit);
        TalkingClient victim = new TalkingClient(proxy.connect())) {
      assertEquals("220 host", victim.hear());
      try (TalkingClient next = new TalkingClient(proxy.connect())) {
        proxy.awaitPool("one waiting", pool -> pool.waiting() == 1);

        proxy.killSession(1);

        assertEquals("220 host", next.hear());
        assertNull(victim.hear(), "the killed session's client is hung up");
      }
      proxy.awaitRest();
    }
  }

  @Test
  void aKilledWaitingSessionLeavesTheQueue() throws IOException {
    try (GreetingHost host = GreetingHost.start("host");
        RunningProxy proxy = new RunningProxy.Plan().backend("host", host.port(), 1).start(kit);
        TalkingClient served = new TalkingClient(proxy.connect())) {
      assertEquals("220 host", served.hear());
      try (TalkingClient victim = new TalkingClient(proxy.connect());
          TalkingClient next = new TalkingClient(proxy.connect())) {
        proxy.awaitPool("two waiting", pool -> pool.waiting() == 2);

        proxy.killSession(2);
        proxy.awaitPool("one waiting", pool -> pool.waiting() == 1);
        served.say("QUIT");
        served.hangUp();

        assertEquals("220 host", next.hear());
        assertNull(victim.hear());
      }
      proxy.awaitRest();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"listener", "balancer", "sessions"})
  void keepsEstablishedSessionsWaitersTheirOrderAndWhatTheOperatorSaid(String victim)
      throws IOException {
    try (GreetingHost host = GreetingHost.start("host");
        RunningProxy proxy =
            new RunningProxy.Plan()
                .backend("host", host.port(), 1)
                .backend("other", host.port(), 3)
                .start(kit)) {
      proxy.put("other", OperatorState.DOWN);
      proxy.resize("other", 7);
      TalkingClient served = new TalkingClient(proxy.connect());
      assertEquals("220 host", served.hear());
      TalkingClient[] waiting = new TalkingClient[5];
      for (int i = 0; i < waiting.length; i++) {
        waiting[i] = new TalkingClient(proxy.connect());
        int count = i + 1;
        proxy.awaitPool(count + " waiting", pool -> pool.waiting() == count);
      }

      proxy.kill(victim);
      proxy.awaitPool("all waiting again", pool -> pool.waiting() == waiting.length);

      BackendStatus other = proxy.backend("other");
      assertEquals(OperatorState.DOWN, other.state());
      assertEquals(7, other.maxConnections());
      assertEquals(1, proxy.backend("host").active());
      served.say("still there?");
      assertEquals("still there?", served.hear());
      TalkingClient before = served;
      for (TalkingClient next : waiting) {
        before.say("QUIT");
        before.hangUp();
        assertEquals("220 host", next.hear());
        before = next;
      }
      before.hangUp();
      proxy.awaitRest();
    }
  }

  @Test
  void theSupervisorsOwnDeathClosesItsClientsAndKeepsTheRoster() throws IOException {
    try (GreetingHost host = GreetingHost.start("host");
        RunningProxy proxy = new RunningProxy.Plan().backend("host", host.port(), 1).start(kit)) {
      proxy.resize("host", 2);
      try (TalkingClient client = new TalkingClient(proxy.connect())) {
        assertEquals("220 host", client.hear());

        proxy.killItself();

        assertNull(client.hear());
      }
      proxy.awaitPool("alive again", pool -> pool.backends().get(0).maxConnections() == 2);
      try (TalkingClient client = new TalkingClient(proxy.connect())) {
        assertEquals("220 host", client.hear());
      }
      proxy.awaitRest();
    }
  }

  @Test
  void theEndOfAProxyIsToldAlthoughSessionsDiedMeanwhile() throws IOException {
    try (GreetingHost host = GreetingHost.start("host");
        RunningProxy proxy = new RunningProxy.Plan().backend("host", host.port(), 1).start(kit);
        TalkingClient client = new TalkingClient(proxy.connect())) {
      assertEquals("220 host", client.hear());
      CompletionStage<ProxySupervisor.Drained> drained = proxy.drain();
      assertEquals(1, proxy.sessions().size());

      proxy.kill("sessions");
      client.say("QUIT");
      client.hangUp();

      assertEquals(proxy.supervisor(), drained.toCompletableFuture().join().proxy());
    }
  }

  @Test
  void aProxyThatDiesWhileItEndsTakesNoNewClients() throws IOException {
    try (GreetingHost host = GreetingHost.start("host");
        RunningProxy proxy = new RunningProxy.Plan().backend("host", host.port(), 1).start(kit);
        TalkingClient client = new TalkingClient(proxy.connect())) {
      assertEquals("220 host", client.hear());
      CompletionStage<ProxySupervisor.Drained> drained = proxy.drain();

      proxy.killItself();

      assertEquals(proxy.supervisor(), drained.toCompletableFuture().join().proxy());
      assertThrows(ConnectException.class, proxy::connect);
    }
  }

  private static CompletableFuture<LoadResult> loadOn(
      RunningProxy proxy, JobShape shape, int concurrency) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return JobLoad.run(proxy.port(), shape, JOBS, concurrency);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
