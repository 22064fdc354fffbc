package io.tcpbalance.cluster;

import com.typesafe.config.Config;
import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.PoolSettings;
import io.tcpbalance.balancer.Roster;
import io.tcpbalance.cluster.mail.NodeId;
import io.tcpbalance.config.ClusterSettings;
import io.tcpbalance.dns.Resolver;
import io.tcpbalance.supervision.Supervision;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.setup.Setup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.remote.artery.tcp.SSLEngineProviderSetup;

/** This process as a node of a cluster, and the pools that it shares with the others. */
public final class SharedPools {

  /** Of the actor that hears the mail of other nodes. */
  private static final String NODES = "cluster";

  private final FenceTimes times;
  private final Vitals vitals;
  private final Post post;
  private final ActorRef<Object> nodes;
  private final LongSupplier nanoTime;
  private final InstantSource wallClock;
  private final Map<String, Agent.Estate> estates = new ConcurrentHashMap<>();

  private SharedPools(
      FenceTimes times,
      Vitals vitals,
      Post post,
      ActorRef<Object> nodes,
      LongSupplier nanoTime,
      InstantSource wallClock) {
    this.times = times;
    this.vitals = vitals;
    this.post = post;
    this.nodes = nodes;
    this.nanoTime = nanoTime;
    this.wallClock = wallClock;
  }

  /**
   * What the actor system has to be started with.
   *
   * @param base without it
   * @param pools names of the shared ones; they cannot change while it runs
   * @throws IllegalStateException if its certificate cannot be used any more
   */
  public static ActorSystemSetup setup(
      Config base, ClusterSettings settings, List<String> pools, UnaryOperator<Config> alsoSaid) {
    Setup configuration =
        BootstrapSetup.create(alsoSaid.apply(ClusterConfig.over(base, settings, pools)));
    if (settings.tls().isEmpty()) {
      return ActorSystemSetup.create(configuration);
    }
    NodeTls tls = NodeTls.of(settings.tls().get(), settings.host());
    return ActorSystemSetup.create(
        configuration, tls, SSLEngineProviderSetup.create(system -> tls));
  }

  /** Joins the cluster, or forms one; an actor of the context's does the rest. */
  public static SharedPools join(
      ActorContext<?> context,
      ClusterSettings settings,
      Supervision supervision,
      Resolver resolver,
      LongSupplier nanoTime,
      InstantSource wallClock) {
    Cluster cluster = Cluster.get(context.getSystem());
    NodeId self = Post.idOf(cluster.selfMember());
    FenceTimes times = FenceTimes.of(settings.fenceAfter());
    long nowNanos = nanoTime.getAsLong();
    Vitals vitals = new Vitals(nowNanos);
    Nodes.Estate estate = new Nodes.Estate(self, times, nowNanos);
    Nodes.Surroundings around = new Nodes.Surroundings(supervision, times, nanoTime, wallClock);
    Post post = new Post(context.getSystem(), self, context.getSelf().path().child(NODES));
    ActorRef<Object> nodes =
        context.spawn(supervision.neverGivingUp(Nodes.create(around, estate, vitals, post)), NODES);
    context
        .getSystem()
        .settings()
        .setup()
        .get(NodeTls.class)
        .ifPresent(tls -> lookAfter(tls, context, supervision, wallClock));
    join(context, cluster, settings, supervision, resolver);
    return new SharedPools(times, vitals, post, nodes, nanoTime, wallClock);
  }

  private static void join(
      ActorContext<?> context,
      Cluster cluster,
      ClusterSettings settings,
      Supervision supervision,
      Resolver resolver) {
    Optional<Seeds> seeds = Seeds.of(settings, resolver);
    if (seeds.isEmpty()) {
      cluster.manager().tell(Join.create(cluster.selfMember().address()));
      return;
    }
    context.spawn(
        supervision.neverGivingUp(Joining.create(seeds.get(), settings.upgradePort())),
        "cluster-joining");
  }

  private static void lookAfter(
      NodeTls tls, ActorContext<?> context, Supervision supervision, InstantSource wallClock) {
    Certificate.Estate estate = new Certificate.Estate(tls.tls(), wallClock);
    context.spawn(supervision.neverGivingUp(Certificate.create(estate)), "cluster-certificate");
  }

  /**
   * What stands for a shared pool's balancer on this node, not yet supervised.
   *
   * @param roster this node's copy; from now on it alone writes it
   * @param sessions who knows all sessions of the proxy
   */
  public Behavior<Balancer.Command> agent(
      String pool,
      PoolSettings settings,
      Roster.Holder roster,
      ActorRef<Balancer.RegistrarMessage> sessions) {
    Agent.Estate estate = estates.computeIfAbsent(pool, p -> new Agent.Estate(pool, settings));
    Agent.Surroundings around =
        new Agent.Surroundings(nodes, post, vitals, times, nanoTime, wallClock);
    return Agent.create(pool, roster, estate, around, sessions);
  }

  /** Whether this node is in contact with the majority, so that shared slots are used. */
  public boolean haveMajority() {
    long sinceNanos = nanoTime.getAsLong() - vitals.majorityAtNanos();
    return times.contact(sinceNanos) == Contact.KEPT;
  }

  /** Leaves the cluster, without a session that holds anything; the actor system ends by that. */
  public void depart() {
    nodes.tell(Nodes.Depart.INSTANCE);
  }
}
