package io.tcpbalance.admin.http;

import static io.tcpbalance.admin.http.AdminServer.backend;
import static io.tcpbalance.admin.http.AdminServer.proxy;
import static io.tcpbalance.admin.http.AdminServer.settings;
import static io.tcpbalance.admin.http.ReadingTest.assertError;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.admin.SharedPort;
import io.tcpbalance.admin.access.Access;
import io.tcpbalance.config.AdminSettings;
import io.tcpbalance.proxy.ProxySupervisor;
import io.tcpbalance.supervision.Kill;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private ActorTestKit kit;

  @BeforeAll
  void startSystem() {
    kit = ActorTestKit.create();
  }

  @AfterAll
  void stopSystem() {
    kit.shutdownTestKit();
  }

  @Test
  void listensOnSameAddressAfterRestart() throws Exception {
    try (AdminServer server = AdminServer.of(kit, proxy("farm", backend("a", 3632, 1)))) {
      for (int i = 0; i < 3; i++) {
        new Kill("drill").send(server.admin);

        assertEquals(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()),
            server.births.next());
        assertEquals(200, server.get("/status").statusCode());
      }
    }
  }

  @Test
  void closesItsSocketWhenItStops() throws Exception {
    try (AdminServer server = AdminServer.of(kit, proxy("farm"))) {
      TestProbe<Object> watcher = kit.createTestProbe();

      kit.stop(server.admin);

      watcher.expectTerminated(server.admin, PATIENCE);
      watcher.awaitAssert(
          PATIENCE, () -> assertThrows(ConnectException.class, () -> server.get("/healthz")));
    }
  }

  @Test
  void tellsWhyItCannotListen() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      AdminSettings settings =
          new AdminSettings(true, "127.0.0.1", taken.getLocalPort(), Optional.empty(), List.of());
      AdminServer.Births births = new AdminServer.Births();
      TestProbe<Object> watcher = kit.createTestProbe();

      ActorRef<Admin.Command> admin =
          kit.spawn(
              Admin.create(
                  settings,
                  SharedPort.own(settings.port()),
                  new Memory(
                      new Access(List.of(), System::nanoTime),
                      AdminServer.records(kit),
                      InstantSource.system()),
                  Map::of,
                  AdminServer.NO_RELOAD,
                  AdminServer.NO_UPGRADE,
                  AdminServer.supervision(),
                  AdminServer.ALONE,
                  InstantSource.system(),
                  births));

      assertTrue(births.next().toString().contains("in use"), "the system's reason");
      watcher.expectTerminated(admin, PATIENCE);
    }
  }

  @Test
  void isNotReadyWhileProxyTakesNoClients() throws Exception {
    try (AdminServer server = AdminServer.of(kit, proxy("farm"), proxy("mail"))) {
      TestProbe<ProxySupervisor.Drained> drained = kit.createTestProbe();

      server.proxyActor("mail").tell(new ProxySupervisor.Drain(drained.ref()));
      drained.receiveMessage(PATIENCE);

      assertError(503, "not ready: proxy 'mail' takes no new clients", server.get("/readyz"));
      assertEquals(200, server.get("/healthz").statusCode());
      assertEquals("false", server.json("/api/v1/proxies/mail").get("accepting").toString());
    }
  }

  @Test
  void answers503ForSilentProxyAndShowsTheOthers() throws Exception {
    AdminServer.Births births = new AdminServer.Births();
    TestProbe<ProxySupervisor.Command> silent = kit.createTestProbe();
    ActorRef<Admin.Command> admin =
        kit.spawn(
            Admin.create(
                settings(Optional.empty()),
                SharedPort.own(settings(Optional.empty()).port()),
                new Memory(
                    new Access(List.of(), System::nanoTime),
                    AdminServer.records(kit),
                    InstantSource.system()),
                () -> Map.of("mute", silent.ref()),
                AdminServer.NO_RELOAD,
                AdminServer.NO_UPGRADE,
                AdminServer.supervision(),
                AdminServer.ALONE,
                InstantSource.system(),
                births));
    String base = "http://127.0.0.1:" + ((InetSocketAddress) births.next()).getPort();

    HttpResponse<String> proxy = get(base + "/api/v1/proxies/mute");
    HttpResponse<String> ready = get(base + "/readyz");
    HttpResponse<String> page = get(base + "/status");

    assertError(503, "proxy 'mute' does not answer", proxy);
    assertError(503, "not ready: proxy 'mute' does not answer", ready);
    assertEquals(200, page.statusCode());
    assertTrue(page.body().contains("Proxy mute\n\ndoes not answer"), page.body());
    kit.stop(admin);
  }

  private static HttpResponse<String> get(String uri) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.ofString());
  }
}
