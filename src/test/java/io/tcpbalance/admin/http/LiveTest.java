package io.tcpbalance.admin.http;

import static io.tcpbalance.admin.http.AdminServer.backend;
import static io.tcpbalance.admin.http.AdminServer.proxy;
import static io.tcpbalance.admin.http.ReadingTest.assertError;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tcpbalance.admin.live.Live;
import io.tcpbalance.testing.EventReader;
import io.tcpbalance.testing.GreetingHost;
import io.tcpbalance.testing.TalkingClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** The live state over HTTP. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiveTest {

  private static final String EVENTS = "/api/v1/events";
  private static final String BLD1 = "/api/v1/proxies/farm/backends/bld1";
  private static final String SECRET = "correct-horse";

  /** Two looks begin at least so far apart. */
  private static final long REST_MS = 250;

  private ActorTestKit kit;
  private GreetingHost host;
  private AdminServer server;

  @BeforeAll
  void startSystem() {
    kit = ActorTestKit.create();
  }

  @AfterAll
  void stopSystem() {
    kit.shutdownTestKit();
  }

  @BeforeEach
  void startServer() throws Exception {
    host = GreetingHost.start("bld1");
    server =
        AdminServer.of(
            kit, proxy("farm", backend("bld1", host.port(), 1), backend("bld2", 1, 1)), proxy("b"));
    server.send("PATCH", "/api/v1/proxies/farm/backends/bld2", "{\"state\": \"down\"}");
  }

  @AfterEach
  void stopServer() throws Exception {
    server.close();
    host.close();
  }

  @Test
  void beginsWithTheStateAndGoesOnWithWhatHasChanged() throws Exception {
    try (EventReader viewer = view()) {
      EventReader.Event first = viewer.next();
      change("{\"maxConnections\": 7}");
      JsonNode notice = viewer.await("notice");
      JsonNode change = viewer.await("change");

      assertEquals("state", first.name());
      assertEquals(List.of("farm", "b"), names(first.data().get("proxies")));
      JsonNode farm = first.data().get("proxies").get(0);
      assertEquals(List.of("bld1", "bld2"), names(farm.get("backends")));
      assertEquals(1, farm.get("backends").get(0).get("maxConnections").intValue());
      assertTrue(first.data().get("faultInjection").booleanValue());
      assertEquals(1, first.data().get("generation").intValue());
      assertTrue(first.data().get("draining").isEmpty());
      assertEquals("operator", notice.get("kind").textValue());
      assertEquals("farm", notice.get("proxy").textValue());
      assertTrue(notice.get("text").textValue().startsWith("changed back-end bld1: "));
      assertEquals(List.of("farm"), names(change.get("proxies")));
      JsonNode backends = change.get("proxies").get(0).get("backends");
      assertEquals(List.of("bld1"), names(backends));
      assertEquals(7, backends.get(0).get("maxConnections").intValue());
    }
  }

  @Test
  void showsWhoHasTheSlotsAndWhoWaits() throws Exception {
    try (TalkingClient served = connect();
        TalkingClient waiting = connect();
        EventReader viewer = view()) {
      assertEquals("220 bld1", served.hear());
      JsonNode farm = farm(viewer.await("state"));
      while (farm.path("queue").isEmpty()) {
        farm = farm(viewer.await("change"));
      }

      JsonNode bld1 = server.json("/api/v1/live").get("proxies").get(0).get("backends").get(0);
      assertEquals(addressOf(served), bld1.get("sessions").get(0).get("client").textValue());
      assertEquals("relaying", bld1.get("sessions").get(0).get("phase").textValue());
      assertEquals(1, bld1.get("sessions").size());
      assertEquals(addressOf(waiting), farm.get("queue").get(0).get("client").textValue());
      assertEquals(1, farm.get("queue").get(0).get("position").intValue());

      served.hangUp();
      JsonNode next =
          viewer.await("change", change -> farm(change).path("queue").isEmpty() && served(change));
      JsonNode session = farm(next).get("backends").get(0).get("sessions").get(0);
      assertEquals(addressOf(waiting), session.get("client").textValue());
    }
  }

  private static boolean served(JsonNode change) {
    return farm(change).get("backends").path(0).path("sessions").size() == 1;
  }

  @Test
  void aBurstOfChangesIsFewEvents() throws Exception {
    try (EventReader viewer = view()) {
      viewer.await("state");
      long begin = System.nanoTime();
      for (int i = 1; i <= 1_000; i++) {
        change("{\"maxConnections\": " + i + "}");
      }

      viewer.await(
          "change",
          data -> farm(data).get("backends").path(0).path("maxConnections").intValue() == 1_000);

      long tookMs = (System.nanoTime() - begin) / 1_000_000;
      assertTrue(
          viewer.count("change") <= tookMs / REST_MS + 2,
          viewer.count("change") + " changes in " + tookMs + " ms");
      assertTrue(
          viewer.count("notice") <= 21 * (tookMs / 1_000 + 2),
          viewer.count("notice") + " notices in " + tookMs + " ms");
    }
  }

  @Test
  void anIdleFarmIsNoNews() throws Exception {
    try (EventReader viewer = view()) {
      viewer.await("alive");

      assertEquals(1, viewer.count("state"));
      assertEquals(0, viewer.count("change"));
    }
  }

  @Test
  void nextToAllViewersThereIsRoomForOthersButForNoMoreViewers() throws Exception {
    List<AutoCloseable> open = new ArrayList<>();
    try {
      List<EventReader> viewers = new ArrayList<>();
      for (int i = 0; i < Live.MAX_VIEWERS; i++) {
        EventReader viewer = view();
        open.add(viewer);
        viewers.add(viewer);
        viewer.await("state");
      }

      assertError(503, "64 viewers get events already", server.get(EVENTS));
      for (int i = 0; i < 200; i++) {
        open.add(new Socket(InetAddress.getLoopbackAddress(), server.port()));
      }
      change("{\"maxConnections\": 5}");
      for (EventReader viewer : viewers) {
        assertEquals(List.of("farm"), names(viewer.await("change").get("proxies")));
      }

      viewers.get(0).close();
      try (EventReader next = EventReader.openOnceThereIsRoom(server.port(), EVENTS)) {
        next.await("state");
      }
    } finally {
      for (AutoCloseable one : open) {
        one.close();
      }
    }
  }

  @Test
  void aHeadIsNoViewer() throws Exception {
    for (int i = 0; i <= Live.MAX_VIEWERS; i++) {
      assertEquals(200, server.send("HEAD", EVENTS).statusCode());
    }

    EventReader.openOnceThereIsRoom(server.port(), EVENTS).close();
  }

  @Test
  void aKilledFeedCostsViewersAReconnect() throws Exception {
    String feed = server.admin.path().toStringWithoutAddress() + "/live";
    try (EventReader viewer = view()) {
      viewer.await("state");

      HttpResponse<String> killed = kill(feed);

      assertEquals(202, killed.statusCode(), killed.body());
      viewer.awaitEnd();
    }
    try (EventReader again = view()) {
      JsonNode state = again.await("state");
      assertEquals(List.of("farm", "b"), names(state.get("proxies")));
      assertTrue(state.get("notices").toString().contains("killed actor " + feed));
      change("{\"maxConnections\": 3}");
      again.await("change");
    }
    assertEquals(1, restarts(feed));
  }

  @Test
  void aKilledServerEndsStreamsAndKeepsTheNotices() throws Exception {
    change("{\"maxConnections\": 9}");
    try (EventReader viewer = view()) {
      viewer.await("state");

      kill(server.admin.path().toStringWithoutAddress());

      viewer.awaitEnd();
    }
    server.births.next();
    try (EventReader again = view()) {
      String notices = again.await("state").get("notices").toString();
      assertTrue(notices.contains("changed back-end bld1: maxConnections 9"), notices);
      change("{\"maxConnections\": 3}");
      again.await("change");
    }
  }

  @Test
  void aRestartOfAProxyIsTold() throws Exception {
    String balancer = server.proxyActor("farm").path().toStringWithoutAddress() + "/balancer";
    try (EventReader viewer = view()) {
      viewer.await("state");

      kill(balancer);

      viewer.await(
          "notice",
          notice ->
              notice.get("kind").textValue().equals("supervision")
                  && notice.get("text").textValue().startsWith(balancer + " has failed"));
    }
  }

  @Test
  void aHostThatFailsIsTold() throws Exception {
    host.close();
    try (EventReader viewer = view()) {
      viewer.await("state");
      try (TalkingClient unlucky = connect()) {
        JsonNode notice =
            viewer.await("notice", data -> data.get("kind").textValue().equals("health"));

        assertEquals("farm", notice.get("proxy").textValue());
        assertEquals("bld1", notice.get("backend").textValue());
        assertEquals("bld1 failed: connection refused", notice.get("text").textValue());
        unlucky.hangUp();
      }
    }
  }

  @Test
  void needsTheToken() throws Exception {
    try (AdminServer guarded = AdminServer.withToken(kit, SECRET, proxy("farm"))) {
      IOException refused =
          assertThrows(IOException.class, () -> EventReader.open(guarded.port(), EVENTS));

      assertTrue(refused.getMessage().startsWith("401"), refused.getMessage());
      assertEquals(401, guarded.get("/api/v1/live").statusCode());
      HttpResponse<String> live =
          guarded.send(guarded.request("/api/v1/live").header("Authorization", "Bearer " + SECRET));
      assertEquals(List.of("farm"), names(AdminServer.json(live).get("proxies")));
    }
  }

  private EventReader view() throws IOException {
    return EventReader.open(server.port(), EVENTS);
  }

  private void change(String body) throws Exception {
    HttpResponse<String> answer = server.send("PATCH", BLD1, body);
    assertEquals(200, answer.statusCode(), answer.body());
  }

  private HttpResponse<String> kill(String path) throws Exception {
    return server.send("POST", "/api/v1/actors/kill", "{\"path\": \"%s\"}".formatted(path));
  }

  private int restarts(String path) throws Exception {
    for (JsonNode actor : server.json("/api/v1/actors")) {
      if (actor.get("path").textValue().equals(path)) {
        return actor.get("restarts").intValue();
      }
    }
    throw new AssertionError("no " + path);
  }

  /** Of a state or a change; an empty node if it has not changed. */
  private static JsonNode farm(JsonNode data) {
    for (JsonNode proxy : data.get("proxies")) {
      if (proxy.get("name").textValue().equals("farm")) {
        return proxy;
      }
    }
    return data.path("nothing");
  }

  private static List<String> names(JsonNode nodes) {
    List<String> names = new ArrayList<>();
    nodes.forEach(node -> names.add(node.get("name").textValue()));
    return names;
  }

  private static String addressOf(TalkingClient client) {
    return "127.0.0.1:" + client.socket().getLocalPort();
  }

  private TalkingClient connect() throws Exception {
    String listen = server.json("/api/v1/proxies/farm").get("listen").textValue();
    int port = Integer.parseInt(listen.substring(listen.lastIndexOf(':') + 1));
    return new TalkingClient(new Socket(InetAddress.getLoopbackAddress(), port));
  }
}
