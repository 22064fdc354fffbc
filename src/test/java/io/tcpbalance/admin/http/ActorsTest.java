package io.tcpbalance.admin.http;

import static io.tcpbalance.admin.http.AdminServer.backend;
import static io.tcpbalance.admin.http.AdminServer.proxy;
import static io.tcpbalance.admin.http.ReadingTest.assertError;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tcpbalance.testing.GreetingHost;
import io.tcpbalance.testing.TalkingClient;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The supervisor tree over HTTP, and the killing of its actors. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ActorsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private ActorTestKit kit;
  private GreetingHost host;
  private AdminServer server;
  private String farm;

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
    server = AdminServer.of(kit, proxy("farm", backend("bld1", host.port(), 1)));
    farm = server.proxyActor("farm").path().toStringWithoutAddress();
  }

  @AfterEach
  void stopServer() throws Exception {
    server.close();
    host.close();
  }

  @Test
  void showsEveryActorOfTheTree() throws Exception {
    JsonNode balancer = actor(farm + "/balancer");

    assertEquals("balancer", balancer.get("kind").textValue());
    assertEquals("running", balancer.get("state").textValue());
    assertEquals(0, balancer.get("restarts").intValue());
    assertTrue(balancer.get("ageMs").isIntegralNumber());
    assertTrue(balancer.get("mailboxSize").isIntegralNumber());
    String admin = server.admin.path().toStringWithoutAddress();
    assertTrue(paths("").containsAll(List.of(admin, farm, farm + "/listener", farm + "/sessions")));
  }

  @Test
  void showsSessionsUpToTheLimit() throws Exception {
    try (TalkingClient served = connect();
        TalkingClient waiting = connect()) {
      assertEquals("220 bld1", served.hear());
      awaitSessions(2);

      JsonNode session = actor(farm + "/sessions/session-2");

      assertEquals("session", session.get("kind").textValue());
      assertTrue(session.get("mailboxSize").isNull());
      assertEquals(2, paths("?limit=2").size());
      assertError(422, "limit must be an integer", server.get("/api/v1/actors?limit=0"));
      waiting.hangUp();
    }
  }

  @Test
  void killsTheNamedActorAndOnlyThat() throws Exception {
    try (TalkingClient client = connect()) {
      assertEquals("220 bld1", client.hear());

      HttpResponse<String> answer = kill(farm + "/balancer");

      assertEquals(202, answer.statusCode(), answer.body());
      awaitRestarts(farm + "/balancer", 1);
      assertEquals(0, actor(farm + "/listener").get("restarts").intValue());
      client.say("still there?");
      assertEquals("still there?", client.hear());
    }
  }

  @Test
  void killsSessions() throws Exception {
    try (TalkingClient client = connect()) {
      assertEquals("220 bld1", client.hear());

      HttpResponse<String> answer = kill(farm + "/sessions/session-1");

      assertEquals(202, answer.statusCode(), answer.body());
      assertNull(client.hear());
      awaitSessions(0);
    }
  }

  @Test
  void tellsWhomItCannotKill() throws Exception {
    assertError(404, "no actor at '/user/nobody'", kill("/user/nobody"));
    assertError(404, "no actor at", kill(farm + "/sessions/session-99"));
    assertError(404, "no actor at", kill(farm + "/sessions/session-x"));
    assertError(404, "no actor at", kill(farm + "/sessions/session-1/child"));
    assertError(422, "path must be as in", kill("/system/IO-TCP"));
    assertError(422, "path is missing", server.send("POST", "/api/v1/actors/kill", "{}"));
    assertError(
        422,
        "unknown field 'pid'",
        server.send("POST", "/api/v1/actors/kill", "{\"path\": \"/user\", \"pid\": 1}"));
    assertError(405, "use POST", server.get("/api/v1/actors/kill"));
  }

  @Test
  void showsTheTreeButKillsNobodyWithoutFaultInjection() throws Exception {
    try (AdminServer calm = AdminServer.withoutDrills(kit, proxy("farm"))) {
      String path = calm.proxyActor("farm").path().toStringWithoutAddress();

      HttpResponse<String> answer =
          calm.send("POST", "/api/v1/actors/kill", "{\"path\": \"%s\"}".formatted(path));

      assertError(403, "only with tcpbalance.fault-injection = on", answer);
      assertTrue(calm.json("/api/v1/actors").toString().contains(path + "/balancer"));
    }
  }

  private HttpResponse<String> kill(String path) throws Exception {
    return server.send("POST", "/api/v1/actors/kill", "{\"path\": \"%s\"}".formatted(path));
  }

  private JsonNode actor(String path) throws Exception {
    for (JsonNode actor : server.json("/api/v1/actors")) {
      if (actor.get("path").textValue().equals(path)) {
        return actor;
      }
    }
    throw new AssertionError("no " + path + " among " + paths(""));
  }

  private Set<String> paths(String query) throws Exception {
    Set<String> paths = new TreeSet<>();
    server
        .json("/api/v1/actors" + query)
        .forEach(actor -> paths.add(actor.get("path").textValue()));
    return paths;
  }

  private void awaitRestarts(String path, int count) {
    await(() -> assertEquals(count, actor(path).get("restarts").intValue()));
  }

  private void awaitSessions(int count) {
    await(
        () -> {
          List<String> sessions = new ArrayList<>(paths(""));
          sessions.removeIf(path -> !path.contains("/sessions/"));
          assertEquals(count, sessions.size(), sessions.toString());
        });
  }

  private interface Check {
    void run() throws Exception;
  }

  private void await(Check check) {
    kit.createTestProbe()
        .awaitAssert(
            PATIENCE,
            Duration.ofMillis(5),
            () -> {
              try {
                check.run();
              } catch (Exception e) {
                throw new AssertionError(e);
              }
              return check;
            });
  }

  private TalkingClient connect() throws Exception {
    int port =
        Integer.parseInt(
            server.json("/api/v1/proxies/farm").get("listen").textValue().split(":", 2)[1]);
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    return new TalkingClient(socket);
  }
}
