package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.PoolSettings;
import io.tcpbalance.balancer.Roster;
import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.Difference;
import io.tcpbalance.config.JobSettings;
import io.tcpbalance.config.Protocol;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.distcc.JobRules;
import io.tcpbalance.distcc.WireLimits;
import io.tcpbalance.dns.Resolver;
import io.tcpbalance.health.HealthMonitor;
import io.tcpbalance.health.StatsPages;
import io.tcpbalance.metrics.ProxyMetrics;
import io.tcpbalance.relay.JobPolicy;
import io.tcpbalance.relay.RelayGroup;
import io.tcpbalance.relay.RelayLoops;
import io.tcpbalance.relay.RelayPolicy;
import io.tcpbalance.relay.Surrendered;
import io.tcpbalance.state.AuditTrail;
import io.tcpbalance.state.PoolChanges;
import io.tcpbalance.state.PoolMerge;
import io.tcpbalance.supervision.Kill;
import io.tcpbalance.supervision.Supervision;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.StashBuffer;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * One proxy: owns its listening socket, the group of its relays and the roster, and is the parent
 * of its balancer, sessions, listener and health monitor. The way in for operators.
 *
 * <p>{@code starting → running → draining}. Its restart closes all of its clients, and binds anew
 * only after the last of their sockets is closed, so that no back-end ever sees two lives' sessions
 * at once. The roster survives it.
 */
public final class ProxySupervisor extends AbstractBehavior<ProxySupervisor.Command> {

  /** What a proxy is told. */
  public sealed interface Command {}

  /** Asks what this proxy is. Not answered before it listens. */
  public record Describe(ActorRef<ProxyDescription> replyTo) implements Command {}

  /** Something for its balancer. */
  public record Operate(Balancer.Operation operation) implements Command {}

  /** Asks for the sessions, in the order of their accept. */
  public record ListSessions(int limit, ActorRef<List<SessionStatus>> replyTo) implements Command {}

  /**
   * Asks for the sessions that have a slot, in the order of their accept, and for these others, in
   * any order.
   */
  public record ListServed(int limit, Set<Long> others, ActorRef<List<SessionStatus>> replyTo)
      implements Command {
    public ListServed {
      others = Set.copyOf(others);
    }
  }

  /** Ends one session; answers whether there was one. */
  public record CloseSession(long id, ActorRef<Boolean> replyTo) implements Command {}

  /** Makes the actor of one session throw, where drills are on; answers whether there was one. */
  public record KillSession(long id, Kill kill, ActorRef<Boolean> replyTo) implements Command {}

  /**
   * Goes on by other settings of the same proxy and protocol, in this life and those to come. No
   * session is closed; what is said of time-outs holds for those that there are too, but for those
   * of jobs. An address that cannot be bound changes nothing.
   */
  public record Reconfigure(ProxySettings settings, ActorRef<Reconfigured> replyTo)
      implements Command {}

  /**
   * What came of it.
   *
   * @param changes in words, none if everything is as it was
   * @param overruled what operators had changed and the configuration says otherwise by now
   * @param failure why nothing, or not all, was changed
   */
  public record Reconfigured(
      List<String> changes, List<String> overruled, Optional<String> failure) {
    public Reconfigured {
      changes = List.copyOf(changes);
      overruled = List.copyOf(overruled);
    }

    /** Nothing has changed. */
    public static Reconfigured failed(String reason) {
      return new Reconfigured(List.of(), List.of(), Optional.of(reason));
    }
  }

  /**
   * Prepares to be followed by another generation's proxy: takes no more clients, which wait in the
   * kernel's queue, and grants nothing. To be followed by {@link GiveAway} or {@link KeepAll}.
   */
  public record Bequeath(ActorRef<StatusReply<Bequest>> replyTo) implements Command {}

  /** Goes on as before {@link Bequeath}, whether that has been answered or not. */
  public enum KeepAll implements Command {
    INSTANCE
  }

  /**
   * The heir serves: it gets who wants a slot, at once and from now on, and learns what becomes of
   * the slots that sessions here have. {@link Drain} is to follow.
   */
  public record GiveAway(Heir heir) implements Command {}

  /** Tells a session here what the heir's balancer has to say of its lease. */
  public record TellHolder(long session, Balancer.SessionMessage message) implements Command {}

  /** Takes a client that the generation before has given away. */
  public record Adopt(Surrendered client, Past past) implements Command {}

  /** The door that was inherited may be opened: nobody else will. */
  public enum OpenDoor implements Command {
    INSTANCE
  }

  /** Learns what becomes of what the generation before has here. */
  public record Learn(Balancer.LeaseFact fact) implements Command {}

  /** Stops accepting; answered when the address is free for others. {@link Drain} is to follow. */
  public record StopListening(ActorRef<Done> replyTo) implements Command {}

  /** Stops accepting; answered when the last session has ended. */
  public record Drain(ActorRef<Drained> replyTo) implements Command {}

  /** All sessions of the proxy have ended, and no new ones come. */
  public record Drained(ActorRef<Command> proxy) {}

  private record DoorReleased(ServerSocketChannel channel, ActorRef<StatusReply<Bequest>> replyTo)
      implements Command {}

  private record SessionsPaused(Sessions.Paused sessions, ActorRef<StatusReply<Bequest>> replyTo)
      implements Command {}

  private record BalancerFrozen(
      Sessions.Paused sessions, Balancer.Frozen pool, ActorRef<StatusReply<Bequest>> replyTo)
      implements Command {}

  private record NotBequeathed(String reason, ActorRef<StatusReply<Bequest>> replyTo)
      implements Command {}

  private enum ArrivalOver implements Command {
    INSTANCE
  }

  private enum SocketsClosed implements Command {
    INSTANCE
  }

  private record LeaveDoor(Doors.Door door) implements Command {}

  private record PoolReconfigured(
      Reconfigure request, List<String> changes, Balancer.@Nullable Reconfigured pool)
      implements Command {}

  private record NotListeningAnyMore(ActorRef<Done> replyTo) implements Command {}

  private record DoorClosed(ActorRef<Drained> replyTo) implements Command {}

  /** What a proxy has from the generation before. */
  public record Inheritance(Bequest bequest, Legacy.Ancestor ancestor) {}

  /** Told once in each life, when the proxy listens or cannot. */
  public interface Birth {

    /** It listens. */
    void listening(ProxySettings proxy, InetSocketAddress address);

    /** The address cannot be bound. */
    void notListening(ProxySettings proxy, String reason);
  }

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

  /**
   * What a proxy needs from outside.
   *
   * @param balancing asked once in each life of the proxy
   */
  public record Surroundings(
      Supervision supervision,
      RelayLoops loops,
      Resolver resolver,
      StatsPages statsPages,
      AuditTrail audit,
      LongSupplier nanoTime,
      InstantSource wallClock,
      Balancing balancing) {

    /** The same, where others give the slots. */
    public Surroundings balancedBy(Balancing other) {
      return new Surroundings(
          supervision, loops, resolver, statsPages, audit, nanoTime, wallClock, other);
    }

    /** Those of proxies with balancers of their own. */
    public Surroundings(
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

  /** What outlives a life of this actor. */
  private static final class Estate {
    final Roster.Holder roster;
    ProxySettings settings;

    /** Of the settings that the balancer knows. */
    List<BackendSettings> configured;

    final JobCounters jobCounters = new JobCounters();
    final ProxyMetrics metrics = new ProxyMetrics();
    final Complaints complaints;
    final Legacy legacy;

    /** The listening socket of the generation before, until it is used. */
    @Nullable ServerSocketChannel inheritedDoor;

    /** A port that the system chose is kept for the lives to come. */
    int port;

    /** Later failures to bind are failures of a running proxy, and count as restarts. */
    boolean hasListened;

    /** Who asked for the end of this proxy: from then on no life of it takes new clients. */
    @Nullable ActorRef<Drained> toldWhenDrained;

    CompletionStage<?> socketsClosed = CompletableFuture.completedStage(null);

    Estate(
        Roster.Holder roster,
        ProxySettings settings,
        Complaints complaints,
        Optional<Inheritance> inheritance) {
      this.roster = roster;
      this.settings = settings;
      this.complaints = complaints;
      port = settings.listen().port();
      legacy = inheritance.map(i -> Legacy.of(i.bequest(), i.ancestor())).orElseGet(Legacy::none);
      configured = inheritance.map(i -> i.bequest().configured()).orElse(settings.backends());
      inheritedDoor = inheritance.map(i -> i.bequest().door()).orElse(null);
    }
  }

  private static final int MOST_EARLY_MESSAGES = 1000;

  /** An address is left so long after another one is bound: longer than a handshake takes. */
  private static final Duration LEAVING = Duration.ofSeconds(2);

  /** Who does not come from the generation before in this time is not waited for. */
  private static final Duration ARRIVAL = Duration.ofSeconds(2);

  private static final Duration POOL_TIMEOUT = Duration.ofSeconds(3);

  private final StashBuffer<Command> early;
  private final Surroundings around;
  private final Estate estate;
  private final Birth birth;
  private final RelayGroup group;
  private @Nullable Running running;

  /** Set while it is prepared to be followed, and not yet followed. */
  private boolean bequeathing;

  /** What the heir gets, until it serves. */
  private @Nullable Bequest bequest;

  private @Nullable ServerSocketChannel releasedDoor;

  /** Whether the door is the generation's before yet, and is not to be opened or closed. */
  private boolean doorIsLent;

  private record Running(
      Doors doors,
      Admission admission,
      ActorRef<Balancer.Command> balancer,
      ActorRef<Balancer.RegistrarMessage> sessions,
      ActorRef<Balancer.WatcherMessage> health,
      ActorRef<Listener.Command> listener,
      IntSupplier clients) {}

  private ProxySupervisor(
      ActorContext<Command> context,
      StashBuffer<Command> early,
      Surroundings around,
      Estate estate,
      Birth birth) {
    super(context);
    this.early = early;
    this.around = around;
    this.estate = estate;
    this.birth = birth;
    ProxySettings settings = estate.settings;
    group = group(settings, around.loops().within(settings.clients().maxSessions()));
    context.pipeToSelf(estate.socketsClosed, (done, failure) -> SocketsClosed.INSTANCE);
  }

  /** A proxy whose back-ends are as they are configured, not yet supervised. */
  public static Behavior<Command> create(ProxySettings settings, Surroundings around, Birth birth) {
    Roster roster = Roster.of(settings.backends(), around.wallClock().instant());
    return create(settings, new Roster.Holder(roster), around, birth, Optional.empty());
  }

  /**
   * A proxy, not yet supervised.
   *
   * @param roster its back-ends, which need not be those of the settings
   * @param inheritance what the generation before has left, if there was one
   */
  public static Behavior<Command> create(
      ProxySettings settings,
      Roster.Holder roster,
      Surroundings around,
      Birth birth,
      Optional<Inheritance> inheritance) {
    Complaints complaints = new Complaints(settings.name(), around.nanoTime());
    Estate estate = new Estate(roster, settings, complaints, inheritance);
    return Behaviors.withStash(
        MOST_EARLY_MESSAGES,
        early ->
            Behaviors.setup(context -> new ProxySupervisor(context, early, around, estate, birth)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(SocketsClosed.class, m -> onSocketsClosed())
        .onMessage(Describe.class, this::onDescribe)
        .onMessage(Operate.class, this::onOperate)
        .onMessage(ListSessions.class, this::onListSessions)
        .onMessage(ListServed.class, this::onListServed)
        .onMessage(CloseSession.class, this::onCloseSession)
        .onMessage(KillSession.class, this::onKillSession)
        .onMessage(Reconfigure.class, this::onReconfigure)
        .onMessage(PoolReconfigured.class, this::onPoolReconfigured)
        .onMessage(LeaveDoor.class, this::onLeaveDoor)
        .onMessage(Bequeath.class, this::onBequeath)
        .onMessage(DoorReleased.class, this::onDoorReleased)
        .onMessage(SessionsPaused.class, this::onSessionsPaused)
        .onMessage(BalancerFrozen.class, this::onBalancerFrozen)
        .onMessage(NotBequeathed.class, this::onNotBequeathed)
        .onMessage(KeepAll.class, m -> onKeepAll())
        .onMessage(GiveAway.class, this::onGiveAway)
        .onMessage(TellHolder.class, this::onTellHolder)
        .onMessage(Adopt.class, this::onAdopt)
        .onMessage(OpenDoor.class, m -> onOpenDoor())
        .onMessage(Learn.class, this::onLearn)
        .onMessage(ArrivalOver.class, m -> onArrivalOver())
        .onMessage(StopListening.class, this::onStopListening)
        .onMessage(Drain.class, this::onDrain)
        .onMessage(DoorClosed.class, this::onDoorClosed)
        .onMessage(NotListeningAnyMore.class, this::onNotListeningAnyMore)
        .onSignal(Terminated.class, this::onChildGone)
        .onSignal(PreRestart.class, signal -> onEnd())
        .onSignal(PostStop.class, signal -> onEnd())
        .build();
  }

  /** Those of an earlier life, if there was one: now nobody is served by it any more. */
  private Behavior<Command> onSocketsClosed() throws IOException {
    if (estate.toldWhenDrained != null) {
      estate.toldWhenDrained.tell(new Drained(getContext().getSelf()));
      return this;
    }
    ServerSocketChannel channel;
    try {
      channel = door();
    } catch (IOException e) {
      if (estate.hasListened) {
        throw e;
      }
      birth.notListening(estate.settings, e.getMessage() == null ? e.toString() : e.getMessage());
      return Behaviors.stopped();
    }
    estate.hasListened = true;
    try {
      Running started = start(channel);
      running = started;
      listensAt(started.doors().address());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    return early.unstashAll(this);
  }

  private ServerSocketChannel door() throws IOException {
    ServerSocketChannel inherited = estate.inheritedDoor;
    estate.inheritedDoor = null;
    doorIsLent = inherited != null;
    return inherited != null ? inherited : Doors.bind(estate.settings.listen(), estate.port);
  }

  private void listensAt(InetSocketAddress address) {
    estate.port = address.getPort();
    birth.listening(estate.settings, address);
  }

  private Running start(ServerSocketChannel channel) throws IOException {
    ProxySettings settings = estate.settings;
    ActorRef<Balancer.SessionMessage> legacyHolder =
        estate.legacy.isNone()
            ? getContext().getSystem().deadLetters()
            : child(
                around.supervision().restarting(LegacyHolder.create(estate.legacy.ancestor())),
                "predecessor");
    if (!estate.legacy.arriving().isEmpty()) {
      getContext().scheduleOnce(ARRIVAL, getContext().getSelf(), ArrivalOver.INSTANCE);
    }
    Sessions.Surroundings forSessions =
        new Sessions.Surroundings(
            around.supervision(),
            around.resolver(),
            estate.complaints,
            estate.metrics,
            new ClientQuota(settings.clients().maxPerClient()),
            jobs(),
            trialRelays(),
            estate.legacy,
            legacyHolder,
            around.nanoTime(),
            around.wallClock());
    ActorRef<Balancer.RegistrarMessage> sessions =
        child(
            around.supervision().restartingBelowChildren(Sessions.create(forSessions)),
            SessionPath.parentName());
    ActorRef<Balancer.Command> balancer =
        child(
            around
                .supervision()
                .restarting(
                    around
                        .balancing()
                        .balancer(settings, poolSettings(settings), estate.roster, sessions)),
            "balancer");
    sessions.tell(new Sessions.Serve(balancer));
    HealthMonitor.Surroundings forHealth =
        new HealthMonitor.Surroundings(
            balancer,
            around.resolver(),
            around.loops()::tryConnect,
            Sessions.trials(sessions),
            around.statsPages(),
            around.nanoTime(),
            new Random());
    ActorRef<Balancer.WatcherMessage> health =
        child(
            around.supervision().neverGivingUp(HealthMonitor.create(settings.health(), forHealth)),
            "health");
    Admission admission = new Admission(settings.allow(), estate.complaints, sessions);
    if (doorIsLent) {
      admission.bar();
    }
    Doors doors = new Doors(around.loops(), group, admission, channel);
    ActorRef<Listener.Command> listener =
        child(
            around.supervision().restarting(Listener.create(admission, estate.complaints)),
            "listener");
    return new Running(
        doors, admission, balancer, sessions, health, listener, forSessions.registry::clients);
  }

  private static PoolSettings poolSettings(ProxySettings settings) {
    return new PoolSettings(
        settings.queue(), settings.health(), settings.protocol() == Protocol.DISTCC);
  }

  private TrialRelays trialRelays() {
    return new TrialRelays(group, estate.settings.health().trials());
  }

  private Session.Jobs jobs() {
    JobSettings jobs = estate.settings.jobs();
    return new Session.Jobs(
        estate.settings.name(), jobs, new JobLog(jobs.log()), estate.jobCounters, around.audit());
  }

  private <T> ActorRef<T> child(Behavior<T> behavior, String name) {
    ActorRef<T> child = getContext().spawn(behavior, name, DispatcherSelector.sameAsParent());
    getContext().watch(child);
    return child;
  }

  private static RelayGroup group(ProxySettings settings, RelayLoops loops) {
    return settings.protocol() == Protocol.TCP
        ? loops.streams(relayPolicy(settings))
        : loops.jobs(relayPolicy(settings), jobPolicy(settings.jobs()));
  }

  private static RelayPolicy relayPolicy(ProxySettings settings) {
    return new RelayPolicy(
        settings.connectTimeout(), settings.idleTimeout(), settings.protocol() == Protocol.TCP);
  }

  private static JobPolicy jobPolicy(JobSettings jobs) {
    JobRules rules = new JobRules(jobs.allowedCompilers(), jobs.forbiddenArguments());
    WireLimits limits = WireLimits.DEFAULT.withMaxRequestBytes(jobs.maxRequestSizeBytes());
    return new JobPolicy(
        jobs.receiveTimeout(),
        jobs.jobTimeout(),
        jobs.heartbeatInterval(),
        () -> new DistccJobWire(limits, rules));
  }

  private Behavior<Command> onDescribe(Describe m) {
    return onceRunning(
        m,
        r ->
            m.replyTo()
                .tell(
                    new ProxyDescription(
                        estate.settings,
                        r.doors().address(),
                        estate.toldWhenDrained == null,
                        r.clients().getAsInt(),
                        estate.metrics.snapshot(),
                        estate.jobCounters.snapshot(),
                        estate.complaints.counts())));
  }

  private Behavior<Command> onOperate(Operate m) {
    return onceRunning(m, r -> r.balancer().tell(m.operation()));
  }

  private Behavior<Command> onListSessions(ListSessions m) {
    return onceRunning(
        m, r -> r.sessions().tell(new Sessions.ListSessions(m.limit(), m.replyTo())));
  }

  private Behavior<Command> onListServed(ListServed m) {
    return onceRunning(
        m, r -> r.sessions().tell(new Sessions.ListServed(m.limit(), m.others(), m.replyTo())));
  }

  private Behavior<Command> onCloseSession(CloseSession m) {
    return onceRunning(m, r -> r.sessions().tell(new Sessions.CloseSession(m.id(), m.replyTo())));
  }

  private Behavior<Command> onKillSession(KillSession m) {
    return onceRunning(
        m, r -> r.sessions().tell(new Sessions.KillSession(m.id(), m.kill(), m.replyTo())));
  }

  private Behavior<Command> onReconfigure(Reconfigure m) {
    if (estate.toldWhenDrained != null) {
      m.replyTo().tell(Reconfigured.failed("it is being stopped"));
      return this;
    }
    return onceRunning(m, r -> reconfigure(m, r));
  }

  private void reconfigure(Reconfigure m, Running r) {
    ProxySettings before = estate.settings;
    ProxySettings now = m.settings();
    Optional<String> failure = listensElsewhere(before, now) ? move(r, now) : Optional.empty();
    if (failure.isPresent()) {
      m.replyTo().tell(Reconfigured.failed(failure.get()));
      return;
    }
    estate.settings = now;
    r.admission().allow(now.allow());
    if (now.protocol() == Protocol.TCP) {
      group.reconfigure(relayPolicy(now));
    } else {
      group.reconfigure(relayPolicy(now), jobPolicy(now.jobs()));
    }
    r.sessions().tell(new Sessions.Reconfigure(jobs(), trialRelays()));
    if (!now.health().equals(before.health())) {
      r.health().tell(new HealthMonitor.Reconfigure(now.health()));
    }
    List<String> changes =
        Difference.between(before, now).stream().map(Difference::toString).toList();
    reconfigurePool(m, r, changes);
  }

  private static boolean listensElsewhere(ProxySettings before, ProxySettings now) {
    return before.listen().port() != now.listen().port()
        || !before.listen().host().equals(now.listen().host());
  }

  /** Returns why it cannot. */
  private Optional<String> move(Running r, ProxySettings to) {
    try {
      Doors.Door left = r.doors().move(to.listen());
      getContext().scheduleOnce(LEAVING, getContext().getSelf(), new LeaveDoor(left));
    } catch (IOException e) {
      String address = to.listen().host() + ":" + to.listen().port();
      return Optional.of("it cannot listen on " + address + ": " + e.getMessage());
    }
    r.listener().tell(Listener.Moved.INSTANCE);
    estate.settings = to;
    listensAt(r.doors().address());
    return Optional.empty();
  }

  private Behavior<Command> onLeaveDoor(LeaveDoor m) throws IOException {
    if (running != null) {
      running.doors().leave(m.door());
    }
    return this;
  }

  /** What operators did to the back-ends holds, as it does when the daemon starts. */
  private void reconfigurePool(Reconfigure m, Running r, List<String> changes) {
    List<BackendSettings> base = estate.configured;
    List<BackendSettings> wanted = m.settings().backends();
    PoolSettings settings = poolSettings(m.settings());
    getContext()
        .ask(
            Balancer.Reconfigured.class,
            r.balancer(),
            POOL_TIMEOUT,
            (ActorRef<Balancer.Reconfigured> to) ->
                new Balancer.Reconfigure(now -> merged(base, wanted, now).backends(), settings, to),
            (pool, failure) -> new PoolReconfigured(m, changes, pool));
  }

  private static PoolMerge.Merged merged(
      List<BackendSettings> base, List<BackendSettings> wanted, List<BackendSettings> now) {
    return PoolMerge.merge(wanted, PoolChanges.between(base, now));
  }

  private Behavior<Command> onPoolReconfigured(PoolReconfigured m) {
    Balancer.Reconfigured pool = m.pool();
    if (pool == null) {
      m.request()
          .replyTo()
          .tell(
              new Reconfigured(
                  m.changes(),
                  List.of(),
                  Optional.of("its back-ends are as before: the balancer did not answer")));
      return this;
    }
    List<BackendSettings> wanted = m.request().settings().backends();
    List<String> overruled = merged(estate.configured, wanted, pool.before()).overruled();
    estate.configured = wanted;
    List<String> changes = new ArrayList<>(m.changes());
    PoolChanges.between(pool.before(), pool.after()).words("before").stream()
        .map(words -> "back-end " + words)
        .forEach(changes::add);
    m.request().replyTo().tell(new Reconfigured(changes, overruled, Optional.empty()));
    return this;
  }

  private Behavior<Command> onBequeath(Bequeath m) {
    if (estate.toldWhenDrained != null || bequeathing) {
      m.replyTo().tell(StatusReply.error("it is being stopped or replaced already"));
      return this;
    }
    return onceRunning(
        m,
        r -> {
          bequeathing = true;
          getContext()
              .pipeToSelf(
                  r.doors().release(),
                  (channel, failure) -> new DoorReleased(channel, m.replyTo()));
        });
  }

  /** Asked after the door is shut, so that all who came by it are counted. */
  private Behavior<Command> onDoorReleased(DoorReleased m) {
    releasedDoor = m.channel();
    if (!bequeathing) {
      reopen();
      return this;
    }
    return onceRunning(
        m,
        r ->
            getContext()
                .ask(
                    Sessions.Paused.class,
                    r.sessions(),
                    POOL_TIMEOUT,
                    Sessions.Pause::new,
                    (paused, failure) ->
                        paused == null
                            ? new NotBequeathed("its sessions do not answer", m.replyTo())
                            : new SessionsPaused(paused, m.replyTo())));
  }

  private Behavior<Command> onSessionsPaused(SessionsPaused m) {
    return onceRunning(
        m,
        r ->
            getContext()
                .ask(
                    Balancer.Frozen.class,
                    r.balancer(),
                    POOL_TIMEOUT,
                    Balancer.Freeze::new,
                    (pool, failure) ->
                        pool == null || !pool.ready()
                            ? new NotBequeathed("its balancer is not ready", m.replyTo())
                            : new BalancerFrozen(m.sessions(), pool, m.replyTo())));
  }

  private Behavior<Command> onBalancerFrozen(BalancerFrozen m) {
    ServerSocketChannel door = releasedDoor;
    if (!bequeathing || door == null) {
      return onKeepAll();
    }
    Set<Long> waiting = new HashSet<>(m.sessions().wantSlots());
    m.pool().leases().forEach(held -> waiting.remove(held.lease().session()));
    waiting.addAll(m.pool().waiting());
    bequest =
        new Bequest(
            door,
            m.pool().roster(),
            estate.configured,
            m.pool().leases(),
            waiting,
            m.sessions().last());
    m.replyTo().tell(StatusReply.success(bequest));
    return this;
  }

  private Behavior<Command> onNotBequeathed(NotBequeathed m) {
    m.replyTo().tell(StatusReply.error(m.reason()));
    return onKeepAll();
  }

  private Behavior<Command> onKeepAll() {
    bequeathing = false;
    bequest = null;
    reopen();
    if (running != null) {
      running.sessions().tell(Sessions.GoOn.INSTANCE);
      running.balancer().tell(Balancer.Thaw.INSTANCE);
    }
    return this;
  }

  private void reopen() {
    ServerSocketChannel door = releasedDoor;
    releasedDoor = null;
    if (door != null && running != null) {
      running.doors().reopen(door);
      running.listener().tell(Listener.Moved.INSTANCE);
    }
  }

  private Behavior<Command> onGiveAway(GiveAway m) {
    Running r = running;
    if (bequest == null || r == null) {
      getContext().getLog().error("the proxy was restarted while it was handed over");
      return this;
    }
    releasedDoor = null;
    getContext().unwatch(r.health());
    getContext().stop(r.health());
    r.balancer().tell(new Balancer.Retire(m.heir()::learn));
    r.sessions().tell(new Sessions.GiveAway(m.heir(), bequest.waiting()));
    bequest = null;
    return this;
  }

  private Behavior<Command> onTellHolder(TellHolder m) {
    if (running != null) {
      running.sessions().tell(new Sessions.Tell(m.session(), m.message()));
    }
    return this;
  }

  private Behavior<Command> onAdopt(Adopt m) {
    return onceRunning(m, r -> adopt(m, r));
  }

  private void adopt(Adopt m, Running r) {
    try {
      r.sessions().tell(new Sessions.Adopted(group.adopt(m.client()), m.past()));
    } catch (IOException e) {
      getContext().getLog().debug("a client went when it was to be adopted", e);
      tellBalancer(new Balancer.SessionEnded(m.past().session()), r);
    }
  }

  private Behavior<Command> onOpenDoor() {
    doorIsLent = false;
    if (running != null) {
      running.admission().unbar();
      running.listener().tell(Listener.Moved.INSTANCE);
    }
    return this;
  }

  private Behavior<Command> onLearn(Learn m) {
    return onceRunning(m, r -> tellBalancer(m.fact(), r));
  }

  private void tellBalancer(Balancer.LeaseFact fact, Running r) {
    Balancer.LeaseFact news = estate.legacy.learn(fact);
    if (news != null) {
      r.balancer().tell(news);
    }
  }

  private Behavior<Command> onArrivalOver() {
    Running r = running;
    if (r != null) {
      estate.legacy.arriving().forEach(id -> tellBalancer(new Balancer.SessionEnded(id), r));
    }
    return this;
  }

  private Behavior<Command> onStopListening(StopListening m) {
    return onceRunning(
        m,
        r ->
            getContext()
                .pipeToSelf(
                    r.doors().close(), (done, failure) -> new NotListeningAnyMore(m.replyTo())));
  }

  private Behavior<Command> onNotListeningAnyMore(NotListeningAnyMore m) {
    m.replyTo().tell(Done.getInstance());
    return this;
  }

  private Behavior<Command> onDrain(Drain m) {
    estate.toldWhenDrained = m.replyTo();
    if (running != null) {
      getContext()
          .pipeToSelf(running.doors().close(), (done, failure) -> new DoorClosed(m.replyTo()));
    }
    return this;
  }

  private Behavior<Command> onDoorClosed(DoorClosed m) {
    Drained drained = new Drained(getContext().getSelf());
    if (running != null) {
      running.sessions().tell(new Sessions.TellWhenEmpty(drained, m.replyTo()));
    }
    return this;
  }

  /** Between two lives there is nobody to ask: who does must wait for milliseconds. */
  private Behavior<Command> onceRunning(Command m, Consumer<Running> action) {
    if (running != null) {
      action.accept(running);
    } else if (!early.isFull()) {
      early.stash(m);
    }
    return this;
  }

  /** A child stops only when it has failed too often: then this actor fails too. */
  private Behavior<Command> onChildGone(Terminated gone) {
    throw new IllegalStateException(gone.getRef().path().name() + " has failed for good");
  }

  private CompletionStage<?> leaveDoor(Doors doors) {
    ServerSocketChannel released = releasedDoor;
    if (released != null) {
      closeQuietly(released);
    }
    return doorIsLent ? doors.release() : doors.close();
  }

  private void closeQuietly(ServerSocketChannel door) {
    try {
      door.close();
    } catch (IOException e) {
      getContext().getLog().warn("a door was not closed", e);
    }
  }

  private Behavior<Command> onEnd() {
    CompletionStage<?> doorClosed =
        running == null ? CompletableFuture.completedStage(null) : leaveDoor(running.doors());
    CompletionStage<?> relaysClosed = group.close();
    estate.socketsClosed = doorClosed.thenCombine(relaysClosed, (door, relays) -> null);
    return this;
  }
}
