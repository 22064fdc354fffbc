package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tcpbalance.SharedFarm.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of clients of a shared farm when nodes and actors die. */
@Timeout(240)
class SharedFarmTest {

  private static final int CLIENTS_EACH = 3;

  private final ExecutorService clients = Executors.newCachedThreadPool();
  private @Nullable SharedFarm farm;
  private List<Node> nodes = List.of();

  @TempDir private Path directory;

  private void startFarm() throws Exception {
    farm = SharedFarm.start(directory);
    nodes = farm.nodes;
  }

  @AfterEach
  void closeAll() throws Exception {
    if (farm != null) {
      farm.close();
    }
    clients.shutdownNow();
  }

  private List<Future<?>> work() {
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
    startFarm();
    List<Future<?>> working = work();
    awaitServed(nodes, 50);

    Node first = nodes.get(0);
    List<Node> survivors = nodes.subList(1, 3);
    first.killed = true;
    first.daemon.signal("KILL");
    awaitServed(survivors, 50);
    finish(nodes, working);

    assertEquals(List.of(), farm.history.faults(SharedFarm.SLOTS));
    for (Node survivor : survivors) {
      awaitRest(survivor);
    }
  }

  /** What decides, wherever it is. */
  private void killBalancer() throws Exception {
    int killed = 0;
    for (Node node : nodes) {
      Optional<String> balancer = node.balancerOfPool();
      if (balancer.isPresent()) {
        node.kill(balancer.get());
        killed++;
      }
    }
    assertTrue(killed > 0, "nobody decided");
  }

  @Test
  void costsNoJobWhenActorsOfAPoolAreKilled() throws Exception {
    startFarm();
    List<Future<?>> working = work();

    for (int i = 0; i < 3; i++) {
      for (Node node : nodes) {
        node.kill("/user/proxy-farm/balancer");
        awaitServed(nodes, 3);
        node.kill("/user/cluster");
        awaitServed(nodes, 3);
      }
      killBalancer();
      awaitServed(nodes, 3);
    }
    finish(nodes, working);

    assertEquals(List.of(), farm.history.faults(SharedFarm.SLOTS));
    for (Node node : nodes) {
      awaitRest(node);
    }
  }
}
