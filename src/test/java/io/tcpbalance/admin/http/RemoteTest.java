package io.tcpbalance.admin.http;

import static io.tcpbalance.admin.http.AdminServer.backend;
import static io.tcpbalance.admin.http.AdminServer.json;
import static io.tcpbalance.admin.http.AdminServer.proxy;
import static io.tcpbalance.admin.http.ReadingTest.assertError;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tcpbalance.admin.nodes.RemoteAnswer;
import io.tcpbalance.admin.nodes.RemoteRequest;
import io.tcpbalance.config.Role;
import io.tcpbalance.config.TokenSettings;
import io.tcpbalance.state.AuditTrail;
import io.tcpbalance.testing.HeardLog;
import java.net.http.HttpResponse;
import java.time.Duration;
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
import org.junit.jupiter.params.provider.ValueSource;

/** One node asked by way of another; what lies between them is a method call here. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RemoteTest {

  private static final String BACKENDS = "/api/v1/proxies/farm/backends";
  private static final List<TokenSettings> TOKENS =
      List.of(
          new TokenSettings("boss", Role.OPERATE, "correct-horse"),
          new TokenSettings("guest", Role.VIEW, "battery-staple"));

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private ActorTestKit kit;
  private FakeNodes nodes;
  private AdminServer here;
  private AdminServer there;

  @BeforeAll
  void startSystem() {
    kit = ActorTestKit.create();
  }

  @AfterAll
  void stopSystem() {
    kit.shutdownTestKit();
  }

  @BeforeEach
  void startServers() throws Exception {
    nodes = new FakeNodes(kit);
    here = AdminServer.node(kit, nodes, true, TOKENS, proxy("near", backend("n", 3632, 1)));
    // Its own tokens are others: who asks was let in by the first.
    List<TokenSettings> others = List.of(new TokenSettings("king", Role.OPERATE, "secret"));
    there = AdminServer.node(kit, nodes, false, others, proxy("farm", backend("a", 3632, 4)));
    nodes.put("there", there);
  }

  @AfterEach
  void stopServers() {
    here.close();
    there.close();
  }

  private HttpResponse<String> ask(String token, String method, String path, String... body)
      throws Exception {
    return here.send(here.with(token, method, path, body));
  }

  private HttpResponse<String> asBoss(String method, String path, String... body) throws Exception {
    return ask("correct-horse", method, path, body);
  }

  @Test
  void readsAnotherNode() throws Exception {
    JsonNode proxies = json(asBoss("GET", "/api/v1/proxies?node=there"));
    JsonNode backend = json(asBoss("GET", BACKENDS + "/a?node=there:1"));

    assertEquals("farm", proxies.at("/0/name").textValue());
    assertEquals(4, backend.get("maxConnections").intValue());
  }

  @Test
  void changesAnotherNodeByEveryMethod() throws Exception {
    HttpResponse<String> added =
        asBoss("POST", BACKENDS + "?node=there", "{\"name\": \"b\", \"after\": null}");
    HttpResponse<String> changed =
        asBoss("PATCH", BACKENDS + "/b?node=there", "{\"state\": \"drain\"}");
    HttpResponse<String> reset = asBoss("POST", BACKENDS + "/b/reset?node=there");
    HttpResponse<String> removed = asBoss("DELETE", BACKENDS + "/a?force=true&node=there");

    assertEquals(201, added.statusCode(), added.body());
    assertEquals(BACKENDS + "/b?node=there", added.headers().firstValue("Location").orElse(""));
    assertEquals("draining", json(changed).get("status").textValue());
    assertEquals("reset", json(reset).get("lastError").textValue());
    assertEquals(204, removed.statusCode());
    assertEquals("", removed.body());
    JsonNode left = json(asBoss("GET", BACKENDS + "?node=there"));
    assertEquals(1, left.size());
    assertEquals("b", left.at("/0/name").textValue());
    assertEquals(404, asBoss("GET", "/api/v1/proxies/farm").statusCode());
  }

  @Test
  void tellsTheAuditTrailThereWhoAskedAndWhichNodeLetHimIn() throws Exception {
    try (HeardLog log = new HeardLog(AuditTrail.class.getName())) {
      asBoss("PATCH", BACKENDS + "/a?node=there", "{\"state\": \"down\"}");

      String line = log.lines().get(0);
      assertTrue(line.startsWith("proxy farm: changed back-end a"), line);
      assertTrue(line.matches(".*asked by 'boss' at 127.0.0.1:[0-9]+ via http@here:1\\)"), line);
    }
  }

  @Test
  void letsNobodyDoThereWhatHeMayNotDoHere() throws Exception {
    String drain = "{\"state\": \"drain\"}";

    HttpResponse<String> guest = ask("battery-staple", "PATCH", BACKENDS + "/a?node=there", drain);
    HttpResponse<String> king = ask("secret", "PATCH", BACKENDS + "/a?node=there", drain);
    HttpResponse<String> looks = ask("battery-staple", "GET", BACKENDS + "/a?node=there");

    assertEquals(403, guest.statusCode());
    assertEquals(401, king.statusCode());
    assertEquals("up", json(looks).get("status").textValue());
    assertEquals(1, nodes.carried.size());
  }

  /** A node that is asked does not rely on the other. */
  @Test
  void checksTheRoleThereToo() throws Exception {
    ask("battery-staple", "GET", BACKENDS + "/a?node=there");
    RemoteRequest looked = nodes.carried.get(0);
    RemoteRequest change =
        new RemoteRequest(
            looked.via(),
            looked.from(),
            looked.who(),
            "DELETE",
            looked.target(),
            looked.type(),
            looked.body());

    RemoteAnswer answer =
        nodes.ask(nodes.named("there"), change, PATIENCE).toCompletableFuture().get();

    assertEquals(403, answer.status());
  }

  @Test
  void passesErrorsOnAsTheyAre() throws Exception {
    assertError(
        422,
        "the body must be a JSON object, such as {\"name\": \"bld6\"}",
        asBoss("POST", BACKENDS + "?node=there", "[]"));
    assertError(
        404, "no proxy 'near'; there is farm", asBoss("GET", "/api/v1/proxies/near?node=there"));
    assertEquals(400, asBoss("POST", BACKENDS + "?node=there", "{").statusCode());
    assertEquals(
        415, here.send(here.with("correct-horse", "POST", BACKENDS + "?node=there")).statusCode());
  }

  @Test
  void killsActorsOnlyWhereThatNodeAllowsIt() throws Exception {
    String body = "{\"path\": \"/user/none\"}";

    assertEquals(404, asBoss("POST", "/api/v1/actors/kill?node=here", body).statusCode());
    assertEquals(403, asBoss("POST", "/api/v1/actors/kill?node=there", body).statusCode());
  }

  @Test
  void showsTheStatusPageOfAnotherNode() throws Exception {
    asBoss("DELETE", BACKENDS + "/a?force=true&node=there");

    String page = asBoss("GET", "/status?node=there").body();

    assertTrue(page.contains("Proxy farm"), page);
    String howToAdd = "http://127.0.0.1:" + here.port() + BACKENDS + "?node=there\n";
    assertTrue(page.contains(howToAdd), page);
  }

  @Test
  void showsWhatIsLiveOnAnotherNode() throws Exception {
    JsonNode live = json(asBoss("GET", "/api/v1/live?node=there"));

    assertEquals("farm", live.at("/proxies/0/name").asText(), live.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/healthz",
        "/readyz",
        "/metrics",
        "/api/v1/session",
        "/api/v1/openapi.json",
        "/api/v1/nodes",
        "/api/v1/events"
      })
  void asksNoOtherNodeForWhatIsOnlyHere(String path) throws Exception {
    HttpResponse<String> answer = asBoss("GET", path + "?node=there");

    assertEquals(422, answer.statusCode());
    assertTrue(answer.body().contains("another node cannot be asked for this"), answer.body());
  }

  @Test
  void saysWhatToPollInPlaceOfEvents() throws Exception {
    String error = json(asBoss("GET", "/api/v1/events?node=there")).get("error").textValue();

    assertTrue(error.contains("poll /api/v1/live"), error);
  }

  @Test
  void saysWhichNodesThereAre() throws Exception {
    assertError(
        404,
        "no node 'x'; there is fled, gone, here, mute, there",
        asBoss("GET", "/api/v1/proxies?node=x"));
  }

  @Test
  void saysThatThereIsNoCluster() throws Exception {
    try (AdminServer lonely = AdminServer.of(kit, proxy("p"))) {
      HttpResponse<String> answer = lonely.get("/api/v1/proxies?node=lonely");

      assertEquals(422, answer.statusCode());
      assertTrue(answer.body().contains("tcpbalance.cluster.enabled"), answer.body());
    }
  }

  @Test
  void tellsWhatBecameOfAQuestionToANodeThatIsNotThere() throws Exception {
    assertError(
        503,
        "node 'gone' is out of reach, and was not asked; try again when it is back",
        asBoss("GET", "/api/v1/proxies?node=gone"));
    assertError(
        503,
        "node 'fled' is out of reach, and was not asked; try again when it is back",
        asBoss("GET", "/api/v1/proxies?node=fled"));
    assertError(
        503,
        "node 'mute' did not answer within 5 s; try again",
        asBoss("GET", "/api/v1/proxies?node=mute"));
    assertError(
        503,
        "node 'mute' did not answer within 10 s; what was asked for may be done or not, or be done"
            + " yet: look before you try again",
        asBoss("POST", "/api/v1/proxies/farm/reset?node=mute"));
  }

  @Test
  void listsNodesWithWhatEachTellsOfItself() throws Exception {
    JsonNode list = json(ask("battery-staple", "GET", "/api/v1/nodes"));

    assertTrue(list.get("cluster").booleanValue());
    assertTrue(list.get("majority").booleanValue());
    JsonNode mute = list.at("/nodes/3");
    assertEquals("mute", mute.get("name").textValue());
    assertTrue(mute.get("version").isNull() && mute.get("proxies").isNull(), mute.toString());
    JsonNode farm = list.at("/nodes/4");
    assertEquals("there:1", farm.get("address").textValue());
    assertEquals("up", farm.get("status").textValue());
    assertEquals("2026-03-01T12:00:00.123Z", farm.get("startedAt").textValue());
    assertTrue(farm.get("uptimeMs").isIntegralNumber());
    assertEquals("[\"farm\"]", farm.get("proxies").toString());
    assertTrue(list.at("/nodes/2/self").booleanValue());
    assertEquals("[\"near\"]", list.at("/nodes/2/proxies").toString());
  }

  @Test
  void listsItselfWhereThereIsNoCluster() throws Exception {
    try (AdminServer lonely = AdminServer.of(kit, proxy("p"))) {
      JsonNode list = lonely.json("/api/v1/nodes");

      assertEquals(false, list.get("cluster").booleanValue());
      assertTrue(list.get("majority").booleanValue());
      assertEquals(1, list.get("nodes").size());
      assertEquals("lonely", list.at("/nodes/0/name").textValue());
      assertTrue(list.at("/nodes/0/address").isNull());
      assertEquals("[\"p\"]", list.at("/nodes/0/proxies").toString());
    }
  }
}
