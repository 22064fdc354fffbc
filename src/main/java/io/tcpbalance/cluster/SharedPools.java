package io.tcpbalance.cluster;

import static scala.jdk.javaapi.FutureConverters.asJava;

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
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.setup.Setup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.remote.RemoteActorRefProvider;
import org.apache.pekko.remote.artery.tcp.SSLEngineProviderSetup;

/** This process as a node of a cluster, and the pools that it shares with the others. */
public final class SharedPools {

  /** Of the actor that hears the mail of other nodes. */
  private static final String NODES = "cluster";

  private static final String JOINING = "cluster-joining";
  private static final String CERTIFICATE = "cluster-certificate";

  private final FenceTimes times;
  private final Vitals vitals;
  private final Post post;
  private final ActorRef<Object> nodes;
  private final Hearing hearing;
  private final CompletableFuture<Done> up = new CompletableFuture<>();
  private final CompletableFuture<Done> left = new CompletableFuture<>();
  private final Cluster cluster;
  private final Optional<String> predecessor;
  private final Optional<Behavior<Joining.Command>> joining;
  private final LongSupplier nanoTime;
  private final InstantSource wallClock;
  private final Map<String, Agent.Estate> estates = new ConcurrentHashMap<>();

  private SharedPools(
      FenceTimes times,
      Vitals vitals,
      Post post,
      ActorRef<Object> nodes,
      Cluster cluster,
      Optional<String> predecessor,
      Optional<Behavior<Joining.Command>> joining,
      LongSupplier nanoTime,
      InstantSource wallClock) {
    this.times = times;
    this.vitals = vitals;
    this.post = post;
    this.nodes = nodes;
    this.cluster = cluster;
    this.predecessor = predecessor;
    this.joining = joining;
    hearing = new Hearing(ClusterConfig.poolsOf(cluster.selfMember().getRoles()));
    this.nanoTime = nanoTime;
    this.wallClock = wallClock;
  }

  /**
   * What the actor system has to be started with.
   *
   * @param base without it
   * @param pools names of the shared ones; they cannot change while it runs
   * @param beside the port of the generation before, if it follows one
   * @throws IllegalStateException if its certificate cannot be used any more
   */
  public static ActorSystemSetup setup(
      Config base,
      ClusterSettings settings,
      List<String> pools,
      OptionalInt beside,
      UnaryOperator<Config> alsoSaid) {
    Setup configuration =
        BootstrapSetup.create(alsoSaid.apply(ClusterConfig.over(base, settings, pools, beside)));
    if (settings.tls().isEmpty()) {
      return ActorSystemSetup.create(configuration);
    }
    NodeTls tls = NodeTls.of(settings.tls().get(), settings.host());
    return ActorSystemSetup.create(
        configuration, tls, SSLEngineProviderSetup.create(system -> tls));
  }

  /**
   * Joins the cluster, or forms one; an actor of the context's does the rest.
   *
   * @param predecessor {@code host:port} of the generation before; then it joins only when it is
   *     told to, and never forms a cluster
   */
  public static SharedPools join(
      ActorContext<?> context,
      ClusterSettings settings,
      Supervision supervision,
      Resolver resolver,
      Optional<String> predecessor,
      LongSupplier nanoTime,
      InstantSource wallClock) {
    Cluster cluster = Cluster.get(context.getSystem());
    NodeId self = Post.idOf(cluster.selfMember());
    FenceTimes times = FenceTimes.of(settings.fenceAfter());
    long nowNanos = nanoTime.getAsLong();
    Vitals vitals = new Vitals(nowNanos);
    Nodes.Estate estate = new Nodes.Estate(self, times, nowNanos);
    Nodes.Surroundings around =
        new Nodes.Surroundings(supervision, times, predecessor.isPresent(), nanoTime, wallClock);
    Post post = new Post(context.getSystem(), self, context.getSelf().path().child(NODES));
    ActorRef<Object> nodes =
        context.spawn(supervision.neverGivingUp(Nodes.create(around, estate, vitals, post)), NODES);
    context
        .getSystem()
        .settings()
        .setup()
        .get(NodeTls.class)
        .ifPresent(tls -> lookAfter(tls, context, supervision, wallClock));
    Optional<Behavior<Joining.Command>> joining =
        Seeds.of(settings, resolver)
            .map(s -> supervision.neverGivingUp(Joining.create(s, settings.upgradePort())));
    SharedPools pools =
        new SharedPools(
            times, vitals, post, nodes, cluster, predecessor, joining, nanoTime, wallClock);
    pools.noteOwnFate(context.getSystem());
    closePortWhenPutOut(Adapter.toClassic(context.getSystem()));
    if (predecessor.isEmpty()) {
      pools.join(context);
    }
    return pools;
  }

  private void join(ActorContext<?> context) {
    if (joining.isEmpty()) {
      cluster.manager().tell(Join.create(cluster.selfMember().address()));
    }
    lookForSeeds(context);
  }

  /** Has those told of who are not in this node's cluster, whom it joins if it is in none. */
  public void lookForSeeds(ActorContext<?> context) {
    joining.ifPresent(behavior -> context.spawn(behavior, JOINING));
  }

  private void noteOwnFate(ActorSystem<?> system) {
    var classic = org.apache.pekko.cluster.Cluster.get(system);
    classic.registerOnMemberUp(() -> up.complete(Done.getInstance()));
    classic.registerOnMemberRemoved(() -> left.complete(Done.getInstance()));
  }

  /**
   * Whoever was put out is not to be in the next generation's way, whatever hangs in its system.
   */
  private static void closePortWhenPutOut(org.apache.pekko.actor.ActorSystem system) {
    CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
    shutdown.addTask(
        CoordinatedShutdown.PhaseBeforeActorSystemTerminate(),
        "close-port",
        () ->
            shutdown
                    .getShutdownReason()
                    .equals(Optional.of(CoordinatedShutdown.clusterDowningReason()))
                ? closePort(system)
                : CompletableFuture.completedStage(Done.getInstance()));
  }

  /** Pekko does this only when it ends the actor system; but the next generation needs the port. */
  private static CompletionStage<Done> closePort(org.apache.pekko.actor.ActorSystem system) {
    return system instanceof ExtendedActorSystem extended
            && extended.provider() instanceof RemoteActorRefProvider provider
        ? asJava(provider.transport().shutdown())
        : CompletableFuture.completedStage(Done.getInstance());
  }

  /** At which port other nodes reach this one. */
  public int port() {
    return post.self().port();
  }

  /** Joins by the generation before. Completes when this node is a member like any other. */
  public CompletionStage<Done> joinBeside() {
    Address address =
        AddressFromURIString.parse(
            "pekko://" + post.system().name() + "@" + predecessor.orElseThrow());
    cluster.manager().tell(Join.create(address));
    return up.copy();
  }

  /**
   * Removes from the cluster whatever came beside this node to follow it: it has not, and would
   * count for ever if it hangs. What heeds that ends; what is already leaving is let go.
   *
   * @return where other nodes reached each of them
   */
  public List<String> putOutSuccessors() {
    List<Member> successors = Membership.successors(cluster);
    successors.forEach(member -> cluster.manager().tell(new Down(member.address())));
    return successors.stream().map(member -> Post.idOf(member).toString()).toList();
  }

  /** Completes when those who decide for the pools know what this node's sessions have. */
  public CompletionStage<Done> heard() {
    return hearing.over();
  }

  private static void lookAfter(
      NodeTls tls, ActorContext<?> context, Supervision supervision, InstantSource wallClock) {
    Certificate.Estate estate = new Certificate.Estate(tls.tls(), wallClock);
    context.spawn(supervision.neverGivingUp(Certificate.create(estate)), CERTIFICATE);
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
    // A proxy that has failed is not handed over: nobody will tell its next life to go on.
    estate.succession.thaw();
    Agent.Surroundings around =
        new Agent.Surroundings(nodes, post, vitals, times, hearing::heard, nanoTime, wallClock);
    return Agent.create(pool, roster, estate, around, sessions);
  }

  /** Whether this node is in contact with the majority, so that shared slots are used. */
  public boolean haveMajority() {
    long sinceNanos = nanoTime.getAsLong() - vitals.majorityAtNanos();
    return times.contact(sinceNanos) == Contact.KEPT;
  }

  /**
   * Leaves the cluster, in which no session of this node has anything any more. Completes when that
   * is done, and nothing of it runs any more.
   */
  public CompletionStage<Done> depart() {
    nodes.tell(Nodes.Depart.INSTANCE);
    CoordinatedShutdown shutdown = CoordinatedShutdown.get(Adapter.toClassic(post.system()));
    return left.thenCompose(
        removed -> asJava(shutdown.run(CoordinatedShutdown.clusterLeavingReason())));
  }

  /**
   * It has left: nothing is to be done any more, and nothing listens for other nodes. The actor
   * system goes on, for sessions that another generation stands for.
   */
  public void end(ActorContext<?> context) {
    for (String child : List.of(NODES, JOINING, CERTIFICATE)) {
      context.getChild(child).ifPresent(context::stop);
    }
    CompletionStage<Done> unused = closePort(Adapter.toClassic(post.system()));
  }
}
