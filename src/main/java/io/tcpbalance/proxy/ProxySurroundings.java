package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.PoolSettings;
import io.tcpbalance.balancer.Roster;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.dns.Resolver;
import io.tcpbalance.health.StatsPages;
import io.tcpbalance.relay.RelayLoops;
import io.tcpbalance.state.AuditTrail;
import io.tcpbalance.supervision.Supervision;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;

/**
 * What a proxy needs from outside.
 *
 * @param balancing asked once in each life of the proxy
 */
public record ProxySurroundings(
    Supervision supervision,
    RelayLoops loops,
    Resolver resolver,
    StatsPages statsPages,
    AuditTrail audit,
    LongSupplier nanoTime,
    InstantSource wallClock,
    Balancing balancing) {

  /** Who gives a proxy's sessions their slots: a balancer of its own, or one that stands for it. */
  @FunctionalInterface
  public interface Balancing {

    /**
     * A balancer, not yet supervised.
     *
     * @param pool what the settings say of the pool
     * @param roster the proxy's back-ends, which the balancer alone writes
     * @param sessions who knows all sessions
     */
    Behavior<Balancer.Command> balancer(
        ProxySettings settings,
        PoolSettings pool,
        Roster.Holder roster,
        ActorRef<Balancer.RegistrarMessage> sessions);
  }

  /** The same, where others give the slots. */
  public ProxySurroundings balancedBy(Balancing other) {
    return new ProxySurroundings(
        supervision, loops, resolver, statsPages, audit, nanoTime, wallClock, other);
  }

  /** Those of proxies with balancers of their own. */
  public ProxySurroundings(
      Supervision supervision,
      RelayLoops loops,
      Resolver resolver,
      StatsPages statsPages,
      AuditTrail audit,
      LongSupplier nanoTime,
      InstantSource wallClock) {
    this(
        supervision,
        loops,
        resolver,
        statsPages,
        audit,
        nanoTime,
        wallClock,
        (settings, pool, roster, sessions) ->
            Balancer.create(settings.name(), roster, pool, nanoTime, wallClock, sessions));
  }
}
