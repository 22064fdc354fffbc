package io.tcpbalance.admin;

import io.tcpbalance.admin.nodes.Node;
import io.tcpbalance.admin.nodes.Nodes;
import io.tcpbalance.admin.nodes.RemoteAnswer;
import io.tcpbalance.admin.nodes.RemoteRequest;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

/**
 * Has other nodes do what is asked of them, for whoever may ask for it here. What cannot be done
 * fails with an {@link ApiError}. Any thread may call.
 */
public final class Remote {

  /** Longer than a node takes to say that one of its proxies is silent. */
  static final Duration READ_TIMEOUT = Duration.ofSeconds(5);

  /** Longer than a node takes to say that a change could not be recorded. */
  static final Duration CHANGE_TIMEOUT = Duration.ofSeconds(10);

  private final Nodes nodes;

  public Remote(Nodes nodes) {
    this.nodes = nodes;
  }

  /**
   * The node of that name; it may be this one.
   *
   * @throws ApiError if there is none
   */
  public Node named(String name) {
    if (!nodes.areCluster()) {
      throw ApiError.notClustered();
    }
    List<Node> all = nodes.all();
    return all.stream()
        .filter(node -> node.isCalled(name))
        .findFirst()
        .orElseThrow(() -> ApiError.noSuchNode(name, all.stream().map(Node::name).toList()));
  }

  /** Asks another node, which answers in its own words; so what it refuses is no failure. */
  public CompletionStage<RemoteAnswer> ask(Node node, RemoteRequest request) {
    return ask(node, request, request.isChange() ? CHANGE_TIMEOUT : READ_TIMEOUT);
  }

  /** The same, where the answer may take so long. */
  public CompletionStage<RemoteAnswer> ask(Node node, RemoteRequest request, Duration timeout) {
    if (!node.reachable()) {
      return CompletableFuture.failedStage(ApiError.nodeOutOfReach(node));
    }
    return nodes
        .ask(node, request, timeout)
        .exceptionally(failure -> told(failure, node, timeout, request.isChange()));
  }

  private static RemoteAnswer told(Throwable failure, Node node, Duration timeout, boolean change) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof TimeoutException) {
      throw ApiError.nodeSilent(node, timeout, change);
    } else if (cause instanceof NoSuchElementException) {
      throw ApiError.nodeOutOfReach(node);
    }
    throw new CompletionException(cause);
  }
}
