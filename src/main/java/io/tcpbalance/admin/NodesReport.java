package io.tcpbalance.admin;

import io.tcpbalance.admin.nodes.Node;
import io.tcpbalance.admin.nodes.Nodes;
import io.tcpbalance.admin.nodes.RemoteAnswer;
import io.tcpbalance.admin.nodes.RemoteRequest;
import io.tcpbalance.bootstrap.GenerationInfo;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Gathers what is known of the nodes of the cluster, and of this one. Any thread may call. */
public final class NodesReport {

  /** Where each node tells of itself. */
  public static final String SELF = "/api/v1/node";

  /** What is not told by then is left out: a list of nodes is wanted when some are silent. */
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** All nodes. */
  public record View(boolean cluster, boolean majority, List<NodeView> nodes) {}

  /** A node in JSON; what it did not tell is null. */
  public record NodeView(
      String name,
      @Nullable String address,
      @Nullable String version,
      String status,
      boolean reachable,
      boolean self,
      boolean vote,
      boolean deciding,
      @Nullable String startedAt,
      @Nullable Long uptimeMs,
      @Nullable Integer generation,
      @Nullable List<String> proxies) {

    static NodeView of(Node node, About about) {
      return new NodeView(
          node.name(),
          node.address().orElse(null),
          about.version(),
          node.status(),
          node.reachable(),
          node.self(),
          node.vote(),
          node.deciding(),
          about.startedAt(),
          about.uptimeMs(),
          about.generation(),
          about.proxies());
    }
  }

  private final Nodes nodes;
  private final Proxies proxies;
  private final Upgrading upgrading;
  private final InstantSource wallClock;

  public NodesReport(Nodes nodes, Proxies proxies, Upgrading upgrading, InstantSource wallClock) {
    this.nodes = nodes;
    this.proxies = proxies;
    this.upgrading = upgrading;
    this.wallClock = wallClock;
  }

  /** The daemon began with its first generation, whichever runs by now. */
  public About self() {
    List<GenerationInfo> generations = upgrading.generations();
    Instant startedAt = generations.get(0).startedAt();
    int live =
        generations.stream()
            .filter(generation -> generation.state() == GenerationInfo.State.LIVE)
            .mapToInt(GenerationInfo::number)
            .max()
            .orElse(generations.get(0).number());
    return new About(
        Texts.version(),
        Texts.time(startedAt),
        Duration.between(startedAt, wallClock.instant()).toMillis(),
        live,
        proxies.all().stream().map(ProxyClient::name).toList());
  }

  /**
   * All of them; does not fail.
   *
   * @param by who asks
   */
  public CompletionStage<View> all(Origin by) {
    boolean majority = nodes.haveMajority();
    CompletionStage<List<NodeView>> views = CompletableFuture.completedStage(new ArrayList<>());
    for (Node node : nodes.all()) {
      CompletionStage<NodeView> view = about(node, by).thenApply(about -> NodeView.of(node, about));
      views =
          views.thenCombine(
              view,
              (before, next) -> {
                before.add(next);
                return before;
              });
    }
    return views.thenApply(all -> new View(nodes.areCluster(), majority, all));
  }

  private CompletionStage<About> about(Node node, Origin by) {
    if (node.self()) {
      return CompletableFuture.completedStage(self());
    }
    if (!node.reachable()) {
      return CompletableFuture.completedStage(About.UNKNOWN);
    }
    String target = "http://" + node.address().orElseThrow() + SELF;
    return nodes
        .ask(node, RemoteRequest.get(Origin.HTTP, by.from(), by.who(), target), TIMEOUT)
        .thenApply(NodesReport::about)
        .exceptionally(failure -> About.UNKNOWN);
  }

  private static About about(RemoteAnswer answer) {
    return answer.isGood() ? About.of(Json.read(answer.body().toArrayUnsafe())) : About.UNKNOWN;
  }
}
