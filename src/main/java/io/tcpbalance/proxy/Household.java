package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.health.HealthMonitor;
import io.tcpbalance.relay.RelayGroup;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.util.Random;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** The children of a proxy in one life, and its doors. Belongs to the supervisor's thread. */
final class Household {

  final Doors doors;
  final Admission admission;
  final ActorRef<Balancer.Command> balancer;
  final ActorRef<Balancer.RegistrarMessage> sessions;
  final ActorRef<Balancer.WatcherMessage> health;
  final ActorRef<Listener.Command> listener;
  final RelayGroup group;
  final Arrivals arrivals;
  private final ActorContext<ProxySupervisor.Command> context;
  private final ProxySurroundings around;
  private final Estate estate;
  private final SessionRegistry registry;

  /**
   * Starts and watches the children.
   *
   * @param channel the door
   */
  Household(
      ActorContext<ProxySupervisor.Command> context,
      ProxySurroundings around,
      Estate estate,
      RelayGroup group,
      ServerSocketChannel channel)
      throws IOException {
    this.context = context;
    this.around = around;
    this.estate = estate;
    this.group = group;
    Sessions.Surroundings forSessions = forSessions();
    registry = forSessions.registry;
    sessions =
        child(
            around.supervision().restartingBelowChildren(Sessions.create(forSessions)),
            SessionPath.parentName());
    balancer = child(around.supervision().restarting(balancer()), "balancer");
    sessions.tell(new Sessions.Serve(balancer));
    health = child(around.supervision().neverGivingUp(health()), "health");
    admission = new Admission(estate.settings.allow(), estate.complaints, sessions);
    doors = new Doors(around.loops(), group, admission, channel, estate.doorIsAnothers());
    listener =
        child(
            around.supervision().restarting(Listener.create(admission, estate.complaints)),
            "listener");
    arrivals = new Arrivals(context, estate.legacy, this);
  }

  private <T> ActorRef<T> child(Behavior<T> behavior, String name) {
    ActorRef<T> child = context.spawn(behavior, name, DispatcherSelector.sameAsParent());
    context.watch(child);
    return child;
  }

  private Sessions.Surroundings forSessions() {
    return new Sessions.Surroundings(
        around.supervision(),
        around.resolver(),
        estate.complaints,
        estate.metrics,
        new ClientQuota(estate.settings.clients().maxPerClient()),
        estate.jobs(around.audit()),
        trials(),
        estate.legacy,
        legacyHolder(),
        around.nanoTime(),
        around.wallClock());
  }

  private TrialRelays trials() {
    return new TrialRelays(group, estate.settings.health().trials());
  }

  private ActorRef<Balancer.SessionMessage> legacyHolder() {
    if (estate.legacy.isNone()) {
      return context.getSystem().deadLetters();
    }
    return child(
        around.supervision().restarting(LegacyHolder.create(estate.legacy.ancestor())),
        "predecessor");
  }

  private Behavior<Balancer.Command> balancer() {
    ProxySettings settings = estate.settings;
    return around.balancing().balancer(settings, Policies.pool(settings), estate.roster, sessions);
  }

  private Behavior<Balancer.WatcherMessage> health() {
    HealthMonitor.Surroundings forHealth =
        new HealthMonitor.Surroundings(
            balancer,
            around.resolver(),
            around.loops()::tryConnect,
            Sessions.trials(sessions),
            around.statsPages(),
            around.nanoTime(),
            new Random());
    return HealthMonitor.create(estate.settings.health(), forHealth);
  }

  /** Clients' sessions, at this moment. */
  int clients() {
    return registry.clients();
  }

  /** Who comes from now on is served by the estate's settings. */
  void reconfigure() {
    admission.allow(estate.settings.allow());
    Policies.apply(estate.settings, group);
    sessions.tell(new Sessions.Reconfigure(estate.jobs(around.audit()), trials()));
  }
}
