package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tcpbalance.cli.ExitCode;
import io.tcpbalance.testing.Daemon;
import io.tcpbalance.testing.FakeBackend;
import io.tcpbalance.testing.Peer;
import io.tcpbalance.testing.SlotHistory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three real daemons before one farm. */
@Timeout(240)
class SharedFarmTest {

  private static final Map<String, Integer> SLOTS = Map.of("fast", 2, "slow", 1);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CLIENTS_EACH = 3;

  private final HttpClient http = HttpClient.newHttpClient();
  private final SlotHistory history = new SlotHistory();
  private final AtomicLong sessions = new AtomicLong();
  private final List<AutoCloseable> toClose = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();

  @TempDir private Path directory;

  private final class Node {
    final Daemon daemon;
    final InetSocketAddress address;
    final AtomicLong served = new AtomicLong();
    volatile boolean stops;
    volatile boolean killed;

    Node(Daemon daemon) throws InterruptedException {
      this.daemon = daemon;
      address = new InetSocketAddress(InetAddress.getLoopbackAddress(), daemon.port("farm"));
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
      HttpResponse<String> response = request(method, "proxies/" + path, body);
      assertEquals(200, response.statusCode(), response.body());
      return JSON.readTree(response.body());
    }

    void kill(String actor) throws Exception {
      String body = "{\"path\": \"" + actor + "\"}";
      assertEquals(202, request("POST", "actors/kill", body).statusCode());
    }

    private HttpResponse<String> request(String method, String path, String body) throws Exception {
      String line = daemon.awaitLine("HTTP interface listens on ");
      String port = line.substring(line.lastIndexOf(':') + 1);
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/" + path))
              .header("Content-Type", "application/json")
              .method(method, BodyPublishers.ofString(body))
              .build();
      return http.send(request, BodyHandlers.ofString());
    }
  }

  @AfterEach
  void closeAll() throws Exception {
    for (int i = toClose.size() - 1; i >= 0; i--) {
      toClose.get(i).close();
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

  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      sockets.add(socket);
      ports.add(socket.getLocalPort());
    }
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    return ports;
  }

  /** The first one has the balancer. */
  private void startNodes() throws Exception {
    int fast = host("fast").address().getPort();
    int slow = host("slow").address().getPort();
    List<Integer> ports = freePorts(3);
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
            cluster {
              enabled = on, port = %d
              seed-nodes = ["127.0.0.1:%d", "127.0.0.1:%d", "127.0.0.1:%d"]
              stable-after = 2s, fence-after = 4s
            }
            proxies.farm {
              shared = on
              listen { host = 127.0.0.1, port = 0 }
              queue.timeout = 3m
              health.check = none
              backends = [
                { name = fast, host = 127.0.0.1, port = %d, max-connections = 2 }
                { name = slow, host = 127.0.0.1, port = %d, max-connections = 1 }
              ]
            }
          }
          """
              .formatted(ports.get(i), ports.get(0), ports.get(1), ports.get(2), fast, slow));
      Daemon daemon = Daemon.of(file).start();
      toClose.add(daemon);
      daemon.awaitLine(i == 0 ? "pool farm: open with" : "pool farm: slots come from");
      nodes.add(new Node(daemon));
    }
  }

  private List<Future<?>> work(ExecutorService clients) {
    List<Future<?>> working = new ArrayList<>();
    for (Node node : nodes) {
      for (int i = 0; i < CLIENTS_EACH; i++) {
        working.add(
            clients.submit(
                () -> {
                  node.work();
                  return null;
                }));
      }
    }
    return working;
  }

  /** Until each of them has served so many more. */
  private static void awaitServed(List<Node> nodes, long more) {
    for (Node node : nodes) {
      long enough = node.served.get() + more;
      while (node.served.get() < enough) {
        LockSupport.parkNanos(10_000_000);
      }
    }
  }

  private static void finish(List<Node> nodes, List<Future<?>> working) throws Exception {
    nodes.forEach(node -> node.stops = true);
    for (Future<?> client : working) {
      client.get();
    }
  }

  private void awaitRest(Node node) throws Exception {
    boolean rests = false;
    while (!rests) {
      JsonNode farm = node.send("GET", "farm", "");
      rests = farm.get("waiting").intValue() == 0;
      for (JsonNode backend : farm.get("backends")) {
        rests &= backend.get("pending").intValue() + backend.get("active").intValue() == 0;
      }
    }
  }

  @Test
  void neverExceedsSlotsOverAllProxiesThoughTheBalancersNodeIsKilled() throws Exception {
    startNodes();
    ExecutorService clients = Executors.newCachedThreadPool();
    toClose.add(clients::shutdownNow);
    List<Future<?>> working = work(clients);
    awaitServed(nodes, 50);

    Node first = nodes.get(0);
    List<Node> survivors = nodes.subList(1, 3);
    first.killed = true;
    first.daemon.signal("KILL");
    awaitServed(survivors, 50);
    finish(nodes, working);

    assertEquals(List.of(), history.faults(SLOTS));
    for (Node survivor : survivors) {
      awaitRest(survivor);
    }
  }

  @Test
  void obeysOperatorsOfAnyNodeAndRemembersThemWithoutTheBalancersNode() throws Exception {
    startNodes();
    JsonNode changed = nodes.get(1).send("PATCH", "farm/backends/slow", "{\"state\": \"drain\"}");
    assertEquals("draining", changed.get("status").textValue());
    assertEquals(
        "draining", nodes.get(2).send("GET", "farm/backends/slow", "").get("status").textValue());

    nodes.get(0).daemon.signal("TERM");

    assertEquals(0, nodes.get(0).daemon.awaitExit());
    ExecutorService clients = Executors.newCachedThreadPool();
    toClose.add(clients::shutdownNow);
    List<Node> rest = nodes.subList(1, 3);
    List<Future<?>> working = new ArrayList<>();
    rest.forEach(node -> working.add(clients.submit(() -> serve(node))));
    awaitServed(rest, 20);
    finish(rest, working);
    JsonNode slow = nodes.get(2).send("GET", "farm/backends/slow", "");
    assertEquals("draining", slow.get("status").textValue());
    assertEquals(0, slow.get("activeCount").longValue());
  }

  private static Object serve(Node node) throws IOException {
    node.work();
    return node;
  }

  @Test
  void costsNoJobWhenActorsOfAPoolAreKilled() throws Exception {
    startNodes();
    ExecutorService clients = Executors.newCachedThreadPool();
    toClose.add(clients::shutdownNow);
    List<Future<?>> working = work(clients);

    for (int i = 0; i < 3; i++) {
      for (Node node : nodes) {
        node.kill("/user/proxy-farm/balancer");
        awaitServed(nodes, 3);
        node.kill("/user/cluster");
        awaitServed(nodes, 3);
      }
    }
    finish(nodes, working);

    assertEquals(List.of(), history.faults(SLOTS));
    for (Node node : nodes) {
      awaitRest(node);
    }
  }

  @Test
  void endsANodeThatIsAlone() throws Exception {
    startNodes();
    nodes.get(0).daemon.signal("KILL");
    nodes.get(1).daemon.signal("KILL");

    int code = nodes.get(2).daemon.awaitExit();

    assertEquals(ExitCode.SOFTWARE.number(), code);
  }
}
