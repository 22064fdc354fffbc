package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Roster;
import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.metrics.ProxyMetrics;
import io.tcpbalance.metrics.Tallies;
import io.tcpbalance.state.AuditTrail;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What of a proxy outlives a life of its supervisor, who alone uses it. */
final class Estate {
  final Roster.Holder roster;
  ProxySettings settings;

  /** Of the settings that the balancer knows. */
  List<BackendSettings> configured;

  final JobCounters jobCounters = new JobCounters();
  final ProxyMetrics metrics = new ProxyMetrics();
  final Complaints complaints;
  final Legacy legacy;

  /** The listening socket of the generation before, until it is used. */
  private @Nullable ServerSocketChannel inheritedDoor;

  /** A port that the system chose is kept for the lives to come. */
  int port;

  /** Later failures to bind are failures of a running proxy, and count as restarts. */
  boolean hasListened;

  /** Who asked for the end of this proxy: from then on no life of it takes new clients. */
  @Nullable ActorRef<ProxySupervisor.Drained> toldWhenDrained;

  CompletionStage<?> socketsClosed = CompletableFuture.completedStage(null);

  Estate(
      Roster.Holder roster,
      ProxySettings settings,
      Complaints complaints,
      Optional<Succession.Inheritance> inheritance) {
    this.roster = roster;
    this.settings = settings;
    this.complaints = complaints;
    port = settings.listen().port();
    legacy = inheritance.map(i -> Legacy.of(i.bequest(), i.ancestor())).orElseGet(Legacy::none);
    configured = inheritance.map(i -> i.bequest().configured()).orElse(settings.backends());
    inheritedDoor = inheritance.map(i -> i.bequest().door()).orElse(null);
    inheritance.ifPresent(i -> add(i.bequest().tallies()));
  }

  /** The door of the generation before; for the first who asks. */
  @Nullable ServerSocketChannel takeInheritedDoor() {
    ServerSocketChannel door = inheritedDoor;
    inheritedDoor = null;
    return door;
  }

  /** What was counted in all lives. */
  Tallies tallies() {
    return metrics.tallies().with(jobCounters.tallies()).with(complaints.tallies());
  }

  /** Counts what the generation before has counted. */
  void add(Tallies others) {
    metrics.add(others);
    jobCounters.add(others);
    complaints.add(others);
  }

  /** What jobs need, by the settings that hold now. */
  Session.Jobs jobs(AuditTrail audit) {
    return new Session.Jobs(
        settings.name(), settings.jobs(), new JobLog(settings.jobs().log()), jobCounters, audit);
  }
}
