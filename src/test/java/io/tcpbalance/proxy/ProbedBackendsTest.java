package io.tcpbalance.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.balancer.BackendHealthChanged;
import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.bench.JobLoad;
import io.tcpbalance.bench.JobServer;
import io.tcpbalance.bench.JobShape;
import io.tcpbalance.bench.LoadResult;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.Protocol;
import io.tcpbalance.testing.FakeBackend;
import io.tcpbalance.testing.FakeDistccd;
import io.tcpbalance.testing.GreetingHost;
import io.tcpbalance.testing.Hold;
import io.tcpbalance.testing.JobClient;
import io.tcpbalance.testing.JobScript;
import io.tcpbalance.testing.Peer;
import io.tcpbalance.testing.TalkingClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Health checks with real sockets: back-ends are found failed, and come back, without clients. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProbedBackendsTest {

  private static final int JOBS = Boolean.getBoolean("tcpbalance.long") ? 60_000 : 6_000;
  private static final int FEWEST_KILLS = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ActorTestKit kit = ActorTestKit.create();

  @AfterAll
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void findsAHostThatRefuses() throws IOException {
    TestProbe<BackendHealthChanged> events = kit.createTestProbe();
    kit.system()
        .eventStream()
        .tell(new EventStream.Subscribe<>(BackendHealthChanged.class, events.getRef()));
    try (FakeBackend dead = FakeBackend.refusing();
        RunningProxy proxy = probed().backend("refusing", port(dead), 4).start(kit)) {

      awaitStatus(proxy, "refusing", "failed");

      BackendStatus status = proxy.backend("refusing");
      assertEquals(Optional.of("connection refused"), status.lastError());
      BackendHealthChanged event =
          events
              .fishForMessage(
                  PATIENCE,
                  e ->
                      e.backend().equals("refusing")
                          ? FishingOutcomes.complete()
                          : FishingOutcomes.continueAndIgnore())
              .get(0);
      assertEquals("test", event.proxy());
      assertEquals("connection refused", event.reason());
    }
  }

  @Test
  void findsAHostThatDoesNotAnswer() throws IOException {
    try (FakeBackend silent = FakeBackend.unreachable();
        RunningProxy proxy =
            probed()
                .probeTimeout(Duration.ofMillis(150))
                .backend("silent", port(silent), 4)
                .start(kit)) {

      awaitStatus(proxy, "silent", "failed");

      assertEquals(
          Optional.of("connect timed out after 150 ms"), proxy.backend("silent").lastError());
    }
  }

  @Test
  void aProbeConnectsAndClosesAndIsNoSession() throws Exception {
    try (FakeBackend host = FakeBackend.scripted();
        RunningProxy proxy = probed().backend("host", port(host), 1).start(kit)) {

      for (int i = 0; i < 5; i++) {
        try (Peer atHost = host.take()) {
          atHost.expectEnd();
        }
      }

      BackendStatus status = proxy.backend("host");
      assertEquals("up", status.status());
      assertEquals(0, status.activeCount());
      assertEquals(0, status.pending() + status.active());
    }
  }

  @Test
  void bringsBackAHostAndServesWhoWaitedForIt() throws IOException {
    int port;
    try (GreetingHost gone = GreetingHost.start("gone")) {
      port = gone.port();
    }
    try (RunningProxy proxy = probed().backend("host", port, 2).start(kit)) {
      awaitStatus(proxy, "host", "failed");
      try (TalkingClient client = new TalkingClient(proxy.connect())) {
        proxy.awaitPool("one waiting", pool -> pool.waiting() == 1);

        try (GreetingHost back = GreetingHost.start("back", port)) {
          assertEquals(port, back.port());
          assertEquals("220 back", client.hear());
          assertEquals("up", proxy.backend("host").status());
        }
      }
    }
  }

  /** Its connections stay open, as they do when orphaned compilers hold them. */
  @Test
  void movesTheJobsOfAHostThatStopsAcceptingThoughNoClientComes() throws Exception {
    Hold never = new Hold();
    FakeDistccd dying = FakeDistccd.start(2).otherwise(JobScript.compiled().heldBy(never));
    try (FakeDistccd good = FakeDistccd.start(2);
        RunningProxy proxy =
            probed()
                .protocol(Protocol.DISTCC)
                .backend("dying", dying.port(), 2)
                .backend("good", good.port(), 2)
                .start(kit);
        JobClient client = JobClient.sent(proxy.port(), JobClient.request(2, "job", 10_000))) {
      never.awaitJob();

      dying.refuse();

      client.expectCompiled();
      proxy.awaitRest();
      assertEquals(1, good.answered());
    } finally {
      dying.close();
    }
  }

  @Test
  void aHostThatJobsDiedOnIsBackWithOneSlotUntilAJobGoesWell() throws Exception {
    Hold atSuspect = new Hold();
    Hold atGood = new Hold();
    try (FakeDistccd suspect = FakeDistccd.start(4);
        FakeDistccd good = FakeDistccd.start(1);
        RunningProxy proxy =
            probed()
                .protocol(Protocol.DISTCC)
                .backend("suspect", suspect.port(), 4)
                .backend("good", good.port(), 1)
                .start(kit)) {
      suspect.otherwise(JobScript.closed());
      JobClient.run(proxy.port(), JobClient.request(1, "one", 1_000));
      JobClient.run(proxy.port(), JobClient.request(1, "two", 1_000));
      awaitTrial(proxy);
      suspect.otherwise(JobScript.compiled().heldBy(atSuspect));
      good.otherwise(JobScript.compiled().heldBy(atGood));

      JobClient aborted = JobClient.sent(proxy.port(), JobClient.request(1, "three", 1_000));
      atSuspect.awaitJob();
      try (JobClient elsewhere =
          JobClient.sent(proxy.port(), JobClient.request(1, "four", 1_000))) {
        atGood.awaitJob();
        try (JobClient next = JobClient.sent(proxy.port(), JobClient.request(1, "five", 1_000))) {
          proxy.awaitPool("one waiting", pool -> pool.waiting() == 1);
          aborted.close();
          proxy.awaitPool("nobody waiting", pool -> pool.waiting() == 0);
          assertEquals(1, proxy.backend("suspect").slots());
          assertTrue(proxy.backend("suspect").onTrial());

          atSuspect.release();
          next.expectCompiled();

          proxy.awaitPool("off trial", pool -> !pool.backends().get(0).onTrial());
          assertEquals(4, proxy.backend("suspect").slots());
          atGood.release();
          elsewhere.expectCompiled();
        }
      }
      proxy.awaitRest();
    }
  }

  private static void awaitTrial(RunningProxy proxy) {
    proxy.awaitPool(
        "back on trial, and at rest",
        pool ->
            pool.backends().get(0).onTrial()
                && pool.backends().get(0).healthy()
                && pool.backends().get(1).active() == 0);
  }

  @Test
  void aHostThatComesBackIsLoadedGradually() throws IOException {
    int port;
    try (GreetingHost gone = GreetingHost.start("gone")) {
      port = gone.port();
    }
    try (RunningProxy proxy =
        probed().slowStart(Duration.ofHours(1)).backend("host", port, 4).start(kit)) {
      awaitStatus(proxy, "host", "failed");
      try (TalkingClient first = new TalkingClient(proxy.connect());
          TalkingClient second = new TalkingClient(proxy.connect())) {
        proxy.awaitPool("two waiting", pool -> pool.waiting() == 2);

        try (GreetingHost back = GreetingHost.start("back", port)) {
          assertEquals(port, back.port());
          assertEquals("220 back", first.hear());
          assertEquals(1, proxy.backend("host").slots());
          assertEquals(1, proxy.pool().waiting());
          proxy.put("host", OperatorState.UP);
          assertEquals("220 back", second.hear());
          assertEquals(4, proxy.backend("host").slots());
        }
      }
    }
  }

  @Test
  void followsAHostWhoseAddressChanges() throws IOException {
    AtomicReference<String> address = new AtomicReference<>("127.0.0.2");
    try (GreetingHost host = GreetingHost.start("host");
        RunningProxy proxy =
            probed()
                .lookup(name -> new InetAddress[] {InetAddress.getByName(address.get())})
                .dnsRefresh(Duration.ZERO)
                .backend("host", "host.example", host.port(), 1)
                .start(kit)) {
      awaitStatus(proxy, "host", "failed");

      address.set("127.0.0.1");

      awaitStatus(proxy, "host", "up");
    }
  }

  /** Probes are not counted as sessions, and their monitor's lives cost nobody anything. */
  @Test
  void theMonitorsDeathsUnderLoadCostNothing() throws IOException {
    try (JobServer fast = JobServer.start(0);
        JobServer slow = JobServer.start(0);
        FakeBackend dead = FakeBackend.refusing();
        RunningProxy proxy =
            probed()
                .backend("dead", port(dead), 4)
                .backend("fast", fast.port(), 4)
                .backend("slow", slow.port(), 2)
                .start(kit)) {
      CompletableFuture<LoadResult> load = loadOn(proxy, new JobShape(3_000, 2_000, 500), 32);

      int kills = 0;
      while (!load.isDone()) {
        proxy.kill("health");
        assertEquals(3, proxy.pool().backends().size());
        kills++;
      }

      assertTrue(load.join().isClean(), () -> "jobs failed: " + load.join());
      assertTrue(kills >= FEWEST_KILLS, "only " + kills + " kills, no drill");
      proxy.awaitRest();
      assertEquals("failed", proxy.backend("dead").status());
      assertEquals("up", proxy.backend("fast").status());
      assertEquals("up", proxy.backend("slow").status());
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

  /** No client is ever sent to a failed host, however long one waits. */
  private static RunningProxy.Plan probed() {
    return new RunningProxy.Plan().probed(2, 2).retryAfter(Duration.ofMillis(1));
  }

  private static void awaitStatus(RunningProxy proxy, String backend, String status) {
    proxy.awaitPool(
        backend + " " + status,
        pool ->
            pool.backends().stream()
                .anyMatch(b -> b.name().equals(backend) && b.status().equals(status)));
  }

  private static int port(FakeBackend backend) {
    return backend.address().getPort();
  }
}
