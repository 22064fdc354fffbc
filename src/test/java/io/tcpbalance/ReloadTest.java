package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tcpbalance.bench.JobLoad;
import io.tcpbalance.bench.JobServer;
import io.tcpbalance.bench.JobShape;
import io.tcpbalance.bench.LoadResult;
import io.tcpbalance.testing.Daemon;
import io.tcpbalance.testing.FreePorts;
import io.tcpbalance.testing.GreetingHost;
import io.tcpbalance.testing.TalkingClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A running daemon gets other configurations. */
class ReloadTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PATIENCE_MS = 20_000;

  private final HttpClient client = HttpClient.newHttpClient();

  @TempDir private Path directory;

  @Test
  void signalChangesBackendsAndClientsStay() throws Exception {
    try (GreetingHost one = GreetingHost.start("one");
        GreetingHost two = GreetingHost.start("two")) {
      configure(proxy("farm", 0, backend("one", one.port(), 1)));
      try (Daemon daemon = start();
          TalkingClient first = served(daemon.port("farm"), "one")) {
        configure(proxy("farm", 0, backend("two", two.port(), 3)));

        daemon.signal("HUP");

        daemon.awaitLine("the configuration is reloaded (asked by SIGHUP): 2 changes");
        daemon.awaitLine("proxy farm: back-end added two at 127.0.0.1 port " + two.port());
        daemon.awaitLine("proxy farm: back-end removed one at 127.0.0.1 port " + one.port());
        served(daemon.port("farm"), "two").close();
        first.say("still there");
        assertEquals("still there", first.hear());
      }
    }
  }

  @Test
  void answerSaysWhatIsOtherwiseAndWhatNeedsRestart() throws Exception {
    configure(proxy("farm", 0, backend("a", 9, 1)));
    try (Daemon daemon = start()) {
      daemon.port("farm");
      configure(
          "relay.loops = 7\n",
          "proxies.farm { listen { host = 127.0.0.1, port = 0, backlog = 77 }, connect-timeout = 3s",
          "queue.max-length = 7, health.interval = 1500ms, allow = [\"127.0.0.0/8\"]",
          "backends = [" + backend("a", 9, 4) + "]}");

      HttpResponse<String> answer = reload(daemon);

      assertEquals(200, answer.statusCode(), answer.body());
      assertEquals(
          List.of(
              "proxy farm: connect-timeout 3s (before: 5s)",
              "proxy farm: allow [127.0.0.0/8] (before: [0.0.0.0/0, 0:0:0:0:0:0:0:0/0])",
              "proxy farm: queue.max-length 7 (before: 10000)",
              "proxy farm: health.interval 1500ms (before: 2s)",
              "proxy farm: back-end changed a: max-connections 4 (before: 1)"),
          texts(answer, "changed"));
      assertEquals(List.of("relay", "proxies.farm.listen.backlog"), texts(answer, "needsRestart"));
      assertEquals(List.of(), texts(reload(daemon), "changed"));
      assertEquals(
          List.of("relay", "proxies.farm.listen.backlog"), texts(reload(daemon), "needsRestart"));
      JsonNode proxy = get(daemon, "/api/v1/proxies/farm");
      assertEquals(3000, proxy.get("connectTimeoutMs").intValue());
      assertEquals(7, proxy.get("queueMaxLength").intValue());
      String audit = Files.readString(directory.resolve("state/audit.jsonl"));
      assertTrue(audit.contains("reloaded the configuration: 5 changes"), audit);
    }
  }

  @Test
  void badFileChangesNothingAndAllThatIsWrongIsTold() throws Exception {
    configure(proxy("farm", 0, backend("a", 9, 1)));
    try (Daemon daemon = start()) {
      daemon.port("farm");
      configure("proxies.farm { backends = [" + backend("b", 70_000, 0) + "] }, nonsense = 1");

      HttpResponse<String> answer = reload(daemon);
      daemon.signal("HUP");

      assertEquals(422, answer.statusCode());
      List<String> problems = texts(answer, "problems");
      assertEquals(4, problems.size(), problems.toString());
      assertTrue(problems.get(0).startsWith(configuration() + ":"), problems.get(0));
      daemon.awaitLine("the configuration is not reloaded, nothing is changed (asked by SIGHUP)");
      assertEquals(List.of("a/1"), backends(daemon, "farm"));
    }
  }

  @Test
  void proxiesComeAndGo() throws Exception {
    try (GreetingHost host = GreetingHost.start("host")) {
      configure(proxy("old", 0, backend("h", host.port(), 3)));
      try (Daemon daemon = start()) {
        int oldPort = daemon.port("old");
        try (TalkingClient staying = served(oldPort, "host")) {
          configure(proxy("new", 0, backend("h", host.port(), 3)));

          HttpResponse<String> answer = reload(daemon);

          assertEquals(
              List.of("proxy old: removed, its sessions may finish", "proxy new: added"),
              texts(answer, "changed"));
          assertThrows(ConnectException.class, () -> connect(oldPort).close());
          served(daemon.port("new"), "host").close();
          assertEquals(1, get(daemon, "/api/v1/proxies").size());
          staying.say("still there");
          assertEquals("still there", staying.hear());

          // The same name again, while the earlier one has a session yet.
          configure(
              proxy("new", 0, backend("h", host.port(), 3)),
              proxy("old", oldPort, backend("h", host.port(), 3)));
          reload(daemon);
          daemon.awaitLines("proxy old listens on", 2);
          served(oldPort, "host").close();
          staying.say("and still");
          assertEquals("and still", staying.hear());
        }
        daemon.signal("TERM");
        assertEquals(0, daemon.awaitExit());
      }
    }
  }

  @Test
  void otherProtocolIsAnotherProxyAtTheSameAddress() throws Exception {
    configure(proxy("farm", 0, backend("a", 9, 1)));
    try (Daemon daemon = start()) {
      int port = daemon.port("farm");
      configure(
          "proxies.farm { protocol = distcc, listen { host = 127.0.0.1, port = "
              + port
              + " }, backends = ["
              + backend("a", 9, 1)
              + "] }");
      configureAgain(daemon, port);
      assertEquals("distcc", get(daemon, "/api/v1/proxies/farm").get("protocol").textValue());
      connect(port).close();
    }
  }

  private void configureAgain(Daemon daemon, int port) throws Exception {
    HttpResponse<String> answer = reload(daemon);
    assertEquals(200, answer.statusCode(), answer.body());
    daemon.awaitLine("proxy farm listens on /127.0.0.1:" + port + " (distcc");
  }

  @Test
  void addressThatCannotBeHadIsToldOfAndNobodyIsDropped() throws Exception {
    configure(proxy("farm", 0, backend("a", 9, 1)));
    try (Daemon daemon = start()) {
      int port = daemon.port("farm");
      try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        configure(proxy("farm", 0, backend("a", 9, 2)), proxy("late", taken.getLocalPort(), ""));

        HttpResponse<String> late = reload(daemon);

        assertEquals(409, late.statusCode());
        assertTrue(texts(late, "failed").get(0).startsWith("proxy late: it cannot listen on"));
        assertEquals(List.of("a/2"), backends(daemon, "farm"));
        assertEquals(1, get(daemon, "/api/v1/proxies").size());

        configure(proxy("farm", taken.getLocalPort(), backend("a", 9, 5)));
        HttpResponse<String> moved = reload(daemon);

        assertEquals(409, moved.statusCode());
        assertEquals(List.of("a/2"), backends(daemon, "farm"), "nothing of this proxy");
        connect(port).close();
      }

      HttpResponse<String> again = reload(daemon);

      assertEquals(200, again.statusCode(), again.body());
      assertEquals(List.of("a/5"), backends(daemon, "farm"));
    }
  }

  @Test
  void whatOperatorsChangedHoldsUnlessTheConfigurationSaysOtherwise() throws Exception {
    configure(proxy("farm", 0, backend("a", 7, 1), backend("b", 8, 1), backend("c", 9, 1)));
    try (Daemon daemon = start()) {
      daemon.port("farm");
      send(daemon, "PATCH", "a", "{\"maxConnections\": 9}");
      send(daemon, "PATCH", "b", "{\"maxConnections\": 9}");
      send(daemon, "DELETE", "c", "");
      send(daemon, "POST", "", "{\"name\": \"x\", \"host\": \"127.0.0.1\"}");
      configure(proxy("farm", 0, backend("a", 7, 1), backend("b", 8, 2), backend("c", 9, 1)));

      HttpResponse<String> answer = reload(daemon);

      assertEquals(List.of("a/9", "b/2", "x/1"), backends(daemon, "farm"));
      assertEquals(
          List.of(
              "proxy farm: the configuration wins: back-end b: max-connections is configured as 2"
                  + " now, it was 1 when it was changed to 9"),
          texts(answer, "warnings"));
      daemon.signal("KILL");
      daemon.awaitExit();
    }
    try (Daemon daemon = start()) {
      assertEquals(List.of("a/9", "b/2", "x/1"), backends(daemon, "farm"));
    }
  }

  @Test
  void backendThatMovesKeepsItsSessionsAndServesNewOnesElsewhere() throws Exception {
    try (GreetingHost before = GreetingHost.start("before");
        GreetingHost after = GreetingHost.start("after")) {
      configure(proxy("farm", 0, backend("h", before.port(), 1)));
      try (Daemon daemon = start();
          TalkingClient first = served(daemon.port("farm"), "before")) {
        configure(proxy("farm", 0, backend("h", after.port(), 1)));
        reload(daemon);

        served(daemon.port("farm"), "after").close();
        first.say("still there");
        assertEquals("still there", first.hear());
      }
    }
  }

  @Test
  void probesBeginAndEndAsConfigured() throws Exception {
    String unprobed =
        proxy("farm", 0, backend("dead", 9, 1)) + "\nproxies.farm.health.check = none";
    configure(unprobed);
    try (Daemon daemon = start()) {
      daemon.port("farm");
      configure(
          proxy("farm", 0, backend("dead", 9, 1)),
          "proxies.farm.health { check = connect, interval = 100ms, fall = 1 }");

      reload(daemon);

      daemon.awaitLine("back-end dead failed: connection refused");
    }
  }

  @Test
  void wildcardGivesWayToOneAddressUnderLoad() throws Exception {
    try (JobServer host = JobServer.start(0)) {
      configure(listening("0.0.0.0", 0, host.port()));
      try (Daemon daemon = start()) {
        int port = daemon.port("farm");
        CompletableFuture<LoadResult> load = load(port, Duration.ofSeconds(8));
        configure(listening("127.0.0.1", port, host.port()));

        HttpResponse<String> answer = reload(daemon);

        assertEquals(200, answer.statusCode(), answer.body());
        LoadResult result = load.join();
        assertTrue(result.isClean(), result.toString());
        assertEquals(
            "127.0.0.1:" + port, get(daemon, "/api/v1/proxies/farm").get("listen").textValue());
        // Only now the wildcard is left: a port of its own can be bound beside the address.
        try (ServerSocket other = new ServerSocket()) {
          other.bind(new InetSocketAddress("127.0.0.2", port));
        }
        assertThrows(
            IOException.class, () -> new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
      }
    }
  }

  @Test
  @Timeout(120)
  void jobsAreDoneWhileTheConfigurationChangesAgainAndAgain() throws Exception {
    long seed = Long.getLong("tcpbalance.seed", System.nanoTime());
    System.out.println("ReloadTest: -Dtcpbalance.seed=" + seed);
    Random random = new Random(seed);
    try (JobServer one = JobServer.start(0);
        JobServer two = JobServer.start(0);
        JobServer three = JobServer.start(0)) {
      List<JobServer> hosts = List.of(one, two, three);
      int port = FreePorts.one();
      configure(anything(random, port, hosts));
      try (Daemon daemon = start()) {
        daemon.port("farm");
        CompletableFuture<LoadResult> load = load(port, Duration.ofSeconds(12));
        int reloads = 0;
        while (reloads < 20 || !load.isDone()) {
          configure(anything(random, port, hosts));
          if (random.nextInt(4) == 0) {
            send(daemon, "POST", "h0/reset", "");
          }
          HttpResponse<String> answer = reload(daemon);
          assertEquals(200, answer.statusCode(), answer.body());
          reloads++;
        }

        LoadResult result = load.join();
        assertTrue(result.isClean(), "seed " + seed + ": " + result);
        assertTrue(result.jobs() > 100, result.toString());
        configure(proxy("farm", port, backend("h0", hosts.get(0).port(), 3)));
        reload(daemon);
        assertEquals(List.of("h0/3"), backends(daemon, "farm"), "nothing is left behind");
        assertEquals(0, get(daemon, "/api/v1/proxies/farm/sessions").size());
        assertTrue(daemon.linesWith("ERROR").isEmpty(), daemon.linesWith("ERROR").toString());
      }
    }
  }

  /** The first host stays; that operators reset it must always be possible. */
  private static String anything(Random random, int port, List<JobServer> hosts) {
    List<String> backends = new ArrayList<>();
    backends.add(backend("h0", hosts.get(random.nextInt(2)).port(), 1 + random.nextInt(4)));
    for (int i = 1; i < 4; i++) {
      if (random.nextBoolean()) {
        int host = random.nextInt(hosts.size());
        backends.add(backend("h" + i, hosts.get(host).port(), 1 + random.nextInt(4)));
      }
    }
    Collections.shuffle(backends, random);
    return """
        proxies.farm {
          listen { host = %s, port = %d }
          connect-timeout = %ds
          idle-timeout = %ds
          queue.max-length = %d
          health { check = %s, interval = %dms, slow-start = %dms }
          backends = [ %s ]
        }
        """
        .formatted(
            "127.0.0.1",
            port,
            2 + random.nextInt(5),
            60 + random.nextInt(60),
            1000 + random.nextInt(1000),
            random.nextBoolean() ? "connect" : "none",
            100 + random.nextInt(1000),
            random.nextInt(3) * 100,
            String.join("\n", backends));
  }

  private static CompletableFuture<LoadResult> load(int port, Duration duration) {
    JobShape shape = new JobShape(2000, 3000, 2000);
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return JobLoad.runFor(duration, port, shape, 8);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static String listening(String host, int port, int backend) {
    return "proxies.farm { listen { host = %s, port = %d }, backends = [ %s ] }"
        .formatted(host, port, backend("h", backend, 4));
  }

  private static String proxy(String name, int port, String... backends) {
    return "proxies.%s { listen { host = 127.0.0.1, port = %d }, backends = [ %s ] }"
        .formatted(name, port, String.join("\n", backends));
  }

  private static String backend(String name, int port, int maxConnections) {
    return "{ name = %s, host = 127.0.0.1, port = %d, max-connections = %d }"
        .formatted(name, port, maxConnections);
  }

  private void configure(String... parts) throws IOException {
    Files.writeString(
        configuration(),
        "tcpbalance {\nstate-dir = \"%s\"\nadmin.port = 0\nconsole.port = 0\n%s\n}\n"
            .formatted(directory.resolve("state"), String.join("\n", parts)));
  }

  private Path configuration() {
    return directory.resolve("test.conf");
  }

  private Daemon start() throws IOException {
    return Daemon.of(configuration()).start();
  }

  private static Socket connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MS);
    return socket;
  }

  private static TalkingClient served(int port, String by) throws IOException {
    TalkingClient client = new TalkingClient(connect(port));
    assertEquals("220 " + by, client.hear());
    return client;
  }

  private HttpResponse<String> reload(Daemon daemon) throws Exception {
    return request(daemon, "POST", "/api/v1/reload", "");
  }

  private JsonNode get(Daemon daemon, String path) throws Exception {
    return JSON.readTree(request(daemon, "GET", path, "").body());
  }

  private void send(Daemon daemon, String method, String backend, String body) throws Exception {
    String path = "/api/v1/proxies/farm/backends" + (backend.isEmpty() ? "" : "/" + backend);
    HttpResponse<String> answer = request(daemon, method, path, body);
    assertEquals(2, answer.statusCode() / 100, answer.body());
  }

  private HttpResponse<String> request(Daemon daemon, String method, String path, String body)
      throws Exception {
    String line = daemon.awaitLine("HTTP interface listens on ");
    URI uri = URI.create("http://127.0.0.1:" + line.substring(line.lastIndexOf(':') + 1) + path);
    return client.send(
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static List<String> texts(HttpResponse<String> answer, String field) throws IOException {
    List<String> texts = new ArrayList<>();
    JSON.readTree(answer.body()).path(field).forEach(node -> texts.add(node.asText()));
    return texts;
  }

  /** NAME/MAX-CONNECTIONS, fastest first, but for those that are draining. */
  private List<String> backends(Daemon daemon, String proxy) throws Exception {
    List<String> backends = new ArrayList<>();
    for (JsonNode b : get(daemon, "/api/v1/proxies/" + proxy + "/backends")) {
      if (!b.get("status").textValue().equals("draining")) {
        backends.add(b.get("name").textValue() + "/" + b.get("maxConnections"));
      }
    }
    return backends;
  }
}
