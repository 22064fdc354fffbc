package io.tcpbalance.admin.http;

import static io.tcpbalance.admin.http.AdminServer.backend;
import static io.tcpbalance.admin.http.AdminServer.proxy;
import static io.tcpbalance.admin.http.ReadingTest.assertError;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tcpbalance.admin.Proxies;
import io.tcpbalance.admin.ProxyClient;
import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.metrics.Exposition;
import io.tcpbalance.proxy.ProxySupervisor;
import io.tcpbalance.supervision.Kill;
import io.tcpbalance.testing.DrillFilter;
import io.tcpbalance.testing.GreetingHost;
import io.tcpbalance.testing.TalkingClient;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What is told to Prometheus, and to charts. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MetricsTest {

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

  private static void assertHas(String scrape, String... lines) {
    for (String line : lines) {
      assertTrue(scrape.contains("\n" + line + "\n"), line + " is not in\n" + scrape);
    }
  }

  @Test
  void answersInTheFormatThatIsAskedFor() throws Exception {
    try (AdminServer server = AdminServer.of(kit, proxy("farm"))) {
      HttpResponse<String> plain = server.get("/metrics");
      HttpResponse<String> open =
          server.send(
              server.request("/metrics").header("Accept", "application/openmetrics-text").GET());

      assertEquals(200, plain.statusCode());
      assertEquals(
          "text/plain; version=0.0.4; charset=UTF-8",
          plain.headers().firstValue("Content-Type").orElse(""));
      assertEquals(
          "application/openmetrics-text; version=1.0.0; charset=UTF-8",
          open.headers().firstValue("Content-Type").orElse(""));
      assertTrue(open.body().endsWith("# EOF\n"));
      assertEquals("no-store", plain.headers().firstValue("Cache-Control").orElse(""));
      assertError(405, "use GET", server.send("POST", "/metrics"));
    }
  }

  @Test
  void tellsOfBackendsForAsLongAsTheyAreThere() throws Exception {
    try (AdminServer server =
        AdminServer.of(kit, proxy("farm", backend("bld6", 3632, 4), backend("bld4", 3633, 1)))) {
      String slot = "tcpbalance_backend_slots{backend=\"bld4\",proxy=\"farm\"} 1.0";
      assertHas(
          server.get("/metrics").body(),
          slot,
          "tcpbalance_slots{proxy=\"farm\"} 5.0",
          "tcpbalance_backends{proxy=\"farm\",status=\"up\"} 2.0",
          "tcpbalance_backend_status{backend=\"bld4\",proxy=\"farm\",status=\"up\"} 1.0",
          "tcpbalance_backend_status{backend=\"bld4\",proxy=\"farm\",status=\"failed\"} 0.0",
          "tcpbalance_operator_changes_total{interface=\"http\"} 0.0");

      server.send("PATCH", "/api/v1/proxies/farm/backends/bld6", "{\"state\": \"drain\"}");
      server.send("DELETE", "/api/v1/proxies/farm/backends/bld4");
      String after = server.get("/metrics").body();

      assertHas(
          after,
          "tcpbalance_slots{proxy=\"farm\"} 0.0",
          "tcpbalance_backend_status{backend=\"bld6\",proxy=\"farm\",status=\"draining\"} 1.0",
          "tcpbalance_operator_changes_total{interface=\"http\"} 2.0");
      assertFalse(after.contains("bld4"), after);
    }
  }

  @Test
  void tellsOfClientsAndOfRestarts() throws Exception {
    try (GreetingHost host = GreetingHost.start("host");
        AdminServer server = AdminServer.of(kit, proxy("farm", backend("a", host.port(), 4)));
        TalkingClient client = client(server, "farm")) {
      assertEquals("220 host", client.hear());
      server.kill("farm", "balancer");
      // Its next life answers, so it has been counted.
      kit.createTestProbe()
          .awaitAssert(
              PATIENCE,
              () -> {
                assertHas(
                    server.get("/metrics").body(),
                    "tcpbalance_sessions_open{proxy=\"farm\"} 1.0",
                    "tcpbalance_sessions_total{proxy=\"farm\"} 1.0",
                    "tcpbalance_slots_busy{proxy=\"farm\"} 1.0",
                    "tcpbalance_backend_active{backend=\"a\",proxy=\"farm\"} 1.0",
                    "tcpbalance_wait_seconds_count{proxy=\"farm\"} 1",
                    "tcpbalance_session_seconds_count{proxy=\"farm\"} 0",
                    "tcpbalance_actor_restarts_total{actor=\"balancer\"} 1.0",
                    "tcpbalance_actor_restarts_total{actor=\"listener\"} 0.0");
                return 0;
              });
    }
  }

  private static TalkingClient client(AdminServer server, String proxy) throws Exception {
    String listen = server.json("/api/v1/proxies/" + proxy).get("listen").asText();
    int port = Integer.parseInt(listen.substring(listen.lastIndexOf(':') + 1));
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    return new TalkingClient(socket);
  }

  @Test
  void tellsOfTheOthersWhenAProxyIsSilent() throws Exception {
    try (AdminServer server = AdminServer.of(kit, proxy("farm", backend("a", 3632, 4)))) {
      Map<String, ActorRef<ProxySupervisor.Command>> proxies = new LinkedHashMap<>();
      proxies.put("mute", kit.<ProxySupervisor.Command>createTestProbe().ref());
      proxies.put("farm", server.proxyActor("farm"));
      Metrics metrics =
          new Metrics(
              new Proxies(() -> proxies, kit.scheduler()),
              AdminServer.records(kit),
              AdminServer.supervision().tree(),
              new Exposition(),
              kit.system().executionContext());

      String scrape =
          text(
              metrics
                  .scrape(HttpRequest.GET("/metrics"))
                  .toCompletableFuture()
                  .get(PATIENCE.toSeconds(), TimeUnit.SECONDS));

      assertHas(
          scrape,
          "tcpbalance_proxy_up{proxy=\"farm\"} 1.0",
          "tcpbalance_proxy_up{proxy=\"mute\"} 0.0",
          "tcpbalance_slots{proxy=\"farm\"} 4.0");
      assertFalse(scrape.contains("slots{proxy=\"mute\"}"), scrape);
    }
  }

  private static String text(org.apache.pekko.http.javadsl.model.HttpResponse response) {
    HttpEntity.Strict entity = (HttpEntity.Strict) response.entity();
    return entity.getData().decodeString(StandardCharsets.UTF_8);
  }

  @Test
  void leavesOutBackendsBehindTheFirstThousandAndSaysHowMany() throws Exception {
    BackendSettings[] many =
        IntStream.range(0, 1_003)
            .mapToObj(i -> backend("h" + i, 3632, 2))
            .toArray(BackendSettings[]::new);
    try (AdminServer server = AdminServer.of(kit, proxy("farm", many))) {
      String scrape = server.get("/metrics").body();

      assertHas(
          scrape,
          "tcpbalance_backends_unlisted{proxy=\"farm\"} 3.0",
          "tcpbalance_backends{proxy=\"farm\",status=\"up\"} 1003.0",
          "tcpbalance_slots{proxy=\"farm\"} 2006.0",
          "tcpbalance_backend_slots{backend=\"h999\",proxy=\"farm\"} 2.0");
      assertFalse(scrape.contains("\"h1000\""));
    }
  }

  @Test
  void samplesEachProxyWhileItServes() throws Exception {
    try (AdminServer server = AdminServer.of(kit, proxy("farm", backend("a", 3632, 4)))) {
      assertEquals(5_000, history(server, "").get("intervalMs").asInt());

      kit.createTestProbe()
          .awaitAssert(
              PATIENCE,
              () -> {
                assertTrue(history(server, "").get("samples").size() > 0, "no sample came");
                return 0;
              });

      JsonNode sample = history(server, "").get("samples").get(0);
      assertEquals(4, sample.get("slots").asInt());
      assertTrue(sample.get("waitP50Ms").isNull());
      assertEquals(0, history(server, "?after=2999-01-01T00:00:00Z").get("samples").size());
      assertError(422, "after must be a time", server.get(HISTORY + "?after=yesterday"));
      assertError(404, "no proxy 'x'", server.get("/api/v1/proxies/x/history"));

      new Kill(DrillFilter.REASON).send(server.admin);
      server.births.next();
      assertTrue(history(server, "").get("samples").size() > 0, "a restart lost them");
    }
  }

  private static final String HISTORY = "/api/v1/proxies/farm/history";

  private static JsonNode history(AdminServer server, String query) throws Exception {
    return server.json(HISTORY + query);
  }

  @Test
  void forgetsTheHistoryOfAProxyThatIsGone() throws Exception {
    AtomicLong nanos = new AtomicLong();
    Histories histories =
        new Histories(InstantSource.fixed(Instant.EPOCH), () -> nanos.addAndGet(5_000_000_000L));
    try (AdminServer server = AdminServer.of(kit, proxy("farm"))) {
      Map<String, ActorRef<ProxySupervisor.Command>> proxies = new LinkedHashMap<>();
      proxies.put("farm", server.proxyActor("farm"));
      Proxies there = new Proxies(() -> proxies, kit.scheduler());
      ProxyClient farm = there.named("farm");
      for (int i = 0; i < 3; i++) {
        histories.look(there).toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
      assertEquals(2, samples(histories, farm));

      proxies.clear();
      histories.look(there).toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

      assertEquals(0, samples(histories, farm));
    }
  }

  /** Another generation serves the clients by then, and shows these samples before its own. */
  @Test
  void takesNoSampleOfWhatWasHandedOver() throws Exception {
    AtomicLong nanos = new AtomicLong();
    Histories histories =
        new Histories(InstantSource.fixed(Instant.EPOCH), () -> nanos.addAndGet(5_000_000_000L));
    try (AdminServer server = AdminServer.of(kit, proxy("farm"))) {
      Proxies there = new Proxies(() -> Map.of("farm", server.proxyActor("farm")), kit.scheduler());
      for (int i = 0; i < 3; i++) {
        histories.look(there).toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
      histories.end();

      histories.look(there).toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

      assertEquals(2, histories.all().get("farm").size());
    }
  }

  private static int samples(Histories histories, ProxyClient proxy) throws Exception {
    String body = text(histories.of(proxy, HttpRequest.GET(HISTORY)).toCompletableFuture().get());
    return List.of(body.split("\"at\"", -1)).size() - 1;
  }
}
