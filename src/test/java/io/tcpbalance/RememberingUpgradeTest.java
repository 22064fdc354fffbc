package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tcpbalance.testing.EventReader;
import io.tcpbalance.testing.GreetingHost;
import io.tcpbalance.testing.ProgramJar;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever looks at the page, or has logged in, goes on with new code where he was. */
@Timeout(180)
class RememberingUpgradeTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String GUEST = "{ name = guest, role = view, token = looks-only }";
  private static final String HISTORY = "/api/v1/proxies/a/history";
  private static final String SESSION = "/api/v1/session";
  private static final String EVENTS = "/api/v1/events";
  private static final String NOBODY = "{\"role\":null,\"loginNeeded\":true,\"name\":null}";

  private final HttpClient http = HttpClient.newHttpClient();
  private String url;

  @Test
  void chartsNoticesAndLoginsGoOn(@TempDir Path directory) throws Exception {
    Path code = ProgramJar.installIn(directory.resolve("lib"));
    try (GreetingHost host = GreetingHost.start("bld1");
        UpgradableDaemon daemon = start(directory, host)) {
      url = daemon.url();
      String ci = logIn("changes-things");
      String guest = logIn("looks-only");
      String gone = logIn("looks-only");
      assertEquals(204, send("DELETE", SESSION, "", gone).statusCode());
      JsonNode samples;
      double changes;
      List<JsonNode> noticed;
      try (EventReader viewer = view(ci)) {
        noticed = notices(viewer.await("state"));
        assertEquals(3, noticed.size(), noticed.toString());
        samples = awaitSamples(ci);
        changes = changes(ci);

        assertEquals(200, upgrade(code, ci).statusCode());

        addNoticesUntilTheEnd(viewer, noticed);
      }
      assertTrue(last(noticed).path("text").asText().startsWith("upgrades the code"));
      try (EventReader viewer = view(ci)) {
        JsonNode state = viewer.await("state");
        assertEquals(2, state.path("generation").asInt());
        assertEquals(noticed, notices(state));
        awaitEndOfCodeBefore(viewer, state);
      }
      assertEquals(changes + 1, changes(ci), "those of before, and the upgrade");
      JsonNode now = json(HISTORY, ci).path("samples");
      for (int i = 0; i < samples.size(); i++) {
        assertEquals(samples.get(i), now.path(i));
      }
      assertEquals(403, upgrade(code, guest).statusCode(), "he may only look");
      assertEquals(NOBODY, send("GET", SESSION, "", gone).body());

      withoutGuest(daemon.configuration());
      assertEquals(200, upgrade(code, ci).statusCode());

      try (EventReader viewer = view(ci)) {
        awaitEndOfCodeBefore(viewer, viewer.await("state"));
      }
      assertEquals("ci", json(SESSION, ci).path("name").asText());
      assertEquals(NOBODY, send("GET", SESSION, "", guest).body());
      assertEquals(samples.get(0), json(HISTORY, ci).path("samples").path(0));
      assertEquals(List.of(), daemon.process().linesWith("begin anew"));
    }
  }

  private UpgradableDaemon start(Path directory, GreetingHost host) throws Exception {
    String tokens =
        "admin.tokens = [{ name = ci, role = operate, token = changes-things }, " + GUEST + "]";
    return UpgradableDaemon.start(
        directory, directory, UpgradableDaemon.proxy("a", "tcp", host.port(), 1), tokens);
  }

  private static void withoutGuest(Path configuration) throws Exception {
    String text = Files.readString(configuration);
    assertTrue(text.contains(GUEST));
    Files.writeString(configuration, text.replace(GUEST, ""));
  }

  /** Returns the header that a browser sends from then on. */
  private String logIn(String token) throws Exception {
    HttpResponse<String> answer = send("POST", SESSION, "{\"token\":\"" + token + "\"}", "a=b");
    assertEquals(200, answer.statusCode(), answer.body());
    return answer.headers().firstValue("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
  }

  private HttpResponse<String> upgrade(Path code, String cookie) throws Exception {
    return send("POST", "/api/v1/upgrade", "{\"dir\":\"" + code + "\"}", cookie);
  }

  private JsonNode json(String path, String cookie) throws Exception {
    HttpResponse<String> answer = send("GET", path, "", cookie);
    assertEquals(200, answer.statusCode(), answer.body());
    return JSON.readTree(answer.body());
  }

  /** What operators did, as it is counted. */
  private double changes(String cookie) throws Exception {
    String name = "tcpbalance_operator_changes_total{interface=\"http\"} ";
    String line =
        send("GET", "/metrics", "", cookie)
            .body()
            .lines()
            .filter(l -> l.startsWith(name))
            .findFirst()
            .orElseThrow();
    return Double.parseDouble(line.substring(name.length()));
  }

  private HttpResponse<String> send(String method, String path, String body, String cookie)
      throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Content-Type", "application/json")
            .header("Cookie", cookie)
            .method(method, BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private EventReader view(String cookie) throws Exception {
    return EventReader.open(URI.create(url).getPort(), EVENTS, "Cookie: " + cookie);
  }

  /** The first ones, of which there is one each five seconds. */
  private JsonNode awaitSamples(String cookie) throws Exception {
    JsonNode samples = json(HISTORY, cookie).path("samples");
    while (samples.isEmpty()) {
      samples = json(HISTORY, cookie).path("samples");
    }
    return samples;
  }

  private static List<JsonNode> notices(JsonNode state) {
    List<JsonNode> notices = new ArrayList<>();
    state.path("notices").forEach(notices::add);
    return notices;
  }

  private static void addNoticesUntilTheEnd(EventReader viewer, List<JsonNode> noticed)
      throws Exception {
    EventReader.Event event = viewer.next();
    while (event != null) {
      if (event.name().equals("notice")) {
        noticed.add(event.data());
      }
      event = viewer.next();
    }
  }

  /** Until then it serves those for a moment who are connected to it. */
  private static void awaitEndOfCodeBefore(EventReader viewer, JsonNode state) throws Exception {
    if (!state.path("draining").isEmpty()) {
      viewer.await("change", change -> change.has("draining") && change.path("draining").isEmpty());
    }
  }

  private static JsonNode last(List<JsonNode> notices) {
    return notices.get(notices.size() - 1);
  }
}
