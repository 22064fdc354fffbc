package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Outcome;
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

  /** A listening socket that the life to come is to use, since another has it too, or may. */
  private @Nullable ServerSocketChannel keptDoor;

  /** Whether the door is the generation's before yet. */
  boolean doorIsLent;

  /** What is left to who is to follow, or has followed. */
  @Nullable Bequest bequest;

  /** Who has followed; from then on no life of this proxy has a door. */
  private @Nullable Heir heir;

  /** What the heir knows of what was counted. */
  private Tallies told = Tallies.NONE;

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
    keptDoor = inheritance.map(i -> i.bequest().door()).orElse(null);
    doorIsLent = inheritance.isPresent();
    inheritance.ifPresent(i -> add(i.bequest().tallies()));
  }

  /** A door that is not to be bound anew; for the first who asks. */
  @Nullable ServerSocketChannel takeKeptDoor() {
    ServerSocketChannel door = keptDoor;
    keptDoor = null;
    return door;
  }

  /**
   * Leaves it to the life to come.
   *
   * @param door null: that binds one
   */
  void keepDoor(@Nullable ServerSocketChannel door) {
    keptDoor = door;
  }

  /** Whether the door may only be opened when that is said. */
  boolean doorIsAnothers() {
    return doorIsLent || bequest != null;
  }

  boolean isFollowed() {
    return heir != null;
  }

  /** Another generation's proxy serves. */
  void isFollowedBy(Heir newHeir, Tallies known) {
    heir = newHeir;
    told = known;
  }

  /** A life is over: its sessions have ended, and are counted. */
  void tellHeirCounts() {
    if (heir != null) {
      Tallies now = tallies();
      heir.count(now.since(told));
      told = now;
    }
  }

  /** All sessions that were bequeathed have ended with the life that had them. */
  void tellHeirEnds() {
    Heir follower = heir;
    Bequest left = bequest;
    if (follower != null && left != null) {
      left.leases()
          .forEach(
              held ->
                  follower.learn(
                      new Balancer.Release(held.lease(), held.slot(), new Outcome.Unused())));
      left.waiting().forEach(id -> follower.learn(new Balancer.SessionEnded(id)));
    }
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
