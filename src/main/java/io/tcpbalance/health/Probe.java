package io.tcpbalance.health;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.relay.ConnectFailure;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What the monitor knows of one back-end. Belongs to the monitor. */
final class Probe {

  final String backend;
  final String host;
  final int port;
  final Judge judge;
  final TrialPlan trials;

  /** What the balancer says: jobs made it fail. */
  boolean onTrial;

  private Iterator<InetSocketAddress> addresses = Collections.emptyIterator();
  private CompletableFuture<?> connect = CompletableFuture.completedFuture(null);
  private CompletableFuture<?> compile = CompletableFuture.completedFuture(null);
  private long begunAtNanos;

  Probe(BackendStatus status, Judge judge, TrialPlan trials) {
    backend = status.name();
    host = status.host();
    port = status.port();
    onTrial = status.onTrial();
    this.judge = judge;
    this.trials = trials;
  }

  /** Whether it leads where the back-end is. */
  boolean leadsTo(BackendStatus status) {
    return host.equals(status.host()) && port == status.port();
  }

  void begin(long nowNanos) {
    begunAtNanos = nowNanos;
  }

  long begunAtNanos() {
    return begunAtNanos;
  }

  /** Where the host is, to be tried in turn. */
  void found(List<InetSocketAddress> found) {
    addresses = found.iterator();
  }

  boolean hasAnotherAddress() {
    return addresses.hasNext();
  }

  InetSocketAddress nextAddress() {
    return addresses.next();
  }

  void connects(CompletableFuture<Optional<ConnectFailure>> newConnect) {
    connect = newConnect;
  }

  void compiles(CompletableFuture<TrialCompiles.Result> newCompile) {
    compile = newCompile;
  }

  /** Closes its sockets, if it has any. */
  void cancel() {
    connect.cancel(false);
    compile.cancel(false);
  }
}
