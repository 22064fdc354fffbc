package io.tcpbalance.admin.http;

import static io.tcpbalance.admin.http.AdminServer.backend;
import static io.tcpbalance.admin.http.AdminServer.proxy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.tcpbalance.admin.NodesReport;
import io.tcpbalance.admin.Proxies;
import io.tcpbalance.admin.ReloadReport;
import io.tcpbalance.admin.Remote;
import io.tcpbalance.admin.access.Access;
import io.tcpbalance.admin.live.Live;
import io.tcpbalance.admin.live.LiveFeed;
import io.tcpbalance.config.AdminSettings;
import io.tcpbalance.metrics.Exposition;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** The description against the program, both ways. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenApiTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NODE = "#/components/parameters/node";

  /**
   * A call, and what it must be answered with.
   *
   * @param template a path in which {@code {name=value}} is what the description calls {@code
   *     {name}}
   */
  private record Call(String method, String template, int status, Optional<String> body) {

    Call(String method, String template, int status) {
      this(method, template, status, Optional.empty());
    }

    Call(String method, String template, int status, String body) {
      this(method, template, status, Optional.of(body));
    }

    String path() {
      return template.replaceAll("\\{[a-z]+=([^}]*)\\}", "$1");
    }

    String operation() {
      return template.replaceAll("=[^}]*\\}", "}").replaceAll("\\?.*", "");
    }
  }

  private ActorTestKit kit;
  private AdminServer server;
  private JsonNode description;

  @BeforeAll
  void startServer() throws Exception {
    kit = ActorTestKit.create();
    server = AdminServer.of(kit, proxy("farm", backend("a", 3632, 4)), proxy("mail"));
    server.reloading =
        () ->
            CompletableFuture.completedFuture(
                new ReloadReport(List.of(), List.of("x"), List.of("y"), List.of(), List.of()));
    description = server.json("/api/v1/openapi.json");
  }

  @AfterAll
  void stopServer() {
    server.close();
    kit.shutdownTestKit();
  }

  @Test
  void saysItsVersions() {
    assertEquals("3.1.0", description.path("openapi").textValue());
    assertTrue(description.path("info").path("version").textValue().length() > 1);
  }

  @Test
  void describesEveryRouteAndNoOther() {
    Set<String> routes = new TreeSet<>();
    routes().openEndpoints().forEach(e -> routes.add(e.method() + " " + e.path()));
    routes().guardedEndpoints().forEach(e -> routes.add(e.method() + " " + e.path()));

    assertEquals(routes, new TreeSet<>(operations().keySet()));
  }

  @Test
  void saysWhichRoutesNeedNoToken() {
    Set<String> open = new TreeSet<>();
    operations()
        .forEach(
            (route, operation) -> {
              if (operation.has("security")) {
                open.add(route);
              }
            });
    Set<String> routes = new TreeSet<>();
    routes().openEndpoints().forEach(e -> routes.add(e.method() + " " + e.path()));

    assertEquals(routes, open);
  }

  @Test
  void saysWhichRoutesCanBeAskedOfAnotherNode() {
    Set<String> described = new TreeSet<>();
    operations()
        .forEach(
            (route, operation) -> {
              if (operation.path("parameters").findValuesAsText("$ref").contains(NODE)) {
                described.add(route);
              }
            });
    Set<String> routes = new TreeSet<>();
    Stream.concat(routes().openEndpoints().stream(), routes().guardedEndpoints().stream())
        .filter(e -> e.onlyHere().isEmpty())
        .forEach(e -> routes.add(e.method() + " " + e.path()));

    assertEquals(routes, described);
  }

  /** Of a server that nobody asks. */
  private Routes routes() {
    AdminSettings settings = AdminServer.settings(Optional.empty());
    Access access = new Access(List.of(), System::nanoTime);
    Guard guard = new Guard(settings, access);
    RequestBody body = new RequestBody(kit.system());
    return new Routes(
        new Proxies(Map::of, kit.system().scheduler()),
        guard,
        new LoginRoute(guard, access, body, AdminServer.records(kit), new LoginCookie(false)),
        body,
        AdminServer.NO_RELOAD,
        AdminServer.NO_UPGRADE,
        AdminServer.records(kit),
        AdminServer.supervision(),
        new Live(
            kit.<LiveFeed.Command>createTestProbe().ref(),
            new LiveFeed.Estate(),
            kit.system().scheduler()),
        new Metrics(
            new Proxies(Map::of, kit.system().scheduler()),
            AdminServer.records(kit),
            AdminServer.supervision().tree(),
            new Exposition(),
            kit.system().executionContext()),
        new Histories(InstantSource.system(), System::nanoTime),
        new NodesReport(
            AdminServer.ALONE,
            new Proxies(Map::of, kit.system().scheduler()),
            AdminServer.NO_UPGRADE,
            InstantSource.system()),
        new Remote(AdminServer.ALONE),
        InstantSource.system());
  }

  /** By method and path. */
  private Map<String, JsonNode> operations() {
    Map<String, JsonNode> operations = new TreeMap<>();
    description
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        entry -> {
                          if (!entry.getKey().equals("parameters")) {
                            operations.put(
                                entry.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(),
                                entry.getValue());
                          }
                        }));
    return operations;
  }

  @Test
  void everyDescribedOperationAnswersAsDescribed() throws Exception {
    Set<String> called = new TreeSet<>();
    String listen = server.json("/api/v1/proxies/farm").path("listen").textValue();
    int port = Integer.parseInt(listen.substring(listen.lastIndexOf(':') + 1));
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
      assertTrue(client.isConnected());
      String session = awaitSession();
      for (Call call : calls()) {
        String path = call.path().replace("SESSION", session);
        called.add(call.method() + " " + call.operation());
        assertDescribed(call, ask(call.method(), path, call.body()));
      }
    }

    assertEquals(operations().keySet(), called);
  }

  private String awaitSession() {
    return kit.createTestProbe()
        .awaitAssert(
            Duration.ofSeconds(30),
            () -> {
              JsonNode first = server.json("/api/v1/proxies/farm/sessions").path(0);
              assertTrue(first.isObject(), "nobody was accepted");
              return first.path("id").asText();
            });
  }

  private List<Call> calls() {
    String farm = "/api/v1/proxies/{proxy=farm}";
    return List.of(
        new Call("GET", "/healthz", 200),
        new Call("GET", "/readyz", 200),
        new Call("GET", "/status", 200),
        new Call("GET", "/metrics", 200),
        new Call("GET", "/api/v1/openapi.json", 200),
        new Call("GET", "/api/v1/session", 200),
        new Call("POST", "/api/v1/session", 200, "{\"token\":\"x\"}"),
        new Call("POST", "/api/v1/session", 422, "{}"),
        new Call("DELETE", "/api/v1/session", 204),
        new Call("GET", "/api/v1/live", 200),
        new Call("GET", "/api/v1/events", 200),
        new Call("GET", "/api/v1/proxies", 200),
        new Call("GET", farm, 200),
        new Call("GET", "/api/v1/proxies/{proxy=none}", 404),
        new Call("GET", farm + "/history", 200),
        new Call("GET", farm + "/history?after=x", 422),
        new Call("GET", farm + "/waiting", 200),
        new Call("GET", farm + "/waiting?limit=0", 422),
        new Call("GET", farm + "/sessions", 200),
        new Call("DELETE", farm + "/sessions/{session=SESSION}", 204),
        new Call("DELETE", farm + "/sessions/{session=999}", 404),
        new Call("GET", farm + "/backends", 200),
        new Call("POST", farm + "/backends", 201, "{\"name\":\"b\",\"after\":null}"),
        new Call("POST", farm + "/backends", 422, "{\"name\":\"d\",\"maxConnections\":\"auto\"}"),
        new Call("POST", farm + "/backends", 409, "{\"name\":\"b\"}"),
        new Call("POST", farm + "/backends", 422, "{\"name\":\"b c\"}"),
        new Call("POST", farm + "/backends", 400, "{"),
        new Call("GET", farm + "/backends/{backend=b}", 200),
        new Call("GET", farm + "/backends/{backend=c}", 404),
        new Call("PATCH", farm + "/backends/{backend=b}", 200, "{\"state\":\"drain\"}"),
        new Call("PATCH", farm + "/backends/{backend=b}", 422, "{\"state\":\"x\"}"),
        new Call("POST", farm + "/backends/{backend=b}/reset", 200),
        new Call("POST", farm + "/reset", 200),
        new Call("DELETE", farm + "/backends/{backend=b}", 202),
        new Call("DELETE", farm + "/backends/{backend=a}?force=true", 204),
        new Call("DELETE", farm + "/backends/{backend=a}?force=x", 422),
        new Call("GET", "/api/v1/nodes", 200),
        new Call("GET", "/api/v1/nodes?node=x", 422),
        new Call("GET", "/api/v1/node", 200),
        new Call("GET", "/api/v1/node?node=x", 422),
        new Call("GET", "/api/v1/actors?limit=10", 200),
        new Call("POST", "/api/v1/actors/kill", 404, "{\"path\":\"/user/none\"}"),
        new Call("POST", "/api/v1/reload", 200),
        new Call("GET", "/api/v1/generations", 200),
        new Call("POST", "/api/v1/upgrade", 409, "{\"dir\": \"/opt\"}"),
        new Call("POST", "/api/v1/upgrade", 422, "{\"dir\": \"/opt\", \"jars\": [\"/a.jar\"]}"),
        new Call("POST", "/api/v1/upgrade/rollback", 409));
  }

  private record Answer(int status, String type, String body) {}

  /** Of what does not end, what comes first. */
  private Answer ask(String method, String path, Optional<String> body) throws Exception {
    HttpRequest.Builder request = server.request(path);
    body.ifPresent(json -> request.header("Content-Type", "application/json"));
    request.method(method, body.map(BodyPublishers::ofString).orElseGet(BodyPublishers::noBody));
    HttpResponse<InputStream> response =
        HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofInputStream());
    try (InputStream in = response.body()) {
      byte[] bytes = path.endsWith("/events") ? in.readNBytes(1) : in.readAllBytes();
      return new Answer(
          response.statusCode(),
          response.headers().firstValue("Content-Type").orElse(""),
          new String(bytes, StandardCharsets.UTF_8));
    }
  }

  private void assertDescribed(Call call, Answer answer) throws Exception {
    String what = call + ": " + answer;
    JsonNode operation = operations().get(call.method() + " " + call.operation());
    assertEquals(call.status(), answer.status(), what);
    JsonNode described = resolved(operation.path("responses").path(String.valueOf(call.status())));
    assertTrue(described.isObject(), "not described: " + what);
    if (described.has("content")) {
      String type = described.path("content").fieldNames().next();
      assertTrue(answer.type().startsWith(type), what);
      if (type.equals("application/json")) {
        JsonNode schema = described.path("content").path(type).path("schema");
        assertEquals(Set.of(), validate(schema, JSON.readTree(answer.body())), what);
      }
    } else {
      assertEquals("", answer.body(), what);
    }
    if (call.body().isPresent() && call.status() < 300) {
      JsonNode schema = operation.at("/requestBody/content/application~1json/schema");
      assertEquals(Set.of(), validate(schema, JSON.readTree(call.body().get())), what);
    }
  }

  private JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? description.at(node.path("$ref").textValue().substring(1)) : node;
  }

  /** Strictly: what is not described must not be there. */
  private Set<ValidationMessage> validate(JsonNode schema, JsonNode value) {
    ObjectNode whole = JSON.createObjectNode();
    whole.set("components", closed(description.path("components").deepCopy()));
    whole.setAll((ObjectNode) schema);
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(whole)
        .validate(value);
  }

  private static JsonNode closed(JsonNode node) {
    if (node.path("properties").isObject() && node instanceof ObjectNode object) {
      object.put("additionalProperties", false);
    }
    node.forEach(OpenApiTest::closed);
    return node;
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    description
        .findValuesAsText("$ref")
        .forEach(ref -> assertTrue(!description.at(ref.substring(1)).isMissingNode(), ref));
  }
}
