package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tcpbalance.testing.Daemon;
import io.tcpbalance.testing.FakeBackend;
import io.tcpbalance.testing.FreePorts;
import io.tcpbalance.testing.Peer;
import io.tcpbalance.testing.SlotHistory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Three real daemons before one farm of two hosts, which answer one byte with the same and then
 * end, but for a dot, after which they wait for another one. The first node has the balancer, at
 * first.
 */
final class SharedFarm {

  static final Map<String, Integer> SLOTS = Map.of("fast", 2, "slow", 1);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  final SlotHistory history = new SlotHistory();

  /** What was sent to the hosts, in the order in which it came. */
  final Queue<Character> jobs = new ConcurrentLinkedQueue<>();

  private final AtomicLong sessions = new AtomicLong();
  private final List<AutoCloseable> toClose = new ArrayList<>();
  private final Queue<Peer> held = new ConcurrentLinkedQueue<>();
  final List<Node> nodes = new ArrayList<>();

  private final List<Daemon.Launch> launches = new ArrayList<>();

  private final Path directory;

  /** Of the cluster. */
  final class Node {
    final Daemon daemon;
    final InetSocketAddress address;
    final AtomicLong served = new AtomicLong();
    volatile boolean stops;
    volatile boolean killed;

    /** Where the others reach it. */
    final String name;

    final Path file;

    Node(Daemon daemon, String name, Path file) throws InterruptedException {
      this.daemon = daemon;
      this.name = name;
      this.file = file;
      address = new InetSocketAddress(InetAddress.getLoopbackAddress(), daemon.port("farm"));
    }

    /** A client that sends nothing by itself, and stays until the end. */
    Peer connect() throws IOException {
      Peer client = Peer.connect(address);
      held.add(client);
      return client;
    }

    /** One job after the other. */
    void work() throws IOException {
      while (!stops) {
        try (Peer client = Peer.connect(address)) {
          client.send("j");
          client.expect("j");
          client.expectEnd();
          served.incrementAndGet();
        } catch (IOException | AssertionError e) {
          if (!killed) {
            throw e;
          }
          return;
        }
      }
    }

    JsonNode send(String method, String path, String body) throws Exception {
      HttpResponse<String> response = request(method, "/api/v1/proxies/" + path, body);
      assertEquals(200, response.statusCode(), response.body());
      return JSON.readTree(response.body());
    }

    void kill(String actor) throws Exception {
      String body = "{\"path\": \"" + actor + "\"}";
      assertEquals(202, request("POST", "/api/v1/actors/kill", body).statusCode());
    }

    /** Changes its file, and reads that again. */
    JsonNode reloadWith(String regex, String replacement) throws Exception {
      String before = Files.readString(file);
      Files.writeString(file, before.replaceAll(regex, replacement));
      HttpResponse<String> response = request("POST", "/api/v1/reload", "");
      assertEquals(200, response.statusCode(), response.body());
      return JSON.readTree(response.body());
    }

    /** Asks until the answer is such. The code that answers may be changing. */
    JsonNode await(String path, Predicate<JsonNode> fits) throws Exception {
      while (true) {
        try {
          HttpResponse<String> answer = request("GET", path, "");
          if (answer.statusCode() == 200 && fits.test(JSON.readTree(answer.body()))) {
            return JSON.readTree(answer.body());
          }
        } catch (IOException e) {
          assertTrue(daemon.isAlive(), e.toString());
        }
        LockSupport.parkNanos(20_000_000);
      }
    }

    /** Likewise, of the farm. */
    JsonNode awaitFarm(Predicate<JsonNode> fits) throws Exception {
      return await("/api/v1/proxies/farm", fits);
    }

    /** What decides for the pool, if that is on this node. */
    Optional<String> balancerOfPool() throws Exception {
      JsonNode actors = JSON.readTree(request("GET", "/api/v1/actors?limit=1000", "").body());
      return actors.findValuesAsText("path").stream()
          .filter(path -> path.startsWith("/user/cluster/pool-farm"))
          .findFirst();
    }

    String url() throws InterruptedException {
      String line = daemon.awaitLine("HTTP interface listens on ");
      return "http://127.0.0.1:" + line.substring(line.lastIndexOf(':') + 1);
    }

    HttpResponse<String> request(String method, String path, String body) throws Exception {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url() + path))
              .header("Content-Type", "application/json")
              .method(method, BodyPublishers.ofString(body))
              .build();
      return http.send(request, BodyHandlers.ofString());
    }
  }

  private FakeBackend host(String name) throws IOException {
    FakeBackend host =
        FakeBackend.of(
            client -> {
              long session = sessions.incrementAndGet();
              history.begins(name, session);
              try {
                byte[] job = client.receive(1);
                while (job[0] == '.') {
                  client.send(job);
                  job = client.receive(1);
                }
                jobs.add((char) job[0]);
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(5_000_000));
                history.ends(name, session);
                client.send(job);
              } catch (IOException | AssertionError e) {
                history.ends(name, session);
              }
            });
    toClose.add(host);
    return host;
  }

  private SharedFarm(Path directory) {
    this.directory = directory;
  }

  /** All nodes have joined. */
  static SharedFarm start(Path directory) throws Exception {
    return start(directory, 0);
  }

  /** The same, with so many hosts more, which are down: idle1.rack.example and so on. */
  static SharedFarm start(Path directory, int idleHosts) throws Exception {
    return start(directory, Ties.LISTED, idleHosts);
  }

  /** The same, with nodes that know and find each other in that way. */
  static SharedFarm start(Path directory, Ties ties) throws Exception {
    return start(directory, ties, 0);
  }

  private static SharedFarm start(Path directory, Ties ties, int idleHosts) throws Exception {
    SharedFarm farm = new SharedFarm(directory);
    try {
      farm.start(ties, idleHosts);
    } catch (Exception | Error e) {
      farm.close();
      throw e;
    }
    return farm;
  }

  private static String idle(int hosts) {
    return IntStream.rangeClosed(1, hosts)
        .mapToObj(
            i ->
                "{ name = idle%d.rack.example, host = 127.0.0.1, port = 1, max-connections = 1, state = down }\n"
                    .formatted(i))
        .collect(Collectors.joining());
  }

  private void start(Ties ties, int idleHosts) throws Exception {
    int fast = host("fast").address().getPort();
    int slow = host("slow").address().getPort();
    Ties.Found found = ties.prepare(directory, FreePorts.some(6));
    for (int i = 0; i < 3; i++) {
      Path file = directory.resolve("node" + i + ".conf");
      Files.writeString(
          file,
          """
          tcpbalance {
            state-dir = ""
            admin.port = 0
            console.enabled = off
            fault-injection = on
            supervision.max-restarts = 1000
            upgrade.allowed-dirs = ["%s"]
            cluster { enabled = on, %s, stable-after = 2s, fence-after = 4s }
            proxies.farm {
              shared = on
              listen { host = 127.0.0.1, port = 0 }
              queue.timeout = 3m
              health.check = none
              backends = [
                { name = fast, host = 127.0.0.1, port = %d, max-connections = 2 }
                { name = slow, host = 127.0.0.1, port = %d, max-connections = 1 }
                %s
              ]
            }
          }
          """
              .formatted(directory, found.settings().get(i), fast, slow, idle(idleHosts)));
      launches.add(Daemon.of(file).jvmOptions(found.jvmOptions().toArray(String[]::new)));
      Daemon daemon = launch(i);
      nodes.add(new Node(daemon, found.names().get(i), file));
    }
    nodes.get(0).daemon.awaitLine("pool farm: open with");
    for (Node node : nodes) {
      node.daemon.awaitLine("pool farm: slots come from");
      node.daemon.awaitLines("has joined the cluster", 3);
    }
    for (Node node : nodes) { // What decides may count once more who has what, when all are there.
      node.awaitFarm(farm -> !farm.path("stalled").isObject());
    }
  }

  private Daemon launch(int number) throws IOException {
    Daemon daemon = launches.get(number).start();
    toClose.add(daemon);
    return daemon;
  }

  /** Starts another daemon with the file of that node, which has ended. */
  Node restart(int number) throws Exception {
    Node before = nodes.get(number);
    Node restarted = new Node(launch(number), before.name, before.file);
    nodes.set(number, restarted);
    return restarted;
  }

  void close() throws Exception {
    for (Peer client : held) {
      client.close();
    }
    for (int i = toClose.size() - 1; i >= 0; i--) {
      toClose.get(i).close();
    }
  }
}
