package io.tcpbalance.admin.nodes;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The nodes there are, and the way to them. Any thread may call. */
public interface Nodes {

  /** Whether there can be any other than this one. */
  boolean areCluster();

  /** Whether this node is in contact with the majority. */
  boolean haveMajority();

  /** Those there are now, this one among them, in the order of their addresses. */
  List<Node> all();

  /**
   * Has another one answer a request. Fails with a {@link java.util.concurrent.TimeoutException} if
   * it is silent: then it may have done what was asked for, or may do it yet; with a {@link
   * java.util.NoSuchElementException} if it is not there any more, and was not asked.
   *
   * @param timeout after which it fails, more or less
   */
  CompletionStage<RemoteAnswer> ask(Node node, RemoteRequest request, Duration timeout);

  /** Of a daemon that is in no cluster: itself. */
  static Nodes alone(String name) {
    List<Node> self = List.of(new Node(name, Optional.empty(), "up", true, true, true, true));
    return new Nodes() {
      @Override
      public boolean areCluster() {
        return false;
      }

      @Override
      public boolean haveMajority() {
        return true;
      }

      @Override
      public List<Node> all() {
        return self;
      }

      @Override
      public CompletionStage<RemoteAnswer> ask(Node node, RemoteRequest request, Duration timeout) {
        return CompletableFuture.failedStage(
            new IllegalArgumentException("there is no other node"));
      }
    };
  }
}
