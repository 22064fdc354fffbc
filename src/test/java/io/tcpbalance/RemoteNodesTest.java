package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tcpbalance.testing.Daemon;
import io.tcpbalance.testing.FreePorts;
import io.tcpbalance.testing.LoneGround;
import io.tcpbalance.testing.Shell;
import io.tcpbalance.testing.Shell.Ran;
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
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two real daemons; only the first one has an HTTP interface, and the other is reached by it. */
@Timeout(180)
class RemoteNodesTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BACKENDS = "/api/v1/proxies/far/backends";

  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir private Path directory;

  private int nearPort;
  private int farPort;
  private Daemon near;
  private Daemon far;

  @BeforeEach
  void startNodes() throws Exception {
    List<Integer> ports = FreePorts.some(2);
    nearPort = ports.get(0);
    farPort = ports.get(1);
    near = start("near", nearPort, "port = 0");
    near.awaitLine("HTTP interface listens on ");
    far = start("far", farPort, "enabled = off");
    while (json("GET", "/api/v1/nodes").get("nodes").size() < 2) {
      LockSupport.parkNanos(50_000_000);
    }
    while (send("GET", "/api/v1/proxies" + atFar()).statusCode() != 200) {
      LockSupport.parkNanos(50_000_000);
    }
  }

  private Daemon start(String proxy, int clusterPort, String admin) throws IOException {
    Path file = directory.resolve(proxy + ".conf");
    Files.writeString(
        file,
        """
        tcpbalance {
          state-dir = ""
          admin { %s }
          console.enabled = off
          fault-injection = %s
          cluster {
            enabled = on, port = %d
            seed-nodes = ["127.0.0.1:%d", "127.0.0.1:%d"]
            stable-after = 5m
          }
          proxies.%s {
            listen { host = 127.0.0.1, port = 0 }
            health.check = none
            backends = [{ name = bld6, host = 127.0.0.1, port = 3632, max-connections = 4 }]
          }
        }
        """
            .formatted(
                admin, proxy.equals("near") ? "on" : "off", clusterPort, nearPort, farPort, proxy));
    return Daemon.of(file).start();
  }

  @AfterEach
  void close() {
    near.close();
    far.close();
  }

  private String atFar() {
    return "?node=127.0.0.1:" + farPort;
  }

  private String httpPort() throws InterruptedException {
    String line = near.awaitLine("HTTP interface listens on ");
    return line.substring(line.lastIndexOf(':') + 1);
  }

  private HttpResponse<String> send(String method, String path, String... body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort() + path));
    if (body.length == 0) {
      request.method(method, BodyPublishers.noBody());
    } else {
      request.header("Content-Type", "application/json");
      request.method(method, BodyPublishers.ofString(body[0]));
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private JsonNode json(String method, String path, String... body) throws Exception {
    HttpResponse<String> response = send(method, path, body);
    assertEquals(200, response.statusCode(), response.body());
    return JSON.readTree(response.body());
  }

  /** What the first one tells of the other. */
  private JsonNode far() throws Exception {
    for (JsonNode node : json("GET", "/api/v1/nodes").get("nodes")) {
      if (!node.get("self").booleanValue()) {
        return node;
      }
    }
    throw new AssertionError("the other is no node any more");
  }

  @Test
  void readsAndChangesADaemonThatHasNoHttpInterface() throws Exception {
    assertEquals("[\"far\"]", far().get("proxies").toString());
    assertEquals("far", json("GET", "/api/v1/proxies" + atFar()).at("/0/name").textValue());
    String added = "{\"name\": \"bld7\", \"host\": \"127.0.0.1\"}";
    assertEquals(201, send("POST", BACKENDS + atFar(), added).statusCode());
    JsonNode drained = json("PATCH", BACKENDS + "/bld7" + atFar(), "{\"state\": \"drain\"}");
    assertEquals("draining", drained.get("status").textValue());
    assertEquals(204, send("DELETE", BACKENDS + "/bld6" + atFar() + "&force=true").statusCode());
    assertTrue(send("GET", "/status" + atFar()).body().contains("Proxy far"));
    assertEquals(
        403, send("POST", "/api/v1/actors/kill" + atFar(), "{\"path\": \"/user/x\"}").statusCode());

    String line = far.awaitLine("changed back-end bld7");
    assertTrue(line.endsWith(" via http@127.0.0.1:" + nearPort + ")"), line);
    far.awaitLine("removed back-end bld6");
  }

  private Ran run(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(1, List.of("--url", "http://127.0.0.1:" + httpPort()));
    return Shell.run(Main.commandLine(new LoneGround()), all.toArray(String[]::new));
  }

  private Ran onFar(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--node", "127.0.0.1:" + farPort));
    return run(all.toArray(String[]::new));
  }

  @Test
  void isToldToAnotherDaemonByTheCommandLine() throws Exception {
    Ran nodes = run("nodes");
    assertEquals(0, nodes.exitCode(), nodes.err());
    assertTrue(nodes.out().contains("\n127.0.0.1:" + farPort + "  "), nodes.out());
    assertTrue(nodes.out().contains("  far"), nodes.out());
    assertEquals(2, JSON.readTree(run("nodes", "--json").out()).get("nodes").size());

    assertEquals(0, onFar("add", "bld7", "--host", "127.0.0.1").exitCode());
    assertEquals(0, onFar("drain", "bld7").exitCode());
    assertEquals(0, onFar("wait", "--drained", "bld7").exitCode());
    assertEquals(0, onFar("remove", "bld6", "--force").exitCode());
    assertTrue(onFar("status").out().startsWith("far: tcp on "));
    assertTrue(onFar("top", "--once").out().startsWith("far at 127.0.0.1:" + farPort + "  "));
    assertTrue(onFar("sessions").out().startsWith("none"));
    assertTrue(onFar("actors").out().contains("\n/user/proxy-far"));
    assertEquals(0, onFar("reload").exitCode());
    assertTrue(onFar("generations").out().contains("live"));
    assertEquals(1, onFar("kill", "7").exitCode());
    Ran unknown = run("status", "--node", "nowhere");
    assertEquals(1, unknown.exitCode());
    assertTrue(unknown.err().contains("no node 'nowhere'; there is 127.0.0.1:"), unknown.err());
    assertEquals(64, onFar("nodes").exitCode());
    far.awaitLine("removed back-end bld6");
  }

  @Test
  void hasAnotherDaemonReload() throws Exception {
    Path file = directory.resolve("far.conf");
    Files.writeString(
        file, Files.readString(file).replace("max-connections = 4", "max-connections = 5"));

    JsonNode reloaded = json("POST", "/api/v1/reload" + atFar());

    assertEquals(1, reloaded.get("changed").size(), reloaded.toString());
    assertEquals(5, json("GET", BACKENDS + "/bld6" + atFar()).get("maxConnections").intValue());
  }

  @Test
  void tellsWhenAnotherDaemonDoesNotAnswer() throws Exception {
    far.signal("STOP");

    HttpResponse<String> read = send("GET", "/api/v1/proxies" + atFar());
    HttpResponse<String> change = send("POST", "/api/v1/proxies/far/reset" + atFar());
    JsonNode listed = far();
    Ran ran = onFar("status");

    assertEquals(69, ran.exitCode(), ran.err());
    assertEquals(503, read.statusCode(), read.body());
    assertTrue(read.body().contains("node '127.0.0.1:" + farPort + "' "), read.body());
    assertEquals(503, change.statusCode(), change.body());
    assertTrue(listed.get("version").isNull(), listed.toString());

    far.signal("CONT");
    while (send("GET", "/api/v1/proxies" + atFar()).statusCode() != 200) {
      LockSupport.parkNanos(50_000_000);
    }
  }

  @Test
  void tellsWhenAnotherDaemonIsGone() throws Exception {
    far.signal("KILL");
    far.awaitExit();

    HttpResponse<String> read = send("GET", "/api/v1/proxies" + atFar());

    assertEquals(503, read.statusCode(), read.body());
    while (far().get("reachable").booleanValue()) {
      LockSupport.parkNanos(50_000_000);
    }
    String error = send("POST", "/api/v1/proxies/far/reset" + atFar()).body();
    assertTrue(error.contains("is out of reach, and was not asked"), error);
  }
}
