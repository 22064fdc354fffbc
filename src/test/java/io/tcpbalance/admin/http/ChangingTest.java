package io.tcpbalance.admin.http;

import static io.tcpbalance.admin.http.AdminServer.backend;
import static io.tcpbalance.admin.http.AdminServer.json;
import static io.tcpbalance.admin.http.AdminServer.proxy;
import static io.tcpbalance.admin.http.ReadingTest.assertError;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tcpbalance.state.AuditTrail;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChangingTest {

  private static final String BACKENDS = "/api/v1/proxies/farm/backends";

  private ActorTestKit kit;
  private AdminServer server;
  private ServerSocket host;

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
    host = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    server =
        AdminServer.of(
            kit, proxy("farm", backend("a", host.getLocalPort(), 4), backend("b", 3633, 1)));
  }

  @AfterEach
  void stopServer() throws Exception {
    server.close();
    host.close();
  }

  @Test
  void addsBackendLastByDefault() throws Exception {
    HttpResponse<String> response =
        server.send(
            "POST",
            BACKENDS,
            "{\"name\": \"c\", \"host\": \"fd00::7\", \"port\": 3634, \"maxConnections\": 8,"
                + " \"state\": \"down\", \"compilers\": [\"gcc-12\", \"clang-*\"]}");

    assertEquals(201, response.statusCode(), response.body());
    assertEquals(BACKENDS + "/c", response.headers().firstValue("Location").orElse(""));
    JsonNode added = server.json(BACKENDS + "/c");
    assertEquals(json(response), added);
    assertEquals("fd00::7", added.get("host").textValue());
    assertEquals(3634, added.get("port").intValue());
    assertEquals(8, added.get("maxConnections").intValue());
    assertEquals("down", added.get("status").textValue());
    assertEquals("[\"gcc-12\",\"clang-*\"]", added.get("compilers").toString());
    assertEquals(List.of("a", "b", "c"), names());
  }

  @Test
  void needsNoMoreThanName() throws Exception {
    String listen = server.json("/api/v1/proxies/farm").get("listen").textValue();

    JsonNode added = json(server.send("POST", BACKENDS, "{\"name\": \"bld7.example\"}"));

    assertEquals("bld7.example", added.get("host").textValue());
    assertTrue(listen.endsWith(":" + added.get("port").intValue()), "the proxy's own port");
    assertEquals(1, added.get("maxConnections").intValue());
    assertEquals("up", added.get("state").textValue());
  }

  @Test
  void addsBackendWhereAsked() throws Exception {
    server.send("POST", BACKENDS, "{\"name\": \"first\", \"after\": null}");
    server.send("POST", BACKENDS, "{\"name\": \"second\", \"after\": \"first\"}");

    assertEquals(List.of("first", "second", "a", "b"), names());
  }

  @Test
  void refusesToAddNameTwice() throws Exception {
    assertError(409, "exists already", server.send("POST", BACKENDS, "{\"name\": \"a\"}"));
  }

  @Test
  void refusesToPlaceAfterUnknown() throws Exception {
    assertError(
        422,
        "'after' names 'x'",
        server.send("POST", BACKENDS, "{\"name\": \"c\", \"after\": \"x\"}"));
    assertError(422, "'after' names 'x'", server.send("PATCH", BACKENDS + "/a", after("\"x\"")));
    assertError(422, "after itself", server.send("PATCH", BACKENDS + "/a", after("\"a\"")));
    assertEquals(List.of("a", "b"), names());
  }

  private static String after(String name) {
    return "{\"after\": " + name + "}";
  }

  @Test
  void changesOnlyWhatIsGiven() throws Exception {
    JsonNode compilers = json(server.send("PATCH", BACKENDS + "/b", "{\"compilers\": [\"gcc\"]}"));
    JsonNode max = json(server.send("PATCH", BACKENDS + "/b", "{\"maxConnections\": 7}"));
    JsonNode state = json(server.send("PATCH", BACKENDS + "/b", "{\"state\": \"drain\"}"));

    assertEquals("[\"gcc\"]", compilers.get("compilers").toString());
    assertEquals(7, max.get("maxConnections").intValue());
    assertEquals("[\"gcc\"]", max.get("compilers").toString());
    assertEquals("up", max.get("state").textValue());
    assertEquals(7, state.get("maxConnections").intValue());
    assertEquals("draining", state.get("status").textValue());
    assertEquals(List.of("a", "b"), names());
  }

  @Test
  void movesBackend() throws Exception {
    server.send("PATCH", BACKENDS + "/b", after("null"));
    List<String> whenFirst = names();
    server.send("PATCH", BACKENDS + "/b", after("\"a\""));

    assertEquals(List.of("b", "a"), whenFirst);
    assertEquals(List.of("a", "b"), names());
  }

  @Test
  void resetsOneBackend() throws Exception {
    server.send("PATCH", BACKENDS + "/a", "{\"state\": \"down\"}");
    server.send("PATCH", BACKENDS + "/b", "{\"state\": \"down\"}");

    HttpResponse<String> response = server.send("POST", BACKENDS + "/a/reset");

    assertEquals(200, response.statusCode());
    assertEquals("up", json(response).get("status").textValue());
    assertEquals("reset", json(response).get("lastError").textValue());
    assertEquals("2026-03-01T12:00:00.123Z", json(response).get("lastErrorTime").textValue());
    assertEquals("down", server.json(BACKENDS + "/b").get("status").textValue());
  }

  @Test
  void resetsWholeProxy() throws Exception {
    server.send("PATCH", BACKENDS + "/a", "{\"state\": \"down\"}");
    server.send("PATCH", BACKENDS + "/b", "{\"state\": \"drain\"}");

    HttpResponse<String> response = server.send("POST", "/api/v1/proxies/farm/reset");

    assertEquals(200, response.statusCode());
    assertEquals(List.of("up", "up"), json(response).get("backends").findValuesAsText("status"));
  }

  @Test
  void removesIdleBackendAtOnce() throws Exception {
    HttpResponse<String> response = server.send("DELETE", BACKENDS + "/b");

    assertEquals(202, response.statusCode());
    assertEquals("draining", json(response).get("status").textValue());
    assertEquals(404, server.get(BACKENDS + "/b").statusCode());
  }

  @Test
  void removesBusyBackendWhenItsSessionEnds() throws Exception {
    try (Socket client = connect();
        Socket accepted = host.accept()) {
      awaitActive(1);
      assertTrue(accepted.isConnected());

      HttpResponse<String> removed = server.send("DELETE", BACKENDS + "/a");

      assertEquals(202, removed.statusCode());
      assertEquals("draining", server.json(BACKENDS + "/a").get("status").textValue());
      assertError(
          409, "is being removed", server.send("PATCH", BACKENDS + "/a", "{\"state\": \"up\"}"));
      assertTrue(client.isConnected());
    }
    awaitStatus(404, BACKENDS + "/a");
  }

  @Test
  void removesBusyBackendByForce() throws Exception {
    try (Socket client = connect();
        Socket accepted = host.accept()) {
      awaitActive(1);

      HttpResponse<String> removed = server.send("DELETE", BACKENDS + "/a?force=true");

      assertEquals(204, removed.statusCode());
      assertEquals("", removed.body());
      assertEnds(client);
      assertEnds(accepted);
      awaitStatus(404, BACKENDS + "/a");
    }
  }

  @Test
  void refusesUnclearForce() throws Exception {
    assertError(
        422, "force must be true or false", server.send("DELETE", BACKENDS + "/a?force=yes"));
    assertEquals(List.of("a", "b"), names());
  }

  @Test
  void closesSession() throws Exception {
    try (Socket client = connect();
        Socket accepted = host.accept()) {
      awaitActive(1);
      JsonNode session = server.json("/api/v1/proxies/farm/sessions").get(0);
      String path = "/api/v1/proxies/farm/sessions/" + session.get("id");

      HttpResponse<String> closed = server.send("DELETE", path);

      assertEquals("relaying", session.get("phase").textValue());
      assertEquals("a", session.get("backend").textValue());
      assertEquals(204, closed.statusCode());
      assertEnds(client);
      assertEnds(accepted);
      kit.createTestProbe()
          .awaitAssert(
              Duration.ofSeconds(20),
              () -> {
                assertEquals(404, status("DELETE", path));
                return null;
              });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "x", "-1", "9999999999999999999999", "1.0", "%00"})
  void answersUnknownSessionWith404(String id) throws Exception {
    assertError(404, "no session '", server.send("DELETE", "/api/v1/proxies/farm/sessions/" + id));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          PATCH  | /api/v1/proxies/farm/backends/x       | {"state": "up"}
          POST   | /api/v1/proxies/farm/backends/x/reset | {}
          DELETE | /api/v1/proxies/farm/backends/x       | {}
          POST   | /api/v1/proxies/x/backends            | {"name": "c"}
          POST   | /api/v1/proxies/x/reset               | {}
          """)
  void answersUnknownNameWith404(String method, String path, String body) throws Exception {
    assertError(404, "no ", server.send(method, path, body));
  }

  @Test
  void leavesLineInLogForEachChange() {
    LoggingTestKit.info("")
        .withMessageRegex("proxy farm: .* a: .*drain.* \\(asked by 127.0.0.1:[0-9]+ via http\\)")
        .withLoggerName(AuditTrail.class.getName())
        .expect(kit.system(), () -> change("PATCH", "/a", "{\"state\": \"drain\"}"));
    LoggingTestKit.info(
            "added back-end c at c:9, maxConnections 1, state up, compilers [], placed first")
        .withLoggerName(AuditTrail.class.getName())
        .expect(
            kit.system(),
            () -> change("POST", "", "{\"name\": \"c\", \"port\": 9, \"after\": null}"));
    LoggingTestKit.info("proxy farm: removed back-end b")
        .withLoggerName(AuditTrail.class.getName())
        .expect(kit.system(), () -> change("DELETE", "/b", ""));
  }

  @Test
  void leavesNoLineForWhatWasRefused() {
    LoggingTestKit.info("")
        .withLoggerName(AuditTrail.class.getName())
        .withOccurrences(0)
        .expect(kit.system(), () -> change("PATCH", "/x", "{\"state\": \"drain\"}"));
  }

  private int change(String method, String name, String body) {
    try {
      return server.send(method, BACKENDS + name, body).statusCode();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void ignoresBodyWhereNoneIsExpected() throws Exception {
    HttpResponse<String> response =
        server.send(
            server
                .request("/api/v1/proxies/farm/reset")
                .POST(BodyPublishers.ofString("x".repeat(1000))));

    assertEquals(200, response.statusCode());
  }

  private List<String> names() throws Exception {
    return server.json(BACKENDS).findValuesAsText("name");
  }

  private Socket connect() throws Exception {
    String listen = server.json("/api/v1/proxies/farm").get("listen").textValue();
    return new Socket(
        InetAddress.getLoopbackAddress(),
        Integer.parseInt(listen.substring(listen.indexOf(':') + 1)));
  }

  private static void assertEnds(Socket socket) throws Exception {
    socket.setSoTimeout(20_000);
    try {
      assertEquals(-1, socket.getInputStream().read());
    } catch (SocketException reset) {
      assertTrue(reset.getMessage().contains("reset"), reset.getMessage());
    }
  }

  private void awaitActive(int count) {
    kit.createTestProbe()
        .awaitAssert(
            Duration.ofSeconds(20),
            () -> {
              assertEquals(count, activeOfFirst());
              return null;
            });
  }

  private int activeOfFirst() {
    try {
      return server.json(BACKENDS + "/a").get("active").intValue();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void awaitStatus(int status, String path) {
    kit.createTestProbe()
        .awaitAssert(
            Duration.ofSeconds(20),
            () -> {
              assertEquals(status, status("GET", path));
              return null;
            });
  }

  private int status(String method, String path) {
    try {
      return server.send(method, path).statusCode();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
