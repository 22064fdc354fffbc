package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tcpbalance.SharedFarm.Node;
import io.tcpbalance.testing.JvmProbe;
import io.tcpbalance.testing.LoneGround;
import io.tcpbalance.testing.Peer;
import io.tcpbalance.testing.ProgramJar;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The code of nodes of a cluster is replaced while they serve one farm. */
@Timeout(240)
class UpgradedNodesTest {

  private static final int WORKERS = 3;

  private SharedFarm farm;
  private List<Node> nodes;
  private Path code;
  private final Map<Node, List<CompletableFuture<?>>> workers = new HashMap<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @TempDir private Path directory;

  @BeforeEach
  void install() throws Exception {
    code = ProgramJar.installIn(directory.resolve("2"));
  }

  private void startFarm(Ties ties) throws Exception {
    farm = SharedFarm.start(directory, ties);
    nodes = farm.nodes;
  }

  @AfterEach
  void closeFarm() throws Exception {
    if (farm != null) {
      farm.close();
    }
    threads.shutdownNow();
  }

  private void upgrade(Node node, String... what) throws Exception {
    List<String> words = new ArrayList<>(List.of("upgrade", "--no-wait", "--url", node.url()));
    words.addAll(List.of(what));
    StringWriter said = new StringWriter();
    int exit =
        Main.commandLine(new LoneGround())
            .setOut(new PrintWriter(said))
            .setErr(new PrintWriter(said))
            .execute(words.toArray(String[]::new));
    assertEquals(0, exit, said + String.join("\n", node.daemon.output()));
  }

  private static int sum(JsonNode farm, String field) {
    return farm.findValues(field).stream().mapToInt(JsonNode::asInt).sum();
  }

  /** The last is that of a host's only slot. */
  private List<Peer> takeAllSlots(Node node) throws Exception {
    List<Peer> sessions = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      sessions.add(node.connect());
      int active = i;
      node.awaitFarm(farm -> sum(farm, "active") == active);
    }
    return sessions;
  }

  /** What each of them will send, in the order in which they have come, one after the other. */
  private Map<Character, Peer> waitOnAllNodes() throws Exception {
    Map<Character, Peer> waiting = new LinkedHashMap<>();
    for (char job = 'a'; job <= 'l'; job++) {
      Peer client = nodes.get(job % 3).connect();
      client.send(String.valueOf(job));
      waiting.put(job, client);
      awaitWaiting(nodes.get(2), waiting.size());
    }
    return waiting;
  }

  private static void awaitWaiting(Node node, int count) throws Exception {
    node.awaitFarm(farm -> farm.get("waiting").asInt() == count);
  }

  private static void goesOn(Peer session) throws IOException {
    session.send(".");
    session.expect(".");
  }

  private static void served(Peer client, char job) throws IOException {
    client.expect(String.valueOf(job));
    client.expectEnd();
    client.close();
  }

  private static void work(Node node) {
    try {
      node.work();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void clientsOfAllNodesNoticeNothing() throws Exception {
    startFarm(Ties.LISTED);
    List<Peer> sessions = takeAllSlots(nodes.get(2));
    Map<Character, Peer> waiting = waitOnAllNodes();

    upgrade(nodes.get(0), code.toString()); // It decides.

    for (Node node : nodes) {
      awaitWaiting(node, waiting.size());
    }
    Peer last = sessions.remove(2);
    last.send("_");
    served(last, '_');
    for (Map.Entry<Character, Peer> client : waiting.entrySet()) {
      served(client.getValue(), client.getKey());
    }
    assertEquals("[_, a, b, c, d, e, f, g, h, i, j, k, l]", farm.jobs.toString());

    nodes.forEach(this::startWorkers);
    for (Peer session : sessions) {
      goesOn(session);
    }
    List<String> before = addresses(nodes.get(2).await("/api/v1/nodes", all -> true));
    upgrade(nodes.get(2), code.toString()); // It decides by now, and has the sessions.
    for (Node node : nodes) {
      node.await("/api/v1/nodes", all -> hasMoved(before, all));
    }
    for (Peer session : sessions) {
      goesOn(session);
    }
    upgrade(nodes.get(0), "--rollback");
    endWork();
    for (Peer session : sessions) {
      goesOn(session);
      session.send("_");
      served(session, '_');
    }

    assertNothingIsWrong();
  }

  @Test
  void nodesThatFindEachOtherByNameAndCertificateAreUpgradedAndStartedAgain() throws Exception {
    startFarm(Ties.NAMED_AND_CERTIFIED);
    nodes.forEach(this::startWorkers);
    for (Node node : nodes) {
      List<String> before = addresses(node.await("/api/v1/nodes", all -> true));
      upgrade(node, code.toString());
      for (Node any : nodes) {
        any.await("/api/v1/nodes", all -> hasMoved(before, all));
      }
    }

    Node stopped = nodes.get(1); // It has to find others where their new code is.
    endWork(stopped);
    stopped.daemon.signal("TERM");
    assertEquals(0, stopped.daemon.awaitExit(), () -> String.join("\n", stopped.daemon.output()));
    Node restarted = farm.restart(1);
    restarted.daemon.awaitLine("pool farm: slots come from");
    startWorkers(restarted);
    upgrade(nodes.get(0), "--rollback");
    endWork();

    assertNothingIsWrong();
  }

  private void startWorkers(Node node) {
    for (int i = 0; i < WORKERS; i++) {
      workers
          .computeIfAbsent(node, n -> new ArrayList<>())
          .add(CompletableFuture.runAsync(() -> work(node), threads));
    }
  }

  private void endWork(Node node) {
    node.stops = true;
    workers.getOrDefault(node, List.of()).forEach(CompletableFuture::join);
  }

  private void endWork() {
    nodes.forEach(node -> node.stops = true);
    nodes.forEach(this::endWork);
  }

  private void assertNothingIsWrong() throws Exception {
    assertEquals(List.of(), farm.history.faults(SharedFarm.SLOTS));
    for (Node node : nodes) {
      node.awaitFarm(UpgradedNodesTest::isIdle);
      node.await("/api/v1/nodes", all -> all.findValues("address").size() == 3);
      assertTrue(node.served.get() > 0);
      assertEquals(List.of(), node.daemon.linesWith("was removed from the cluster"));
      assertEquals(List.of(), node.daemon.linesWith(" ERROR "));
      awaitOneGeneration(node);
    }
  }

  private static List<String> addresses(JsonNode all) {
    return all.findValuesAsText("address");
  }

  /** One node has other code, and the old one has left. */
  private static boolean hasMoved(List<String> before, JsonNode all) {
    return addresses(all).size() == 3
        && !before.containsAll(addresses(all))
        && all.findValuesAsText("status").equals(List.of("up", "up", "up"));
  }

  private static void awaitOneGeneration(Node node) throws Exception {
    node.await("/api/v1/generations", all -> !all.findValuesAsText("state").contains("draining"));
    try (JvmProbe probe = JvmProbe.attach(node.daemon.pid())) {
      assertEquals(1, probe.instancesOf("io.tcpbalance.bootstrap.GenerationLoader"));
    }
  }

  private static boolean isIdle(JsonNode farm) {
    return sum(farm, "active") + sum(farm, "pending") + sum(farm, "waiting") == 0;
  }
}
