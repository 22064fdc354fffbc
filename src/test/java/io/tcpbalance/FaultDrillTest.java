package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tcpbalance.bench.JobLoad;
import io.tcpbalance.bench.JobServer;
import io.tcpbalance.bench.JobShape;
import io.tcpbalance.bench.LoadResult;
import io.tcpbalance.testing.Daemon;
import io.tcpbalance.testing.JvmProbe;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real daemon under load whose actors are killed over HTTP, all kinds in random order. The
 * Guardian is left out, and so are the proxies' supervisors but for the one test about them.
 */
@Timeout(180)
class FaultDrillTest {

  private static final boolean LONG = Boolean.getBoolean("tcpbalance.long");
  private static final int JOBS = LONG ? 60_000 : 4_000;
  private static final int FEWEST_KILLS = LONG ? 200 : 20;
  private static final int WARM_UP_JOBS = 2_000;
  private static final int CLIENTS = 64;
  private static final int FAST_SLOTS = 4;
  private static final int SLOW_SLOTS = 2;
  private static final JobShape SHAPE = new JobShape(40_000, 20_000, 500);

  /** Of live heap: what a JIT compiler and caches may still add. A session takes 1 to 2 KiB. */
  private static final long HEAP_TOLERANCE_BYTES = 2 << 20;

  /** A pool of the actor system may now have threads that were not needed before. */
  private static final int THREAD_TOLERANCE = 4;

  /** What such a thread keeps to itself. */
  private static final int DIRECT_TOLERANCE_BYTES = 1 << 20;

  /** A session each, of which none may stay. */
  private static final List<String> KINDS_OF_SESSIONS =
      List.of(
          "io.tcpbalance.proxy.Session",
          "io.tcpbalance.proxy.SessionEntry",
          "io.tcpbalance.relay.Relay",
          "io.tcpbalance.relay.Transfer");

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;

  private final long seed = Long.getLong("tcpbalance.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final HttpClient http = HttpClient.newHttpClient();
  private String api;

  @Test
  void losesOnlyTheJobsOfKilledSessions() throws Exception {
    try (JobServer fast = JobServer.start(0);
        JobServer slow = JobServer.start(0);
        Daemon daemon = start(proxy("a", fast, slow))) {
      int port = daemon.port("a");
      Drill warmUp = new Drill("a");
      warmUp.run(port, WARM_UP_JOBS);
      try (JvmProbe probe = JvmProbe.attach(daemon.pid())) {
        awaitRest("a");
        JvmProbe.Vitals before = probe.vitals();
        long keysBefore = probe.instancesOf("sun.nio.ch.SelectionKeyImpl");

        Drill drill = new Drill("a");
        LoadResult load = drill.run(port, JOBS);

        String story = story(drill, load);
        System.out.println(story);
        assertEquals(0, load.corrupt(), story);
        assertEquals(JOBS, load.jobs() + load.errors(), story);
        Set<Integer> lost = new HashSet<>(load.failedPorts());
        lost.removeAll(drill.portsOfKilled);
        assertEquals(Set.of(), lost, "ports of jobs lost without a kill; " + story);
        assertTrue(load.errors() <= drill.kills.getOrDefault("session", 0), story);
        assertTrue(drill.killCount() >= FEWEST_KILLS, "no drill; " + story);
        assertTrue(drill.longestQueue >= 2, "nobody waited; " + story);
        assertTrue(fast.maxConcurrent() <= FAST_SLOTS, fast.maxConcurrent() + "; " + story);
        assertTrue(slow.maxConcurrent() <= SLOW_SLOTS, slow.maxConcurrent() + "; " + story);
        awaitRest("a");
        awaitBackToNormal(probe, before, keysBefore, story);
        assertEquals(List.of(), unexpected(daemon), story);
      }
    }
  }

  @Test
  void aKilledProxyCostsTheOthersNothing() throws Exception {
    try (JobServer one = JobServer.start(0);
        JobServer two = JobServer.start(0);
        Daemon daemon = start(proxy("a", one, one), proxy("b", two, two))) {
      CompletableFuture<LoadResult> atA = load(daemon.port("a"), JOBS / 2);
      CompletableFuture<LoadResult> atB = load(daemon.port("b"), JOBS / 2);

      int kills = 0;
      while (!atB.isDone()) {
        assertEquals(202, kill("/user/proxy-a"));
        kills++;
        // It answers when it is back.
        get("/api/v1/proxies/a");
      }

      String story = "seed " + seed + ": " + kills + " kills; " + atB.join();
      assertTrue(atB.join().isClean(), story);
      assertEquals(0, atA.join().corrupt(), story);
      assertTrue(kills >= 3, "no drill; " + story);
      awaitRest("a");
      awaitRest("b");
      LoadResult after = load(daemon.port("a"), 200).join();
      assertTrue(after.isClean(), "it does not serve any more: " + after + "; " + story);
    }
  }

  /** Kills actors of one proxy, and the HTTP interface, until a load has ended. */
  private final class Drill {
    final Map<String, Integer> kills = new TreeMap<>();
    final Set<Integer> portsOfKilled = new HashSet<>();
    int longestQueue;
    private final String proxy;

    Drill(String proxy) {
      this.proxy = proxy;
    }

    LoadResult run(int port, int jobs) throws Exception {
      CompletableFuture<LoadResult> load = load(port, jobs);
      while (!load.isDone()) {
        killOne();
        checkQueue();
      }
      return load.join();
    }

    int killCount() {
      return kills.values().stream().mapToInt(Integer::intValue).sum();
    }

    private void killOne() throws Exception {
      List<String> kinds =
          List.of("balancer", "listener", "sessions", "admin", "live", "console", "session");
      String kind = kinds.get(random.nextInt(kinds.size()));
      boolean killed = kind.equals("session") ? killSession() : killOfTree(kind);
      if (killed) {
        kills.merge(kind, 1, Integer::sum);
      }
    }

    private boolean killOfTree(String kind) throws Exception {
      for (JsonNode actor : get("/api/v1/actors?limit=30")) {
        if (actor.get("kind").textValue().equals(kind)) {
          return kill(actor.get("path").textValue()) == 202;
        }
      }
      return false; // It is between two lives.
    }

    /** It may have ended meanwhile, or end well before the kill gets to it. */
    private boolean killSession() throws Exception {
      JsonNode sessions = get("/api/v1/proxies/" + proxy + "/sessions");
      if (sessions.isEmpty()) {
        return false;
      }
      JsonNode victim = sessions.get(random.nextInt(sessions.size()));
      String client = victim.get("client").textValue();
      portsOfKilled.add(Integer.parseInt(client.substring(client.lastIndexOf(':') + 1)));
      return kill("/user/proxy-" + proxy + "/sessions/session-" + victim.get("id")) == 202;
    }

    private void checkQueue() throws Exception {
      List<Long> waiting = new ArrayList<>();
      for (JsonNode client : get("/api/v1/proxies/" + proxy + "/waiting")) {
        waiting.add(client.get("session").longValue());
      }
      longestQueue = Math.max(longestQueue, waiting.size());
      assertEquals(
          waiting.stream().sorted().toList(), waiting, "not in the order of arrival, seed " + seed);
    }
  }

  private String story(Drill drill, LoadResult load) {
    return "seed %d: %d kills %s, up to %d waited; %s"
        .formatted(seed, drill.killCount(), drill.kills, drill.longestQueue, load);
  }

  private static CompletableFuture<LoadResult> load(int port, int jobs) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return JobLoad.run(port, SHAPE, jobs, CLIENTS);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private Daemon start(String... proxies) throws Exception {
    String text =
        """
        tcpbalance {
          admin.port = 0
          console.port = 0
          fault-injection = on
          supervision { max-restarts = 1000000, within = 1s }
          relay.memory = 32 MiB
          proxies { %s }
        }
        """
            .formatted(String.join("\n", proxies));
    Daemon daemon = Daemon.of(Files.writeString(directory.resolve("drill.conf"), text)).start();
    String line = daemon.awaitLine("HTTP interface listens on ");
    api = "http://127.0.0.1:" + line.substring(line.lastIndexOf(':') + 1);
    return daemon;
  }

  private static String proxy(String name, JobServer fast, JobServer slow) {
    return """
        %s {
          listen { host = 127.0.0.1, port = 0 }
          health.check = none # A probe would count as a session at the host.
          backends = [
            { name = fast, host = 127.0.0.1, port = %d, max-connections = %d }
            { name = slow, host = 127.0.0.1, port = %d, max-connections = %d }
          ]
        }
        """
        .formatted(name, fast.port(), FAST_SLOTS, slow.port(), SLOW_SLOTS);
  }

  private int kill(String path) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(api + "/api/v1/actors/kill"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"path\": \"" + path + "\"}"));
    return answer(request).statusCode();
  }

  private JsonNode get(String path) throws Exception {
    HttpResponse<String> answer;
    do {
      answer = answer(HttpRequest.newBuilder(URI.create(api + path)));
    } while (answer.statusCode() == 503);
    assertEquals(200, answer.statusCode(), answer.body());
    return JSON.readTree(answer.body());
  }

  /** Asks until there is an answer: the interface may just have been killed. */
  private HttpResponse<String> answer(HttpRequest.Builder request) throws InterruptedException {
    while (true) {
      try {
        return http.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
      } catch (IOException notNow) {
        pause();
      }
    }
  }

  private void awaitRest(String proxy) throws Exception {
    boolean rest = false;
    while (!rest) {
      JsonNode state = get("/api/v1/proxies/" + proxy);
      int used = state.get("waiting").intValue();
      for (JsonNode backend : state.get("backends")) {
        used += backend.get("pending").intValue() + backend.get("active").intValue();
      }
      rest = used == 0 && get("/api/v1/proxies/" + proxy + "/sessions").isEmpty();
      pause();
    }
  }

  /**
   * Idle connections of this client to the interface, and threads without work, take their time.
   */
  private static void awaitBackToNormal(
      JvmProbe probe, JvmProbe.Vitals before, long keysBefore, String story) throws Exception {
    String left = left(probe, before, keysBefore);
    while (!left.isEmpty()) {
      if (Thread.interrupted()) {
        throw new InterruptedException("left: " + left + "; " + story);
      }
      pause();
      left = left(probe, before, keysBefore);
    }
  }

  private static String left(JvmProbe probe, JvmProbe.Vitals before, long keysBefore)
      throws IOException {
    List<String> left = new ArrayList<>();
    for (String kind : KINDS_OF_SESSIONS) {
      long count = probe.instancesOf(kind);
      if (count > 0) {
        left.add(count + " of " + kind);
      }
    }
    JvmProbe.Vitals now = probe.vitals();
    long keys = probe.instancesOf("sun.nio.ch.SelectionKeyImpl");
    if (keys > keysBefore) {
      left.add("selector keys " + keys + " after " + keysBefore);
    }
    if (now.openFiles() > before.openFiles()) {
      left.add("open files " + now.openFiles() + " after " + before.openFiles());
    }
    if (now.threads().size() > before.threads().size() + THREAD_TOLERANCE) {
      left.add("threads " + now.threads() + " after " + before.threads());
    }
    if (now.directBytes() > before.directBytes() + DIRECT_TOLERANCE_BYTES) {
      left.add("direct bytes " + now.directBytes() + " after " + before.directBytes());
    }
    if (now.heapBytes() > before.heapBytes() + HEAP_TOLERANCE_BYTES) {
      left.add("heap bytes " + now.heapBytes() + " after " + before.heapBytes());
    }
    return String.join(", ", left);
  }

  /**
   * What a supervisor tells of a kill is expected. So is an interface that must try again to
   * listen: its port, which the system chose, may have become that of a connection of the load
   * meanwhile.
   */
  private static List<String> unexpected(Daemon daemon) {
    return daemon.linesWith(" ERROR ").stream()
        .filter(line -> !line.endsWith(" drill"))
        .filter(line -> !line.contains("Address already in use") && !line.contains("Bind failed"))
        .toList();
  }

  private static void pause() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("waited too long");
    }
    LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
  }
}
