package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tcpbalance.testing.Daemon;
import io.tcpbalance.testing.DistccFarm;
import io.tcpbalance.testing.FakeStatsPage;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code max-connections = auto} in a real daemon. */
@Timeout(120)
class LearnedSlotsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();

  @TempDir private Path directory;

  private Daemon start(String maxConnections, int port, int statsPort) throws Exception {
    Path configuration = directory.resolve("auto.conf");
    Files.writeString(
        configuration,
        """
        tcpbalance {
          state-dir = "%s"
          admin.port = 0
          console.enabled = false
          proxies.farm {
            protocol = distcc
            listen { host = 127.0.0.1, port = 0 }
            health.check = none
            backends = [{ name = a, host = 127.0.0.1, port = %d, max-connections = %s, stats-port = %d }]
          }
        }
        """
            .formatted(directory.resolve("state"), port, maxConnections, statsPort));
    return Daemon.of(configuration).start();
  }

  private JsonNode send(Daemon daemon, String method, String body) throws Exception {
    String line = daemon.awaitLine("HTTP interface listens on ");
    String port = line.substring(line.lastIndexOf(':') + 1);
    URI uri = URI.create("http://127.0.0.1:" + port + "/api/v1/proxies/farm/backends/a");
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
    assertEquals(200, response.statusCode(), response.body());
    return JSON.readTree(response.body());
  }

  private static void assertSlots(int slots, boolean learns, JsonNode backend) {
    assertEquals(slots, backend.get("maxConnections").intValue(), backend::toString);
    assertEquals(slots, backend.get("slots").intValue(), backend::toString);
    assertEquals(learns, backend.get("learnsSlots").booleanValue(), backend::toString);
  }

  @Test
  @Tag("distcc")
  void hasTheSlotsThatARealHostTells() throws Exception {
    assumeTrue(DistccFarm.isInstalled(), "distcc is not installed");
    try (DistccFarm farm = DistccFarm.startWithStats(new DistccFarm.Host("a", 3, 1));
        Daemon daemon = start("auto", farm.port("a"), farm.statsPort("a"))) {

      daemon.awaitLine("back-end a takes 3 sessions at once, says its distccd (until now: 1)");

      JsonNode backend = send(daemon, "GET", "");
      assertSlots(3, true, backend);
      assertEquals(3, backend.get("slotsLearned").intValue());
    }
  }

  @Test
  void operatorsNumberWinsAndSurvivesUntilHeWantsItLearnedAgain() throws Exception {
    try (FakeStatsPage page = new FakeStatsPage(FakeStatsPage.page("dcc_max_kids 3\n"))) {
      try (Daemon daemon = start("auto", 9, page.port())) {
        daemon.awaitLine("back-end a takes 3 sessions at once");
        assertFalse(
            Files.exists(directory.resolve("state/state.json")), "what is learned is not kept");
        assertSlots(2, false, send(daemon, "PATCH", "{\"maxConnections\": 2}"));
      }
      try (Daemon daemon = start("auto", 9, page.port())) {
        daemon.awaitLine("as an operator left it: changed a: max-connections 2 (configured: auto)");
        assertSlots(2, false, send(daemon, "GET", ""));
        assertEquals(1, page.connections());
        send(daemon, "PATCH", "{\"maxConnections\": \"auto\"}");
        daemon.awaitLine("back-end a takes 3 sessions at once");
        assertSlots(3, true, send(daemon, "GET", ""));
      }
    }
    String recorded = Files.readString(directory.resolve("state/state.json"));
    assertEquals(0, JSON.readTree(recorded).get("proxies").size(), recorded);
  }

  @Test
  void operatorMayHaveItLearnedThoughANumberIsConfigured() throws Exception {
    try (FakeStatsPage page = new FakeStatsPage(FakeStatsPage.page("dcc_max_kids 7\n"))) {
      try (Daemon daemon = start("2", 9, page.port())) {
        assertSlots(2, false, send(daemon, "GET", ""));
        send(daemon, "PATCH", "{\"maxConnections\": \"auto\"}");
        daemon.awaitLine("back-end a takes 7 sessions at once");
      }
      try (Daemon daemon = start("2", 9, page.port())) {
        daemon.awaitLine("back-end a takes 7 sessions at once");
        assertSlots(7, true, send(daemon, "GET", ""));
      }
      try (Daemon daemon = start("4", 9, page.port())) {
        daemon.awaitLine("max-connections is configured as 4 now, it was 2 when");
        assertSlots(4, false, send(daemon, "GET", ""));
        assertTrue(daemon.linesWith("takes 7 sessions").isEmpty());
      }
    }
  }
}
