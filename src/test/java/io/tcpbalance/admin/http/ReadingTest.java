package io.tcpbalance.admin.http;

import static io.tcpbalance.admin.http.AdminServer.backend;
import static io.tcpbalance.admin.http.AdminServer.json;
import static io.tcpbalance.admin.http.AdminServer.proxy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadingTest {

  private ActorTestKit kit;
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
    server =
        AdminServer.of(
            kit, proxy("farm", backend("bld6", 3632, 4), backend("bld4", 3633, 1)), proxy("empty"));
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void listsProxiesInConfiguredOrder() throws Exception {
    HttpResponse<String> response = server.get("/api/v1/proxies");

    assertEquals(200, response.statusCode());
    assertEquals("application/json", response.headers().firstValue("Content-Type").orElse(""));
    assertEquals(
        List.of("farm", "empty"),
        json(response).findValuesAsText("name").stream()
            .filter(name -> !name.startsWith("bld"))
            .toList());
  }

  @Test
  void describesProxyWithUnitsInNames() throws Exception {
    JsonNode farm = server.json("/api/v1/proxies/farm");

    assertEquals(
        List.of(
            "name",
            "listen",
            "protocol",
            "accepting",
            "stalled",
            "waiting",
            "startedAt",
            "connectTimeoutMs",
            "idleTimeoutMs",
            "queueTimeoutMs",
            "queueMaxLength",
            "maxSessions",
            "maxPerClient",
            "refusals",
            "jobs",
            "backends",
            "elsewhere"),
        fieldNames(farm));
    assertTrue(farm.get("listen").textValue().matches("127\\.0\\.0\\.1:[1-9][0-9]*"));
    assertEquals("tcp", farm.get("protocol").textValue());
    assertEquals("2026-03-01T12:00:00.123Z", farm.get("startedAt").textValue());
    assertEquals(180_000, farm.get("idleTimeoutMs").intValue());
    assertTrue(farm.get("maxSessions").isNull());
    assertEquals(
        "{\"notAllowed\":0,\"maxPerClient\":0,\"queueFull\":0,\"queueTimeout\":0,"
            + "\"noBackend\":0,\"malformed\":0,\"acceptPaused\":0,\"acceptFailed\":0}",
        farm.get("refusals").toString());
    assertEquals(2, farm.get("backends").size());
  }

  @Test
  void describesBackendWithEveryField() throws Exception {
    JsonNode backend = server.json("/api/v1/proxies/farm/backends/bld6");

    assertEquals(
        "{\"name\":\"bld6\",\"host\":\"127.0.0.1\",\"port\":3632,\"status\":\"up\",\"state\":\"up\","
            + "\"healthy\":true,\"onTrial\":false,\"maxConnections\":4,\"slots\":4,"
            + "\"learnsSlots\":false,\"slotsLearned\":null,\"statsPort\":3633,\"compilers\":[],"
            + "\"pending\":0,\"active\":0,"
            + "\"lastError\":null,\"lastErrorTime\":null,\"activeCount\":0,\"activeTimeMs\":0,"
            + "\"bytesIn\":0,\"bytesOut\":0}",
        backend.toString());
  }

  @Test
  void listsBackendsFastestFirst() throws Exception {
    JsonNode backends = server.json("/api/v1/proxies/farm/backends");

    assertEquals(List.of("bld6", "bld4"), backends.findValuesAsText("name"));
  }

  @Test
  void listsWaitingClientAndItsSession() throws Exception {
    try (Socket client = connectTo("empty")) {
      String address = "127.0.0.1:" + client.getLocalPort();
      JsonNode waiting = awaitOne("/api/v1/proxies/empty/waiting");
      JsonNode sessions = awaitOne("/api/v1/proxies/empty/sessions");

      assertEquals(1, waiting.get("position").intValue());
      assertEquals(address, waiting.get("client").textValue());
      assertTrue(waiting.get("waitedMs").longValue() >= 0);
      assertEquals(address, sessions.get("client").textValue());
      assertEquals("waiting", sessions.get("phase").textValue());
      assertTrue(sessions.get("backend").isNull());
      assertEquals(waiting.get("session"), sessions.get("id"));
      assertEquals(1, server.json("/api/v1/proxies/empty").get("waiting").intValue());
    }
  }

  @Test
  void listsNoMoreThanTheLimit() throws Exception {
    try (Socket one = connectTo("empty")) {
      try (Socket two = connectTo("empty")) {
        kit.createTestProbe()
            .awaitAssert(
                Duration.ofSeconds(20),
                () -> assertSize(2, "/api/v1/proxies/empty/waiting?limit=10000"));

        assertSize(1, "/api/v1/proxies/empty/waiting?limit=1");
        assertSize(1, "/api/v1/proxies/empty/sessions?limit=1");
        assertTrue(one.isConnected() && two.isConnected());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "10001", "-1", "x", "", "1e3", "99999999999999999999", "%31%00"})
  void refusesBadLimit(String limit) throws Exception {
    for (String list : List.of("sessions", "waiting")) {
      HttpResponse<String> response =
          server.get("/api/v1/proxies/farm/" + list + "?limit=" + limit);

      assertError(422, "limit must be an integer from 1 to 10000", response);
    }
  }

  @Test
  void showsOriginalsPage() throws Exception {
    HttpResponse<String> response = server.get("/status");

    List<String> lines = response.body().lines().toList();
    assertEquals(200, response.statusCode());
    assertTrue(
        response.headers().firstValue("Content-Type").orElse("").startsWith("text/plain"),
        "it is text");
    assertTrue(lines.contains("Start time:          2026-03-01T12:00:00.123Z"), response.body());
    assertTrue(lines.contains("Inactivity time-out: 180000 ms"), response.body());
    assertTrue(lines.contains("Wait list length:    0"), response.body());
    assertTrue(
        lines.contains(
            "Name  Port  Status  MaxConn  PendConn  ActConn  LastErr  LastErrTime  ActiveCount"
                + "  ActiveTime"),
        response.body());
    assertTrue(
        lines.contains(
            "bld6  3632  up      4        0         0        -        -            0            0"),
        response.body());
  }

  @Test
  void showsDrainingBackendAsDownOnPage() throws Exception {
    server.send("PATCH", "/api/v1/proxies/farm/backends/bld6", "{\"state\": \"drain\"}");

    String page = server.get("/status").body();

    assertTrue(page.lines().anyMatch(line -> line.matches("bld6 +3632 +down .*")), page);
  }

  @Test
  void tellsHowToAddBackendToEmptyPool() throws Exception {
    String page = server.get("/status").body();

    assertTrue(
        page.contains("http://127.0.0.1:" + server.port() + "/api/v1/proxies/empty/backends\n"),
        page);
  }

  @Test
  void isAliveAndReady() throws Exception {
    assertEquals("alive\n", server.get("/healthz").body());
    assertEquals(200, server.get("/healthz").statusCode());
    assertEquals("ready\n", server.get("/readyz").body());
    assertEquals(200, server.get("/readyz").statusCode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing",
        "/status/",
        "/api",
        "/api/v1",
        "/api/v1/proxies/",
        "/api/v2/proxies",
        "/api/v1/proxies/farm/",
        "/api/v1/proxies/farm/nothing",
        "/api/v1/proxies/farm/backends/",
        "/api/v1/proxies/farm/backends/bld6/nothing",
        "//status",
        "/healthz/x"
      })
  void answersUnknownPathWith404(String path) throws Exception {
    assertError(404, "nothing is at '", server.get(path));
  }

  @Test
  void namesWhatIsUnknown() throws Exception {
    assertError(404, "no proxy 'x'; there is farm, empty", server.get("/api/v1/proxies/x"));
    assertError(
        404,
        "no back-end 'x'; GET /api/v1/proxies/farm/backends",
        server.get("/api/v1/proxies/farm/backends/x"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          POST   | /status                                | GET
          DELETE | /healthz                               | GET
          POST   | /readyz                                | GET
          PUT    | /                                      | GET
          DELETE | /api/v1/proxies                        | GET
          PATCH  | /api/v1/proxies/farm                   | GET
          GET    | /api/v1/proxies/farm/reset             | POST
          POST   | /api/v1/proxies/farm/waiting           | GET
          DELETE | /api/v1/proxies/farm/sessions          | GET
          GET    | /api/v1/proxies/farm/sessions/1        | DELETE
          PUT    | /api/v1/proxies/farm/backends          | GET, POST
          POST   | /api/v1/proxies/farm/backends/bld6     | DELETE, GET, PATCH
          GET    | /api/v1/proxies/farm/backends/x/reset  | POST
          OPTIONS | /api/v1/proxies                       | GET
          """)
  void answersWrongMethodWith405AndAllow(String method, String path, String allowed)
      throws Exception {
    HttpResponse<String> response = server.send(method, path);

    assertError(405, "use " + allowed, response);
    assertEquals(allowed, response.headers().firstValue("Allow").orElse(""));
  }

  @Test
  void answersHeadWithoutBody() throws Exception {
    HttpResponse<String> response =
        server.send(server.request("/status").method("HEAD", BodyPublishers.noBody()));

    assertEquals(200, response.statusCode());
    assertEquals("", response.body());
  }

  @Test
  void isNeverCachedNorGuessedAt() throws Exception {
    for (String path : List.of("/status", "/nothing", "/api/v1/proxies", "/healthz")) {
      HttpResponse<String> response = server.get(path);

      assertEquals("no-store", response.headers().firstValue("Cache-Control").orElse(""), path);
      assertEquals(
          "nosniff", response.headers().firstValue("X-Content-Type-Options").orElse(""), path);
    }
  }

  @Test
  void answersWhatIsNoHttpAsJsonToo() throws Exception {
    String answer = server.raw("GET / HTTP/9.9\r\nHost: localhost\r\n\r\n");

    assertTrue(answer.contains("application/json"), answer);
    assertTrue(answer.contains("{\"error\":\""), answer);
  }

  static void assertError(int status, String start, HttpResponse<String> response)
      throws Exception {
    assertEquals(status, response.statusCode(), response.body());
    assertEquals("application/json", response.headers().firstValue("Content-Type").orElse(""));
    JsonNode error = json(response);
    assertEquals(List.of("error", "status"), fieldNames(error));
    assertEquals(status, error.get("status").intValue());
    assertTrue(error.get("error").textValue().contains(start), response.body());
  }

  private static List<String> fieldNames(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private Socket connectTo(String proxy) throws Exception {
    String listen = server.json("/api/v1/proxies/" + proxy).get("listen").textValue();
    return new Socket(
        InetAddress.getLoopbackAddress(),
        Integer.parseInt(listen.substring(listen.indexOf(':') + 1)));
  }

  private JsonNode awaitOne(String path) {
    return kit.createTestProbe()
        .awaitAssert(Duration.ofSeconds(20), () -> assertSize(1, path))
        .get(0);
  }

  private JsonNode assertSize(int size, String path) {
    try {
      JsonNode list = server.json(path);
      assertEquals(size, list.size(), list.toString());
      return list;
    } catch (Exception e) {
      throw new AssertionError(path, e);
    }
  }
}
