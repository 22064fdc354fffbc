package io.tcpbalance.admin.http;

import io.tcpbalance.admin.nodes.Node;
import io.tcpbalance.admin.nodes.Nodes;
import io.tcpbalance.admin.nodes.RemoteAnswer;
import io.tcpbalance.admin.nodes.RemoteRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/**
 * A cluster in one process, as its node {@code here} sees it: {@code there} is whichever server is
 * put in its place, {@code mute} never answers, {@code gone} is out of reach, {@code fled} leaves
 * just now.
 */
final class FakeNodes implements Nodes {

  private final ActorTestKit kit;
  private final Map<String, AdminServer> servers = new ConcurrentHashMap<>();
  final List<RemoteRequest> carried = new CopyOnWriteArrayList<>();

  FakeNodes(ActorTestKit kit) {
    this.kit = kit;
  }

  void put(String name, AdminServer server) {
    servers.put(name, server);
  }

  Node named(String name) {
    return all().stream().filter(node -> node.isCalled(name)).findFirst().orElseThrow();
  }

  @Override
  public boolean areCluster() {
    return true;
  }

  @Override
  public boolean haveMajority() {
    return true;
  }

  @Override
  public List<Node> all() {
    List<Node> all = new ArrayList<>();
    for (String name : List.of("fled", "gone", "here", "mute", "there")) {
      boolean self = name.equals("here");
      boolean reachable = !name.equals("gone");
      all.add(new Node(name, Optional.of(name + ":1"), "up", reachable, self, true, self));
    }
    return all;
  }

  @Override
  public CompletionStage<RemoteAnswer> ask(Node node, RemoteRequest request, Duration timeout) {
    carried.add(request);
    AdminServer server = servers.get(node.name());
    if (server == null) {
      return CompletableFuture.failedStage(
          node.name().equals("mute")
              ? new TimeoutException("silent")
              : new NoSuchElementException(node.name()));
    }
    return AskPattern.askWithStatus(
        server.admin,
        replyTo -> new Admin.Serve(request.carriedBy("here:1"), replyTo),
        timeout,
        kit.scheduler());
  }
}
