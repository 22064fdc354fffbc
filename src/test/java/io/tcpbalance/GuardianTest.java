package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.typesafe.config.ConfigFactory;
import io.tcpbalance.admin.ReloadReport;
import io.tcpbalance.cli.ExitCode;
import io.tcpbalance.config.InvalidSettingsException;
import io.tcpbalance.config.LoadedSettings;
import io.tcpbalance.config.SettingsLoader;
import io.tcpbalance.config.SupervisionSettings;
import io.tcpbalance.proxy.ProxyDescription;
import io.tcpbalance.proxy.ProxySupervisor;
import io.tcpbalance.state.State;
import io.tcpbalance.supervision.Kill;
import io.tcpbalance.supervision.Supervision;
import io.tcpbalance.testing.DrillFilter;
import io.tcpbalance.testing.GreetingHost;
import io.tcpbalance.testing.LoneGround;
import io.tcpbalance.testing.TalkingClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSelection;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** How failures climb the tree: from a child to its proxy, from a proxy to the process. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GuardianTest {

  private static final int MAX_RESTARTS = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ActorTestKit kit =
      ActorTestKit.create(SettingsLoader.actorSystemConfig(ConfigFactory.empty()));
  private volatile LoadedSettings settings;
  private GreetingHost host;
  private CompletableFuture<ExitCode> exit;
  private Supervision supervision;
  private ActorRef<Guardian.Command> root;
  private TestProbe<Object> watcher;
  private ProxyDescription described;

  @BeforeEach
  void start() throws Exception {
    host = GreetingHost.start("bld1");
    Ending ending = new Ending();
    exit = ending.code();
    settings = configured("");
    supervision =
        new Supervision(new SupervisionSettings(MAX_RESTARTS, Duration.ofMinutes(10)), true);
    watcher = kit.createTestProbe();
    root =
        kit.spawn(
            Guardian.create(
                settings,
                () -> settings,
                State.off(),
                supervision,
                new LoneGround(),
                Optional.empty(),
                ending));
  }

  /** Both proxies with these settings beside. */
  private LoadedSettings configured(String more) throws InvalidSettingsException {
    String proxy =
        "listen { host = 127.0.0.1, port = 0 }, backends = [{ name = bld1, host = 127.0.0.1,"
            + " max-connections = 4, port = %d }]\n%s".formatted(host.port(), more);
    return SettingsLoader.parse(
        "tcpbalance { admin.enabled = false, console.enabled = false, proxies { a { %1$s }, b { %1$s } } }"
            .formatted(proxy),
        "test");
  }

  @AfterEach
  void stop() throws IOException {
    kit.stop(root);
    host.close();
  }

  @AfterAll
  void shutdown() {
    kit.shutdownTestKit();
  }

  @Test
  void childWithinItsLimitCostsNobodyASession() throws Exception {
    InetSocketAddress before = describe("a").address();
    try (TalkingClient client = served(before)) {
      kill("proxy-a/balancer", MAX_RESTARTS);
      kill("proxy-a/listener", MAX_RESTARTS);
      kill("proxy-a/sessions", MAX_RESTARTS);

      // A new one is served by all three.
      served(before).close();

      client.say("still there");
      assertEquals("still there", client.hear());
      assertEquals(before, describe("a").address());
    }
  }

  @Test
  void childBeyondItsLimitRestartsItsProxyOnly() throws Exception {
    InetSocketAddress a = describe("a").address();
    try (TalkingClient atA = served(a);
        TalkingClient atB = served(describe("b").address())) {
      failForGood("a", "balancer");

      assertNull(atA.hear(), "its own clients drop");
      served(describe("a").address()).close();
      atB.say("not disturbed");
      assertEquals("not disturbed", atB.hear());
      assertFalse(exit.isDone());
    }
  }

  @Test
  void listenerAndSessionsEscalateTheSameWay() throws Exception {
    failForGood("a", "listener");
    failForGood("a", "sessions");

    served(describe("a").address()).close();
    assertFalse(exit.isDone());
  }

  @Test
  void proxyThatIsKilledWithinItsLimitComesBack() throws Exception {
    for (int i = 0; i < MAX_RESTARTS; i++) {
      try (TalkingClient client = served(describe("a").address())) {
        kill("proxy-a", 1);

        assertNull(client.hear());
      }
    }

    served(describe("a").address()).close();
    assertFalse(exit.isDone());
  }

  @Test
  void proxyBeyondItsLimitEndsTheProcess() throws Exception {
    for (int i = 0; i < MAX_RESTARTS; i++) {
      failForGood("a", "balancer");
    }
    try (TalkingClient atB = served(describe("b").address())) {
      assertFalse(exit.isDone());

      kill("proxy-a/balancer", MAX_RESTARTS + 1);

      assertEquals(ExitCode.SOFTWARE, exit.get(20, TimeUnit.SECONDS));
      watcher.expectTerminated(root, PATIENCE);
      assertNull(atB.hear());
    }
  }

  @Test
  void whatRestartsAfterReloadHasTheNewSettings() throws Exception {
    describe("a");
    settings = configured("connect-timeout = 7s, queue.max-length = 7");
    TestProbe<ReloadReport> reloads = kit.createTestProbe();
    root.tell(new Guardian.ReloadConfiguration("test", reloads.ref()));
    ReloadReport report = reloads.receiveMessage(PATIENCE);
    assertEquals(4, report.changed().size(), report.toString());

    kill("proxy-a", 1);

    watcher.awaitAssert(
        PATIENCE,
        () -> {
          assertEquals(Duration.ofSeconds(7), describe("a").settings().connectTimeout());
          return described;
        });
    served(describe("a").address()).close();
    assertFalse(exit.isDone());
  }

  @Test
  void everyReloadIsAnsweredOneAfterTheOther() throws Exception {
    TestProbe<ReloadReport> reloads = kit.createTestProbe();
    for (int i = 1; i <= 10; i++) {
      root.tell(new Guardian.ReloadConfiguration("test", reloads.ref()));
    }

    for (int i = 1; i <= 10; i++) {
      ReloadReport report = reloads.receiveMessage(PATIENCE);
      assertEquals(List.of(), report.changed());
      assertEquals(List.of(), report.problems());
    }
  }

  @Test
  void stopEndsItWithZero() throws Exception {
    root.tell(Guardian.Stop.INSTANCE);

    watcher.expectTerminated(root, PATIENCE);
    assertEquals(ExitCode.DONE, exit.get(20, TimeUnit.SECONDS));
  }

  /** Past its limit, so that its proxy restarts; returns when a client of its has noticed. */
  private void failForGood(String proxy, String child) throws IOException {
    try (TalkingClient client = served(describe(proxy).address())) {
      kill("proxy-" + proxy + "/" + child, MAX_RESTARTS + 1);

      assertNull(client.hear());
    }
  }

  private void kill(String path, int times) {
    for (int i = 0; i < times; i++) {
      supervision
          .tree()
          .kill(root.path().toStringWithoutAddress() + "/" + path, new Kill(DrillFilter.REASON));
    }
  }

  /** Asks until it is answered: a proxy that does not listen yet says nothing. */
  private ProxyDescription describe(String proxy) {
    TestProbe<ProxyDescription> answer = kit.createTestProbe();
    answer.awaitAssert(
        PATIENCE,
        () -> {
          at("proxy-" + proxy)
              .tell(
                  new ProxySupervisor.Describe(answer.getRef()),
                  org.apache.pekko.actor.ActorRef.noSender());
          described = answer.receiveMessage(Duration.ofSeconds(1));
          return described;
        });
    return described;
  }

  private ActorSelection at(String path) {
    return Adapter.toClassic(kit.system()).actorSelection(root.path() + "/" + path);
  }

  private static TalkingClient served(InetSocketAddress address) throws IOException {
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    TalkingClient client = new TalkingClient(socket);
    assertEquals("220 bld1", client.hear());
    return client;
  }
}
