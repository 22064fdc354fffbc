package io.tcpbalance;

import static java.util.function.Predicate.not;

import io.tcpbalance.admin.ReloadReport;
import io.tcpbalance.admin.Texts;
import io.tcpbalance.admin.UpgradeRefused;
import io.tcpbalance.bootstrap.Code;
import io.tcpbalance.bootstrap.Ground;
import io.tcpbalance.cli.ExitCode;
import io.tcpbalance.cluster.SharedPools;
import io.tcpbalance.cluster.remote.RemoteControl;
import io.tcpbalance.config.LoadedSettings;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.config.Settings;
import io.tcpbalance.proxy.ProxySupervisor;
import io.tcpbalance.proxy.ProxySurroundings;
import io.tcpbalance.proxy.Succession;
import io.tcpbalance.state.OperatorRecords;
import io.tcpbalance.state.State;
import io.tcpbalance.state.StateRecorder;
import io.tcpbalance.supervision.Supervision;
import io.tcpbalance.upgrade.Handover;
import java.net.InetSocketAddress;
import java.nio.channels.Channel;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.pattern.StatusReply;

/**
 * The root of the supervisor tree: owns the relay loops, the resolver and the reader of statistics,
 * starts the proxies and the interfaces, and ends the process by stopping.
 *
 * <p>{@code serving → stopping}. An address that cannot be bound at the start ends it.
 */
final class Guardian extends AbstractBehavior<Guardian.Command> {

  /** What the root is told. */
  sealed interface Command
      permits Order,
          ClusterPlace.Step,
          Draining.Drained,
          Interfaces.News,
          Reloader.Step,
          Replacement.Step {}

  /** What others tell it, and it itself. */
  sealed interface Order extends Command {}

  /** Takes no new clients, lets sessions finish for the grace, then ends. */
  enum Stop implements Order {
    INSTANCE
  }

  /**
   * Reads the configuration again and puts it into effect. Always answered; one after the other.
   *
   * @param askedBy for the log
   */
  record ReloadConfiguration(String askedBy, ActorRef<ReloadReport> replyTo) implements Order {}

  /**
   * Replaces the program's code by this. Answered when the new code serves, or with {@link
   * UpgradeRefused}.
   */
  record Upgrade(Code code, ActorRef<StatusReply<Integer>> replyTo) implements Order {}

  /** Asks for what proxies need that serve nobody. Answered when it is ready for {@link Begin}. */
  record Prepare(ActorRef<ProxySurroundings> replyTo) implements Order {}

  /** Becomes a member of the cluster, if it is to be one. Answered when it is, if ever. */
  record JoinCluster(ActorRef<Done> replyTo) implements Order {}

  /** Starts the proxies with what another generation leaves. Answered when they are ready. */
  record Begin(
      Map<String, Succession.Inheritance> inheritances,
      Map<String, Channel> channels,
      ActorRef<StatusReply<Map<String, ActorRef<ProxySupervisor.Command>>>> replyTo)
      implements Order {}

  /**
   * The generation before allows others at the addresses of its interfaces. Answered when they
   * listen; one that cannot does so later.
   */
  record OpenInterfaces(ActorRef<Done> replyTo) implements Order {}

  /** The generation before has handed everything over. */
  enum Serve implements Order {
    INSTANCE
  }

  /** Nothing is taken over from the generation before: ends, without a trace in the cluster. */
  enum GiveUp implements Order {
    INSTANCE
  }

  /** The generation that follows stands in the cluster for what there is here. */
  enum LeaveCluster implements Order {
    INSTANCE
  }

  private enum LingeredOn implements Order {
    INSTANCE
  }

  private enum PredecessorGone implements Order {
    INSTANCE
  }

  /** A proxy does. */
  record Listening(ProxySettings proxy, InetSocketAddress address) implements Order {}

  private record NotListening(String what, String reason) implements Order {}

  private record LoopBroken(Throwable cause) implements Order {}

  private enum GraceOver implements Order {
    INSTANCE
  }

  /** Pekko's own time-outs of what a leaving node does are shorter. */
  private static final Duration DEPART_TIMEOUT = Duration.ofSeconds(15);

  /** Longer than the interfaces' last requests may take. */
  private static final Duration LINGER = Duration.ofSeconds(5);

  private final TimerScheduler<Command> timers;
  private final Ending ending;
  private final Supervision supervision;
  private final Machinery machinery;
  private final ClusterPlace cluster;
  private final ProxyChildren proxies;
  private final Draining draining;
  private final Interfaces interfaces;
  private final Reloader reloader;
  private final Replacement replacement;
  private final Takeover takeover;

  /** Whether the last requests of the interfaces may be under way, after another has followed. */
  private boolean lingers;

  /** Whether nobody gives clients to this generation any more, or tells it news. */
  private boolean predecessorGone;

  private boolean stopping;

  private Guardian(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      LoadedSettings started,
      ConfigurationSource source,
      State state,
      Supervision supervision,
      Ground ground,
      Optional<Handover> follows,
      Ending ending) {
    super(context);
    context.setLoggerName(Guardian.class); // Not that of whoever of its helpers logs first.
    this.timers = timers;
    this.ending = ending;
    this.supervision = supervision;
    Settings settings = started.settings();
    if (supervision.drills()) {
      context
          .getLog()
          .warn("fault-injection is on: whoever may use the HTTP interface can kill any actor");
    }
    ActorRef<Command> self = context.getSelf();
    machinery =
        new Machinery(
            context.getSystem(), settings, ground, cause -> self.tell(new LoopBroken(cause)));
    ground.countClients(machinery::clients);
    Optional<SharedPools> shared = joinCluster(settings, follows);
    cluster = new ClusterPlace(context, shared, ground);
    Optional<RemoteControl> remote =
        shared.map(pools -> RemoteControl.start(context, supervision, pools::haveMajority));
    Optional<ActorRef<StateRecorder.Command>> recorder = state.recorder().map(this::startRecorder);
    proxies = new ProxyChildren(context, surroundings(shared, state), state, recorder);
    draining = new Draining(context, proxies);
    reloader =
        new Reloader(context, started, source, proxies, draining::begin, this::obstacleToReload);
    OperatorRecords records = new OperatorRecords(state.audit(), recorder, context.getSystem());
    Operators operators =
        Operators.of(self, context.getSystem().scheduler(), ground, settings, records);
    interfaces =
        new Interfaces(context, settings, supervision, proxies, operators, remote, follows);
    replacement = new Replacement(context, ground, state, proxies, interfaces, machinery, cluster);
    takeover = new Takeover(context, state, proxies);
    predecessorGone = follows.isEmpty();
    if (predecessorGone) {
      settings.proxies().forEach(proxy -> proxies.start(proxy, birth()));
      interfaces.start();
    } else {
      context.pipeToSelf(ground.predecessorGone(), (gone, failure) -> PredecessorGone.INSTANCE);
    }
  }

  /**
   * The root.
   *
   * @param started what the configuration says now
   * @param source where it comes from
   * @param state is closed by the caller, after the actor system has ended
   * @param ground of this generation
   * @param follows what it is to take over, on {@link Begin}; empty if it is the first
   * @param ending is told why the process ends, and when
   */
  static Behavior<Command> create(
      LoadedSettings started,
      ConfigurationSource source,
      State state,
      Ground ground,
      Optional<Handover> follows,
      Ending ending) {
    Settings settings = started.settings();
    Supervision supervision = new Supervision(settings.supervision(), settings.faultInjection());
    return create(started, source, state, supervision, ground, follows, ending);
  }

  /** The root of a tree that is supervised as it is said here. */
  static Behavior<Command> create(
      LoadedSettings started,
      ConfigurationSource source,
      State state,
      Supervision supervision,
      Ground ground,
      Optional<Handover> follows,
      Ending ending) {
    return supervision.root(
        Behaviors.withTimers(
            timers ->
                Behaviors.setup(
                    context ->
                        new Guardian(
                            context,
                            timers,
                            started,
                            source,
                            state,
                            supervision,
                            ground,
                            follows,
                            ending))));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Listening.class, this::onListening)
        .onMessage(NotListening.class, this::onNotListening)
        .onMessage(Interfaces.News.class, this::onInterfacesNews)
        .onMessage(LoopBroken.class, this::onLoopBroken)
        .onMessage(ReloadConfiguration.class, this::onReloadConfiguration)
        .onMessage(Reloader.Step.class, this::onReloaderStep)
        .onMessage(Upgrade.class, this::onUpgrade)
        .onMessage(Replacement.Step.class, this::onReplacementStep)
        .onMessage(Prepare.class, this::onPrepare)
        .onMessage(JoinCluster.class, this::onJoinCluster)
        .onMessage(Begin.class, this::onBegin)
        .onMessage(OpenInterfaces.class, this::onOpenInterfaces)
        .onMessage(Serve.class, m -> onServe())
        .onMessage(GiveUp.class, m -> onGiveUp())
        .onMessage(LeaveCluster.class, m -> onLeaveCluster())
        .onMessage(ClusterPlace.Step.class, this::onClusterStep)
        .onMessage(PredecessorGone.class, m -> onPredecessorGone())
        .onMessage(LingeredOn.class, m -> onLingeredOn())
        .onMessage(Stop.class, m -> onStop())
        .onMessage(Draining.Drained.class, this::onDrained)
        .onMessage(GraceOver.class, m -> onGraceOver())
        .onSignal(Terminated.class, this::onTerminated)
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Optional<SharedPools> joinCluster(Settings settings, Optional<Handover> follows) {
    if (!settings.cluster().enabled()) {
      return Optional.empty();
    }
    return Optional.of(
        SharedPools.join(
            getContext(),
            settings.cluster(),
            supervision,
            machinery.resolver(),
            follows.map(before -> Texts.hostAndPort(before.cluster(), before.clusterPort())),
            System::nanoTime,
            InstantSource.system()));
  }

  private ProxySurroundings surroundings(Optional<SharedPools> shared, State state) {
    ProxySurroundings alone = machinery.surroundings(supervision, state.audit());
    return shared.map(pools -> sharing(pools, alone)).orElse(alone);
  }

  private static ProxySurroundings sharing(SharedPools pools, ProxySurroundings alone) {
    return alone.balancedBy(
        (settings, pool, roster, sessions) ->
            settings.shared()
                ? pools.agent(settings.name(), pool, roster, sessions)
                : alone.balancing().balancer(settings, pool, roster, sessions));
  }

  private ActorRef<StateRecorder.Command> startRecorder(Behavior<StateRecorder.Command> behavior) {
    return getContext()
        .spawn(supervision.neverGivingUp(behavior), "state", DispatcherSelector.blocking());
  }

  private ProxySupervisor.Birth birth() {
    ActorRef<Command> self = getContext().getSelf();
    return new ProxySupervisor.Birth() {
      @Override
      public void listening(ProxySettings proxy, InetSocketAddress address) {
        self.tell(new Listening(proxy, address));
      }

      @Override
      public void notListening(ProxySettings proxy, String reason) {
        String address = proxy.listen().host() + ":" + proxy.listen().port();
        self.tell(
            new NotListening("proxy " + proxy.name() + " cannot listen on " + address, reason));
      }
    };
  }

  private Behavior<Command> onUpgrade(Upgrade m) {
    replacement.begin(m, reloader.running().settings(), obstacleToUpgrade());
    return this;
  }

  private Optional<String> obstacleToUpgrade() {
    if (stopping || replacement.isUnderWay() || !reloader.isIdle()) {
      return Optional.of(
          "the daemon is stopping, or its code or configuration is being replaced; try again");
    }
    return Optional.empty();
  }

  /** What is left are sessions that have a slot, and the answer to who asked. */
  private Behavior<Command> onReplacementStep(Replacement.Step m) {
    if (!replacement.end(m)) {
      return this;
    }
    lingers = true;
    timers.startSingleTimer(LingeredOn.INSTANCE, LINGER);
    interfaces.leave();
    return stopping
        ? endIfDrained()
        : leave(reloader.running().settings().upgrade().drainTimeout());
  }

  private Behavior<Command> onLingeredOn() {
    lingers = false;
    return endIfDrained();
  }

  /** It may have given its last client away at the last moment: asks once more who is left. */
  private Behavior<Command> onPredecessorGone() {
    predecessorGone = true;
    proxies.all().forEach(proxy -> proxy.tell(Succession.AncestorGone.INSTANCE));
    if (stopping) {
      draining.begin();
    }
    return this;
  }

  private Behavior<Command> onPrepare(Prepare m) {
    m.replyTo().tell(machinery.apart());
    return this;
  }

  private Behavior<Command> onJoinCluster(JoinCluster m) {
    cluster.join(m.replyTo());
    return this;
  }

  private Behavior<Command> onServe() {
    takeover.reconfigure(settingsOf(not(ProxySettings::shared)));
    cluster.serves(() -> takeover.reconfigure(settingsOf(ProxySettings::shared)));
    return this;
  }

  private Behavior<Command> onGiveUp() {
    stopping = true;
    predecessorGone = true;
    return endIfDrained();
  }

  private Behavior<Command> onLeaveCluster() {
    cluster.leave();
    return this;
  }

  private Behavior<Command> onClusterStep(ClusterPlace.Step m) {
    cluster.goOn(m);
    return stopping ? endIfDrained() : this;
  }

  private Behavior<Command> onBegin(Begin m) {
    List<ProxySettings> settings = reloader.running().settings().proxies();
    return takeover.begin(m, settings, birth()).map(this::fails).orElse(this);
  }

  private Behavior<Command> onOpenInterfaces(OpenInterfaces m) {
    interfaces.start(m.replyTo());
    return this;
  }

  private List<ProxySettings> settingsOf(Predicate<ProxySettings> wanted) {
    return reloader.running().settings().proxies().stream().filter(wanted).toList();
  }

  private Behavior<Command> onReloadConfiguration(ReloadConfiguration m) {
    reloader.begin(m);
    return this;
  }

  private Optional<String> obstacleToReload() {
    if (stopping) {
      return Optional.of("the daemon is stopping");
    }
    return replacement.isUnderWay()
        ? Optional.of("the code is being replaced; try again")
        : Optional.empty();
  }

  private Behavior<Command> onReloaderStep(Reloader.Step m) {
    reloader.goOn(m);
    return this;
  }

  private Behavior<Command> onInterfacesNews(Interfaces.News m) {
    return interfaces.hear(m).map(this::fails).orElse(this);
  }

  private Behavior<Command> onListening(Listening m) {
    getContext()
        .getLog()
        .info(
            "proxy {} listens on {} ({}, {} back-ends)",
            m.proxy().name(),
            m.address(),
            m.proxy().protocol().name().toLowerCase(Locale.ROOT),
            proxies.backendCount(m.proxy().name()));
    takeover.listens(m.proxy().name());
    return this;
  }

  private Behavior<Command> onNotListening(NotListening m) {
    return fails(m.what() + ": " + m.reason());
  }

  private Behavior<Command> fails(String reason) {
    getContext().getLog().error("{}", reason);
    ending.code().complete(ExitCode.UNAVAILABLE);
    return takeover.fail(reason) ? this : Behaviors.stopped();
  }

  private Behavior<Command> onLoopBroken(LoopBroken m) {
    getContext()
        .getLog()
        .error("a relay loop is broken, its sessions are lost: the end", m.cause());
    ending.code().complete(ExitCode.SOFTWARE);
    return takeover.fail("a relay loop is broken") ? this : Behaviors.stopped();
  }

  /** A proxy that serves stops by itself only when it has failed too often. */
  private Behavior<Command> onTerminated(Terminated m) {
    if (proxies.hasDeparted(m.getRef())) {
      draining.hasEnded(m.getRef());
      return stopping ? endIfDrained() : this;
    }
    String what = m.getRef().path().name() + " has failed for good";
    getContext().getLog().error("{}: the end", what);
    ending.code().complete(ExitCode.SOFTWARE);
    return takeover.fail(what) ? this : Behaviors.stopped();
  }

  private Behavior<Command> onStop() {
    if (stopping) {
      timers.startSingleTimer(GraceOver.INSTANCE, reloader.running().settings().shutdownGrace());
      return this;
    }
    return leave(reloader.running().settings().shutdownGrace());
  }

  private Behavior<Command> leave(Duration grace) {
    stopping = true;
    ending.code().complete(ExitCode.DONE);
    getContext().getLog().info("stopping: sessions may finish within {} s", grace.toSeconds());
    draining.begin();
    timers.startSingleTimer(GraceOver.INSTANCE, grace);
    return endIfDrained();
  }

  /** Others need not wait for slots of a node that says good-bye. */
  private Behavior<Command> endIfDrained() {
    if (!draining.isOver() || !predecessorGone || lingers) {
      return this;
    }
    if (cluster.isOver()) {
      return Behaviors.stopped();
    }
    cluster.leave();
    timers.startSingleTimer(GraceOver.INSTANCE, DEPART_TIMEOUT);
    return this;
  }

  private Behavior<Command> onDrained(Draining.Drained m) {
    draining.end(m);
    return stopping ? endIfDrained() : this;
  }

  private Behavior<Command> onGraceOver() {
    getContext().getLog().warn("the grace is over: closing what is left");
    return Behaviors.stopped();
  }

  private Behavior<Command> onPostStop() {
    replacement.close();
    machinery.close();
    ending.stopped().complete(Done.getInstance());
    return this;
  }
}
