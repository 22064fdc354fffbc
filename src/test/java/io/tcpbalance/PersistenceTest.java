package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tcpbalance.testing.Daemon;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What survives the daemon as a process, most of all when it is killed without a warning. */
class PersistenceTest {

  private static final int KILLED = 128 + 9;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();

  @TempDir private Path directory;

  @Test
  void whatWasAnsweredSurvivesAKill() throws Exception {
    configure("a/4", "b/2", "c/1");
    try (Daemon daemon = start()) {
      send(daemon, "POST", "", "{\"name\": \"x\", \"host\": \"10.0.0.7\", \"after\": null}");
      send(daemon, "PATCH", "/a", "{\"state\": \"drain\", \"maxConnections\": 9}");
      kill(daemon);
    }
    try (Daemon daemon = start()) {
      assertEquals(List.of("x 1 up", "a 9 drain", "b 2 up", "c 1 up"), backends(daemon));

      send(daemon, "PATCH", "/c", "{\"after\": \"x\"}");
      send(daemon, "DELETE", "/b", "");
      kill(daemon);
    }
    try (Daemon daemon = start()) {
      assertEquals(List.of("x 1 up", "c 1 up", "a 9 drain"), backends(daemon));

      send(daemon, "POST", "/a/reset", "");
      send(daemon, "DELETE", "/x?force=true", "");
      kill(daemon);
    }
    try (Daemon daemon = start()) {
      assertEquals(List.of("c 1 up", "a 9 up"), backends(daemon));
    }
  }

  @Test
  void configurationThatChangedWinsAndTheLogSaysSo() throws Exception {
    configure("a/4", "b/2");
    try (Daemon daemon = start()) {
      send(daemon, "PATCH", "/a", "{\"maxConnections\": 9}");
      send(daemon, "DELETE", "/b", "");
      kill(daemon);
    }
    configure("a/5", "b/2");

    try (Daemon daemon = start()) {
      assertEquals(List.of("a 5 up"), backends(daemon));
      daemon.awaitLine("proxy farm: as an operator left it: removed b at 127.0.0.1");
      daemon.awaitLine(
          "WARN  State proxy farm: the configuration has changed and wins: back-end a:"
              + " max-connections is configured as 5 now, it was 4 when it was changed to 9");
      assertTrue(daemon.awaitLine("proxy farm listens on").endsWith("(tcp, 1 back-ends)"));
    }
    assertEquals(0, recorded().get("changed").size(), "what was overruled does not come back");
  }

  @Test
  void damagedFileIsKeptAsideAndTheDaemonStartsAsConfigured() throws Exception {
    configure("a/4");
    Files.createDirectories(state());
    Files.writeString(state().resolve("state.json"), "{\"version\" : 1, \"prox");

    try (Daemon daemon = start()) {
      daemon.awaitLine("cannot be used, so everything is as it is configured: it is no JSON");
      assertEquals(List.of("a 4 up"), backends(daemon));
      assertEquals(1, filesStartingWith("state.json.corrupt-").size());
      assertFalse(Files.exists(state().resolve("state.json")));
    }
  }

  @Test
  void secondDaemonIsRefusedTheDirectory() throws Exception {
    configure("a/4");
    try (Daemon first = start()) {
      adminPort(first);
      try (Daemon second = start()) {
        assertEquals(69, second.awaitExit());
        assertEquals(
            List.of(
                "tcpbalance: state-dir %s is in use by a running daemon (process %d); stop it, or give each daemon a state-dir of its own"
                    .formatted(state(), first.pid())),
            second.output());
      }
      assertEquals(List.of("a 4 up"), backends(first));
    }
  }

  @Test
  void fullDiskIsToldOfAndWhatItMissedIsRecordedLater() throws Exception {
    configure("a/4", "b/2");
    Path full = state().resolve("state.json.tmp");
    try (Daemon daemon = start()) {
      adminPort(daemon);
      Files.createSymbolicLink(full, Path.of("/dev/full"));

      JsonNode answer = send(daemon, "PATCH", "/a", "{\"maxConnections\": 9}");
      JsonNode forced = send(daemon, "DELETE", "/b?force=true", "");

      String warning =
          "the change is made, but could not be recorded (No space left on device): a restart of"
              + " the daemon would lose it";
      assertEquals(9, answer.get("maxConnections").intValue());
      assertEquals(warning, answer.get("warning").textValue());
      assertEquals(warning, forced.get("warning").textValue());
      daemon.awaitLine("ERROR StateRecorder what operators changed cannot be recorded");
      assertEquals(List.of("a 9 up"), backends(daemon));

      Files.delete(full);
      JsonNode later = send(daemon, "PATCH", "/a", "{\"state\": \"drain\"}");

      assertFalse(later.has("warning"), later.toString());
      daemon.awaitLine("what operators changed is recorded again");
      JsonNode now = recorded().get("changed").get(0).get("now");
      assertEquals(9, now.get("maxConnections").intValue());
      assertEquals("drain", now.get("state").textValue());
      assertEquals("b", recorded().get("removed").get(0).get("name").textValue());
    }
  }

  @Test
  void unusableDirectoryKeepsNobodyFromBeingServed() throws Exception {
    configure("a/4");
    Files.writeString(state(), "a file where the directory should be");

    try (Daemon daemon = start()) {
      JsonNode answer = send(daemon, "PATCH", "/a", "{\"maxConnections\": 9}");

      assertTrue(answer.get("warning").textValue().contains("could not be recorded"));
      daemon.awaitLine("cannot be used, what operators change will not survive a restart");
      Files.delete(state());
      assertFalse(send(daemon, "PATCH", "/a", "{\"maxConnections\": 8}").has("warning"));
      JsonNode now = recorded().get("changed").get(0).get("now");
      assertEquals(8, now.get("maxConnections").intValue());
    }
  }

  @Test
  void auditTrailTellsWhoDidWhat() throws Exception {
    configure("a/4");
    try (Daemon daemon = start()) {
      send(daemon, "PATCH", "/a", "{\"maxConnections\": 9}");
      daemon.signal("TERM");
      assertEquals(0, daemon.awaitExit());
    }

    List<String> lines = Files.readAllLines(state().resolve("audit.jsonl"));
    assertEquals(1, lines.size());
    JsonNode line = JSON.readTree(lines.get(0));
    assertEquals("http", line.get("interface").textValue());
    assertEquals("farm", line.get("proxy").textValue());
    assertTrue(line.get("from").textValue().startsWith("127.0.0.1:"));
    assertEquals("changed back-end a: maxConnections 9", line.get("what").textValue());
  }

  @Test
  void nothingIsLeftWhereStateIsOff() throws Exception {
    configure("a/4");
    String text = Files.readString(configuration());
    Files.writeString(configuration(), text.replaceFirst("state-dir = .*", "state-dir = \"\""));
    try (Daemon daemon = start()) {
      assertFalse(send(daemon, "PATCH", "/a", "{\"maxConnections\": 9}").has("warning"));
      assertFalse(Files.exists(state()));
    }
  }

  /**
   * @param backends NAME/MAX-CONNECTIONS
   */
  private void configure(String... backends) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String backend : backends) {
      String[] parts = backend.split("/", 2);
      lines.add(
          "{ name = %s, host = 127.0.0.1, port = 9, max-connections = %s }"
              .formatted((Object[]) parts));
    }
    Files.writeString(
        configuration(),
        """
        tcpbalance {
          state-dir = "%s"
          relay.memory = 32 MiB
          admin.port = 0
          console.port = 0
          proxies.farm {
            listen { host = 127.0.0.1, port = 0 }
            backends = [
              %s
            ]
          }
        }
        """
            .formatted(state(), String.join("\n", lines)));
  }

  private Path configuration() {
    return directory.resolve("test.conf");
  }

  private Path state() {
    return directory.resolve("state");
  }

  private List<String> filesStartingWith(String prefix) throws IOException {
    try (Stream<Path> files = Files.list(state())) {
      return files.map(f -> f.getFileName().toString()).filter(n -> n.startsWith(prefix)).toList();
    }
  }

  private Daemon start() throws IOException {
    return Daemon.of(configuration()).start();
  }

  private static void kill(Daemon daemon) throws Exception {
    daemon.signal("KILL");
    assertEquals(KILLED, daemon.awaitExit());
  }

  private JsonNode recorded() throws IOException {
    byte[] bytes = Files.readAllBytes(state().resolve("state.json"));
    return JSON.readTree(bytes).get("proxies").get("farm");
  }

  /** NAME MAX-CONNECTIONS STATE, fastest first. */
  private List<String> backends(Daemon daemon) throws Exception {
    List<String> backends = new ArrayList<>();
    for (JsonNode b : send(daemon, "GET", "", "")) {
      backends.add(
          b.get("name").textValue()
              + " "
              + b.get("maxConnections")
              + " "
              + b.get("state").textValue());
    }
    return backends;
  }

  private JsonNode send(Daemon daemon, String method, String path, String body) throws Exception {
    URI uri =
        URI.create(
            "http://127.0.0.1:" + adminPort(daemon) + "/api/v1/proxies/farm/backends" + path);
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
    assertEquals(2, response.statusCode() / 100, response.body());
    return JSON.readTree(response.body());
  }

  private static int adminPort(Daemon daemon) throws InterruptedException {
    String line = daemon.awaitLine("HTTP interface listens on ");
    return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
  }
}
