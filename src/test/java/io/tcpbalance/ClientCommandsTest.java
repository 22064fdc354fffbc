package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tcpbalance.testing.Daemon;
import io.tcpbalance.testing.FakeBackend;
import io.tcpbalance.testing.LoneGround;
import io.tcpbalance.testing.Peer;
import io.tcpbalance.testing.Shell;
import io.tcpbalance.testing.Shell.Ran;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each verb of the command line, and its effect on a real daemon. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class ClientCommandsTest {

  private static final String TOKEN = "sesame-sesame";

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Peer> clients = new ArrayList<>();
  private FakeBackend host;
  private Daemon daemon;
  private Path directory;
  private String url;
  private int proxyPort;

  @BeforeAll
  void startDaemon(@TempDir Path temporary) throws Exception {
    directory = temporary;
    host = FakeBackend.of(c -> c.input().transferTo(OutputStream.nullOutputStream()));
    int port = host.address().getPort();
    Path file =
        Files.writeString(
            directory.resolve("test.conf"),
            """
            tcpbalance {
              admin { port = 0, token = %s }
              console.enabled = false
              proxy-defaults { health.check = none, listen { host = 127.0.0.1, port = 0 } }
              proxies {
                a { backends = [ { name = one, host = 127.0.0.1, port = %d }
                                 { name = two, host = 127.0.0.1, port = %d, max-connections = 2
                                   state = down } ] }
                b { backends = [ { name = only, host = 127.0.0.1, port = %d } ] }
              }
            }
            """
                .formatted(TOKEN, port, port, port));
    daemon = Daemon.of(file).start();
    proxyPort = daemon.port("a");
    String line = daemon.awaitLine("HTTP interface listens on");
    url = "http://127.0.0.1:" + line.substring(line.lastIndexOf(':') + 1).strip();
  }

  @AfterAll
  void stopDaemon() throws IOException {
    daemon.close();
    host.close();
  }

  @BeforeEach
  void restore() {
    on("a", "up", "one");
    on("a", "down", "two");
  }

  @AfterEach
  void hangUp() throws IOException {
    for (Peer client : clients) {
      client.close();
    }
    assertEquals(0, on("a", "wait", "--idle", "one", "--empty", "--interval", "10ms").exitCode());
  }

  @Test
  void showsEveryProxy() throws Exception {
    Ran ran = run("status");

    assertEquals(0, ran.exitCode(), ran.err());
    assertTrue(ran.out().startsWith("a: tcp on 127.0.0.1:" + proxyPort + ", accepts clients, "));
    assertTrue(ran.out().contains("\nb: tcp on 127.0.0.1:"), ran.out());
    assertTrue(ran.out().contains("\nName  Address"), ran.out());
    assertFalse(ran.out().contains("\033"), "no colours without a terminal");
  }

  @Test
  void listsProxiesBackendsAndActors() {
    assertTrue(run("proxies").out().contains("\na     127.0.0.1:" + proxyPort + "  tcp"));
    assertTrue(on("b", "backends").out().contains("\nonly  127.0.0.1:"));
    assertTrue(run("actors").out().contains("\n/user/proxy-a/balancer"));
  }

  @Test
  void listsSessionsAndWhoWaitsAndClosesThem() throws Exception {
    connect(2);
    awaitWaiting(1);

    String sessions = on("a", "sessions").out();
    String waiting = on("a", "waiting").out();

    String[] first = sessions.lines().toList().get(1).split(" +", -1);
    assertEquals(List.of("relaying", "one"), List.of(first[2], first[3]), sessions);
    assertTrue(waiting.contains("    1  " + session(1)), waiting);

    Ran killed = on("a", "kill", session(0));
    assertEquals("session " + first[0] + " closed\n", killed.out(), killed.err());
    awaitWaiting(0);
    Ran again = on("a", "kill", first[0]);
    assertEquals(1, again.exitCode());
    assertTrue(again.err().contains("no session " + first[0]), again.err());
  }

  @Test
  void putsBackendsUpAndDown() throws Exception {
    assertEquals(0, on("a", "drain", "one").exitCode());
    assertEquals("drain", backend("one").path("state").asText());

    assertEquals(0, on("a", "down", "one").exitCode());
    assertEquals("down", backend("one").path("state").asText());

    Ran up = on("a", "up", "one");
    assertEquals(
        "one changed: 127.0.0.1:" + host.address().getPort() + ", up, at most 1\n", up.out());
    assertEquals("up", backend("one").path("status").asText());
  }

  @Test
  void addsMovesResizesAndRemovesBackend() throws Exception {
    Ran added =
        on(
            "a",
            "add",
            "three",
            "--host",
            "127.0.0.9",
            "--port",
            "77",
            "--max",
            "5",
            "--state",
            "drain",
            "--compilers",
            "gcc,clang-*",
            "--after",
            "one");
    assertEquals("three added: 127.0.0.9:77, draining, at most 5\n", added.out(), added.err());
    assertEquals(List.of("one", "three", "two"), order());
    assertEquals("[\"gcc\",\"clang-*\"]", backend("three").path("compilers").toString());

    Ran again = on("a", "add", "three");
    assertEquals(1, again.exitCode());
    assertTrue(again.err().contains("exists already"), again.err());

    assertEquals(0, on("a", "move", "three", "--first").exitCode());
    assertEquals(List.of("three", "one", "two"), order());
    assertEquals(0, on("a", "resize", "three", "7").exitCode());
    assertEquals(7, backend("three").path("maxConnections").asInt());

    assertEquals("three removed; its sessions may finish\n", on("a", "remove", "three").out());
    assertEquals(0, on("a", "wait", "--drained", "three").exitCode());
    assertEquals(List.of("one", "two"), order());
  }

  @Test
  void removesByForce() throws Exception {
    on("a", "add", "three", "--host", "127.0.0.1", "--first");

    Ran removed = on("a", "remove", "three", "--force");

    assertEquals("three removed; its sessions are closed\n", removed.out(), removed.err());
    assertEquals(List.of("one", "two"), order());
  }

  @Test
  void resetsOneOrAll() throws Exception {
    assertEquals(0, on("a", "reset", "two").exitCode());
    assertEquals("up", backend("two").path("status").asText());
    on("a", "down", "two");

    assertEquals("a reset: 2 back-ends are up\n", on("a", "reset").out());
    assertEquals("up", backend("two").path("status").asText());
  }

  @Test
  void printsJsonAsItComes() throws Exception {
    assertEquals(api("/api/v1/proxies/b"), on("b", "status", "--json").out().strip());
    assertEquals(api("/api/v1/proxies"), run("proxies", "--json").out().strip());
    assertEquals(api("/api/v1/proxies/b/backends"), on("b", "backends", "--json").out().strip());
    assertEquals("[]", on("b", "sessions", "--json").out().strip());
    assertEquals("[]", on("b", "waiting", "--json").out().strip());

    JsonNode changed = new ObjectMapper().readTree(on("a", "up", "one", "--json").out());
    assertEquals("one", changed.path("name").asText());
  }

  @Test
  void saysWhichProxiesAndHostsThereAre() {
    Ran unclear = run("backends");
    assertEquals(64, unclear.exitCode());
    assertTrue(unclear.err().contains("--proxy NAME; there is a, b"), unclear.err());

    Ran unknown = on("c", "backends");
    assertEquals(1, unknown.exitCode());
    assertEquals("tcpbalance: no proxy 'c'; there is a, b\n", unknown.err());

    for (String verb : List.of("up", "drain", "down", "remove", "reset")) {
      Ran noHost = on("a", verb, "tow");
      assertEquals(1, noHost.exitCode());
      assertEquals(
          "tcpbalance: no back-end 'tow' in proxy 'a'; there is one, two\n", noHost.err(), verb);
    }
  }

  @Test
  void refusesWhatCannotBe() {
    assertEquals(64, on("a", "resize", "one", "0").exitCode());
    assertEquals(64, on("a", "resize", "one", "many").exitCode());
    assertEquals(64, on("a", "add", "b d").exitCode());
    assertEquals(64, on("a", "add", "x", "--state", "sideways").exitCode());
    assertEquals(64, on("a", "add", "x", "--first", "--after", "one").exitCode());
    assertEquals(64, on("a", "move", "one").exitCode());
    assertEquals(64, on("a", "move", "one", "--after", "nobody").exitCode());
    assertEquals(64, on("a", "kill", "all").exitCode());
    assertEquals(64, on("a", "status", "--timeout", "5").exitCode());
    assertEquals(64, on("a", "status", "--timeout", "0s").exitCode());
    assertEquals(64, on("a", "wait").exitCode());
    assertEquals(64, run("status", "--token-file", "x").exitCode());
    assertEquals(64, shell("status", "--url", url, "--token", "two words").exitCode());
    assertEquals(64, shell("status", "--url", "ftp://here").exitCode());
    assertEquals(64, run("status", "--cacert", "nofile").exitCode());
  }

  @Test
  void waitsUntilHostIsIdle() throws Exception {
    connect(2);
    awaitWaiting(1);

    Ran busy = on("a", "wait", "--idle", "one", "--timeout", "1ms", "--interval", "1ms");
    assertEquals(1, busy.exitCode());
    assertEquals("tcpbalance: not in time: one has 1 sessions\n", busy.err());
    Ran crowded = on("a", "wait", "--empty", "--timeout", "1ms", "--interval", "1ms");
    assertEquals("tcpbalance: not in time: 1 clients wait\n", crowded.err());

    Ran down = on("a", "wait", "--up", "two", "--timeout", "1ms", "--interval", "1ms");
    assertEquals("tcpbalance: not in time: two is down\n", down.err());
    Ran notDrained = on("a", "wait", "--drained", "one", "--timeout", "1ms", "--interval", "1ms");
    assertEquals("tcpbalance: not in time: one is up and has 1 sessions\n", notDrained.err());

    assertEquals(0, on("a", "wait", "--up", "one", "--drained", "two").exitCode());
    assertEquals(0, on("a", "wait", "--drained", "nobody").exitCode());
    assertEquals(1, on("a", "wait", "--idle", "nobody").exitCode());
  }

  @Test
  void wantsToken() throws Exception {
    Ran without = shell("status", "--url", url);
    assertEquals(77, without.exitCode());
    assertTrue(without.err().contains("--token-file"), without.err());
    assertEquals(77, shell("status", "--url", url, "--token", "wrong-token").exitCode());
    assertEquals(77, shell("reload", "--url", url, "--token", "wrong-token").exitCode());

    Path file = Files.writeString(directory.resolve("token"), TOKEN + "\n");
    assertEquals(0, shell("status", "--url", url, "--token-file", file.toString()).exitCode());
    Path conf =
        Files.writeString(
            directory.resolve("client.conf"),
            "tcpbalance.admin { token = %s, port = %d }"
                .formatted(TOKEN, URI.create(url).getPort()));
    assertEquals(0, shell("status", "-c", conf.toString()).exitCode());
  }

  @Test
  void printsOnePictureWhereThereIsNoTerminal() {
    Ran once = on("a", "top", "--once");
    assertEquals(0, once.exitCode(), once.err());
    assertEquals(6, once.out().lines().count(), once.out());
    assertTrue(once.out().contains("\none "), once.out());
    assertEquals("", once.err());
    assertTrue(run("top", "--once").out().startsWith("a (1 of 2)"));
    assertEquals(1, on("c", "top", "--once").exitCode());
  }

  private void connect(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      clients.add(Peer.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), proxyPort)));
    }
  }

  /** Also that one session is relaying, of those that do not wait. */
  private void awaitWaiting(int count) throws Exception {
    JsonNode proxy;
    do {
      proxy = new ObjectMapper().readTree(api("/api/v1/proxies/a"));
    } while (proxy.path("waiting").asInt() != count
        || proxy.path("backends").get(0).path("active").asInt() != 1);
  }

  @Test
  void listsADaemonWithoutAClusterAsTheOneNode() throws Exception {
    Ran nodes = run("nodes");

    assertEquals(0, nodes.exitCode(), nodes.err());
    assertTrue(nodes.out().contains("a, b"), nodes.out());
    assertTrue(nodes.out().contains("this one"), nodes.out());
    Ran other = run("status", "--node", "elsewhere");
    assertEquals(64, other.exitCode());
    assertTrue(other.err().contains("in no cluster"), other.err());
  }

  private String session(int place) throws Exception {
    return new ObjectMapper()
        .readTree(api("/api/v1/proxies/a/sessions"))
        .get(place)
        .path("id")
        .asText();
  }

  private JsonNode backend(String name) throws Exception {
    return new ObjectMapper().readTree(api("/api/v1/proxies/a/backends/" + name));
  }

  private List<String> order() throws Exception {
    List<String> names = new ArrayList<>();
    new ObjectMapper()
        .readTree(api("/api/v1/proxies/a/backends"))
        .forEach(backend -> names.add(backend.path("name").asText()));
    return names;
  }

  private String api(String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Authorization", "Bearer " + TOKEN)
            .build();
    return http.send(request, BodyHandlers.ofString()).body();
  }

  /** A command that says which proxy it means. */
  private Ran on(String proxy, String command, String... arguments) {
    List<String> all = new ArrayList<>(List.of(command, "--proxy", proxy));
    all.addAll(List.of(arguments));
    return run(all.toArray(String[]::new));
  }

  private Ran run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(1, List.of("--url", url, "--token", TOKEN));
    return shell(all.toArray(String[]::new));
  }

  private static Ran shell(String... arguments) {
    return Shell.run(Main.commandLine(new LoneGround()), arguments);
  }
}
