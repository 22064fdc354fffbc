package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tcpbalance.SharedFarm.Node;
import io.tcpbalance.cli.ExitCode;
import io.tcpbalance.testing.Peer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What operators of a shared farm see and change, on any of its nodes. */
@Timeout(240)
class SharedFarmOperatorsTest {

  private SharedFarm farm;
  private List<Node> nodes;

  @TempDir private Path directory;

  @BeforeEach
  void startFarm() throws Exception {
    farm = SharedFarm.start(directory);
    nodes = farm.nodes;
  }

  @AfterEach
  void closeFarm() throws Exception {
    farm.close();
  }

  private static String word(Node node, String field) throws Exception {
    return node.send("GET", "farm/backends/slow", "").get(field).asText();
  }

  @Test
  void obeysOperatorsOfAnyNodeAndRemembersThemWithoutTheBalancersNode() throws Exception {
    nodes.get(1).send("PATCH", "farm/backends/slow", "{\"state\": \"drain\"}");
    assertEquals("draining", word(nodes.get(1), "status"));
    assertEquals("draining", word(nodes.get(2), "status"));

    nodes.get(0).daemon.signal("TERM");
    assertEquals(0, nodes.get(0).daemon.awaitExit());

    for (int i = 0; i < 20; i++) {
      serve(nodes.get(1));
      serve(nodes.get(2));
    }
    assertEquals("draining", word(nodes.get(2), "status"));
    assertEquals("0", word(nodes.get(2), "activeCount"));
  }

  private static void serve(Node node) throws Exception {
    try (Peer client = Peer.connect(node.address)) {
      client.send("j");
      client.expect("j");
      client.expectEnd();
    }
  }

  @Test
  void showsOnEachNodeWhoseSessionsHaveTheSlots() throws Exception {
    Node there = nodes.get(0);
    Node here = nodes.get(1);
    for (int i = 0; i < 3; i++) {
      there.connect();
    }
    JsonNode farm = here.awaitFarm(SharedFarmOperatorsTest::isAllActiveElsewhere);
    assertEquals(
        List.of(there.name, there.name, there.name),
        farm.get("elsewhere").findValuesAsText("node"));
    String page = here.request("GET", "/status", "").body();
    assertTrue(page.matches("(?s).*slow: +" + there.name + " \\[\\d+].*"), page);
    assertEquals(0, there.send("GET", "farm", "").get("elsewhere").size());

    Node third = nodes.get(2);
    third.connect();
    here.awaitFarm(f -> f.get("waiting").intValue() == 1);
    JsonNode fromHere = here.send("GET", "farm/waiting", "").get(0);
    assertEquals(third.name, fromHere.get("node").textValue());
    assertTrue(third.send("GET", "farm/waiting", "").get(0).get("node").isNull());
    JsonNode session = third.send("GET", "farm/sessions", "").get(0);
    assertEquals(1, session.get("queuePosition").intValue());
  }

  private static boolean isAllActiveElsewhere(JsonNode farm) {
    return farm.get("elsewhere")
        .findValuesAsText("phase")
        .equals(List.of("active", "active", "active"));
  }

  private static JsonNode reloadWithSlowSlots(Node node, int slots) throws Exception {
    return node.reloadWith("(name = slow.*max-connections = )\\d+", "$1" + slots);
  }

  @Test
  void takesAChangedFileFromEachNodeInTurn() throws Exception {
    nodes.get(1).send("PATCH", "farm/backends/slow", "{\"state\": \"drain\"}");

    List<String> changed = new ArrayList<>();
    for (Node node : nodes) {
      JsonNode report = reloadWithSlowSlots(node, 3);
      changed.add(report.get("changed").toString());
      for (Node any : nodes) {
        assertEquals("3", word(any, "maxConnections"), changed::toString);
        assertEquals("draining", word(any, "status"), changed::toString);
      }
    }

    assertTrue(changed.get(0).contains("slow"), changed::toString);
    assertEquals(List.of("[]", "[]"), changed.subList(1, 3));
  }

  @Test
  void theFileThatIsReadLastWins() throws Exception {
    reloadWithSlowSlots(nodes.get(0), 3);
    nodes.get(1).send("PATCH", "farm/backends/slow", "{\"maxConnections\": 4}");

    JsonNode report = reloadWithSlowSlots(nodes.get(2), 5);

    assertEquals("5", word(nodes.get(0), "maxConnections"));
    assertTrue(
        report.get("warnings").toString().contains("the configuration wins"), report::toString);
  }

  @Test
  void theQueueIsThatOfTheNodeThatDecides() throws Exception {
    nodes.get(0).reloadWith("queue.timeout = 3m", "queue.timeout = 300ms");

    for (Node node : nodes) {
      node.connect();
    }
    nodes.get(0).awaitFarm(f -> busy(f) == 3);
    nodes.get(2).connect().expectEnd();
  }

  private static int busy(JsonNode farm) {
    return farm.findValues("active").stream().mapToInt(JsonNode::intValue).sum();
  }

  @Test
  void aNodeWithoutTheMajoritySaysThatItGivesNoSlotsThenEnds() throws Exception {
    Node alone = nodes.get(2);
    String told = "pool farm: nobody gets a slot: no majority of the cluster answers";
    int before = alone.daemon.linesWith(told).size();
    nodes.get(0).daemon.signal("KILL");
    nodes.get(1).daemon.signal("KILL");

    alone.daemon.awaitLines(told, before + 1);
    HttpResponse<String> ready = alone.request("GET", "/readyz", "");
    assertEquals(503, ready.statusCode());
    assertTrue(ready.body().contains("proxy 'farm' gives no slots: no majority"), ready.body());
    JsonNode farm = alone.send("GET", "farm", "");
    assertTrue(farm.get("stalled").get("reason").textValue().startsWith("no majority"));
    String page = alone.request("GET", "/status", "").body();
    assertTrue(page.contains("Gives no slots:      no majority"), page);
    String metrics = alone.request("GET", "/metrics", "").body();
    assertTrue(metrics.contains("tcpbalance_proxy_granting{proxy=\"farm\"} 0"), metrics);
    HttpResponse<String> refused =
        alone.request("PATCH", "/api/v1/proxies/farm/backends/slow", "{\"state\": \"down\"}");
    assertEquals(409, refused.statusCode(), refused.body());

    assertEquals(ExitCode.SOFTWARE.number(), alone.daemon.awaitExit());
  }

  @Test
  void saysWhenSlotsAreGivenAgain() throws Exception {
    Node rest = nodes.get(1);
    int before = rest.daemon.linesWith("slots are given again").size();
    assertEquals(200, rest.request("GET", "/readyz", "").statusCode());

    nodes.get(0).daemon.signal("KILL");

    String silent = nodes.get(0).name + ", which gives the slots, does not answer";
    rest.daemon.awaitLine("pool farm: nobody gets a slot: " + silent);
    rest.daemon.awaitLines("pool farm: slots are given again, after ", before + 1);
    assertEquals(200, rest.request("GET", "/readyz", "").statusCode());
    String notices = rest.request("GET", "/api/v1/live", "").body();
    assertTrue(notices.contains("no slots are given: " + silent), notices);
    assertTrue(notices.contains("slots are given again, after "), notices);
  }
}
