package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Roster;
import io.tcpbalance.config.JobSettings;
import io.tcpbalance.config.ListenSettings;
import io.tcpbalance.config.Protocol;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.distcc.JobRules;
import io.tcpbalance.distcc.WireLimits;
import io.tcpbalance.dns.Resolver;
import io.tcpbalance.health.HealthMonitor;
import io.tcpbalance.relay.Acceptor;
import io.tcpbalance.relay.JobPolicy;
import io.tcpbalance.relay.RelayGroup;
import io.tcpbalance.relay.RelayLoops;
import io.tcpbalance.relay.RelayPolicy;
import io.tcpbalance.state.AuditTrail;
import io.tcpbalance.supervision.Kill;
import io.tcpbalance.supervision.Supervision;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
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

  /** Ends one session; answers whether there was one. */
  public record CloseSession(long id, ActorRef<Boolean> replyTo) implements Command {}

  /** Makes the actor of one session throw, where drills are on; answers whether there was one. */
  public record KillSession(long id, Kill kill, ActorRef<Boolean> replyTo) implements Command {}

  /** Stops accepting; answered when the last session has ended. */
  public record Drain(ActorRef<Drained> replyTo) implements Command {}

  /** All sessions of the proxy have ended, and no new ones come. */
  public record Drained(String proxy) {}

  private enum SocketsClosed implements Command {
    INSTANCE
  }

  private record DoorClosed(ActorRef<Drained> replyTo) implements Command {}

  /** Told once in each life, when the proxy listens or cannot. */
  public interface Birth {

    /** It listens. */
    void listening(ProxySettings proxy, InetSocketAddress address);

    /** The address cannot be bound. */
    void notListening(ProxySettings proxy, String reason);
  }

  /** What a proxy needs from outside. */
  public record Surroundings(
      Supervision supervision,
      RelayLoops loops,
      Resolver resolver,
      AuditTrail audit,
      LongSupplier nanoTime,
      InstantSource wallClock) {}

  /** What outlives a life of this actor. */
  private static final class Estate {
    final Roster.Holder roster;
    final JobCounters jobCounters = new JobCounters();
    final Complaints complaints;

    /** A port that the system chose is kept for the lives to come. */
    int port;

    /** Later failures to bind are failures of a running proxy, and count as restarts. */
    boolean hasListened;

    /** Who asked for the end of this proxy: from then on no life of it takes new clients. */
    @Nullable ActorRef<Drained> toldWhenDrained;

    CompletionStage<?> socketsClosed = CompletableFuture.completedStage(null);

    Estate(Roster.Holder roster, Complaints complaints, int port) {
      this.roster = roster;
      this.complaints = complaints;
      this.port = port;
    }
  }

  private static final int MOST_EARLY_MESSAGES = 1000;

  private final StashBuffer<Command> early;
  private final ProxySettings settings;
  private final Surroundings around;
  private final Estate estate;
  private final Birth birth;
  private final RelayGroup group;
  private @Nullable Running running;

  private record Running(
      InetSocketAddress address,
      Acceptor acceptor,
      ActorRef<Balancer.Command> balancer,
      ActorRef<Balancer.RegistrarMessage> sessions) {}

  private ProxySupervisor(
      ActorContext<Command> context,
      StashBuffer<Command> early,
      ProxySettings settings,
      Surroundings around,
      Estate estate,
      Birth birth) {
    super(context);
    this.early = early;
    this.settings = settings;
    this.around = around;
    this.estate = estate;
    this.birth = birth;
    group = group(settings, around.loops().within(settings.clients().maxSessions()));
    context.pipeToSelf(estate.socketsClosed, (done, failure) -> SocketsClosed.INSTANCE);
  }

  /** A proxy whose back-ends are as they are configured, not yet supervised. */
  public static Behavior<Command> create(ProxySettings settings, Surroundings around, Birth birth) {
    Roster roster = Roster.of(settings.backends(), around.wallClock().instant());
    return create(settings, new Roster.Holder(roster), around, birth);
  }

  /**
   * A proxy, not yet supervised.
   *
   * @param roster its back-ends, which need not be those of the settings
   */
  public static Behavior<Command> create(
      ProxySettings settings, Roster.Holder roster, Surroundings around, Birth birth) {
    Estate estate =
        new Estate(
            roster, new Complaints(settings.name(), around.nanoTime()), settings.listen().port());
    return Behaviors.withStash(
        MOST_EARLY_MESSAGES,
        early ->
            Behaviors.setup(
                context -> new ProxySupervisor(context, early, settings, around, estate, birth)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(SocketsClosed.class, m -> onSocketsClosed())
        .onMessage(Describe.class, this::onDescribe)
        .onMessage(Operate.class, this::onOperate)
        .onMessage(ListSessions.class, this::onListSessions)
        .onMessage(CloseSession.class, this::onCloseSession)
        .onMessage(KillSession.class, this::onKillSession)
        .onMessage(Drain.class, this::onDrain)
        .onMessage(DoorClosed.class, this::onDoorClosed)
        .onSignal(Terminated.class, this::onChildGone)
        .onSignal(PreRestart.class, signal -> onEnd())
        .onSignal(PostStop.class, signal -> onEnd())
        .build();
  }

  /** Those of an earlier life, if there was one: now nobody is served by it any more. */
  private Behavior<Command> onSocketsClosed() throws IOException {
    if (estate.toldWhenDrained != null) {
      estate.toldWhenDrained.tell(new Drained(settings.name()));
      return this;
    }
    ServerSocketChannel channel;
    try {
      channel = bind(settings.listen(), estate.port);
    } catch (IOException e) {
      if (estate.hasListened) {
        throw e;
      }
      birth.notListening(settings, e.getMessage() == null ? e.toString() : e.getMessage());
      return Behaviors.stopped();
    }
    estate.hasListened = true;
    try {
      InetSocketAddress address = (InetSocketAddress) channel.getLocalAddress();
      estate.port = address.getPort();
      running = start(channel, address);
      birth.listening(settings, address);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    return early.unstashAll(this);
  }

  private Running start(ServerSocketChannel channel, InetSocketAddress address) {
    Sessions.Surroundings forSessions =
        new Sessions.Surroundings(
            around.supervision(),
            around.resolver(),
            estate.complaints,
            new ClientQuota(settings.clients().maxPerClient()),
            new Session.Jobs(
                settings.name(),
                settings.jobs(),
                new JobLog(settings.jobs().log()),
                estate.jobCounters,
                around.audit()),
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
                    Balancer.create(
                        settings.name(),
                        estate.roster,
                        settings.queue(),
                        settings.health(),
                        around.nanoTime(),
                        around.wallClock(),
                        sessions)),
            "balancer");
    sessions.tell(new Sessions.Serve(balancer));
    if (settings.health().probes()) {
      HealthMonitor.Surroundings forHealth =
          new HealthMonitor.Surroundings(
              balancer,
              around.resolver(),
              around.loops()::tryConnect,
              around.nanoTime(),
              new Random());
      child(
          around.supervision().neverGivingUp(HealthMonitor.create(settings.health(), forHealth)),
          "health");
    }
    Admission door = new Admission(settings.allow(), estate.complaints, sessions);
    Acceptor acceptor = around.loops().acceptor(channel, group, door);
    child(
        around.supervision().restarting(Listener.create(acceptor, door, estate.complaints)),
        "listener");
    return new Running(address, acceptor, balancer, sessions);
  }

  private <T> ActorRef<T> child(Behavior<T> behavior, String name) {
    ActorRef<T> child = getContext().spawn(behavior, name, DispatcherSelector.sameAsParent());
    getContext().watch(child);
    return child;
  }

  private static ServerSocketChannel bind(ListenSettings listen, int port) throws IOException {
    String host = listen.host();
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new IOException("'" + host + "' is no address of this machine");
    }
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(address, listen.backlog());
      channel.configureBlocking(false);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static RelayGroup group(ProxySettings settings, RelayLoops loops) {
    RelayPolicy policy =
        new RelayPolicy(
            settings.connectTimeout(), settings.idleTimeout(), settings.protocol() == Protocol.TCP);
    if (settings.protocol() == Protocol.TCP) {
      return loops.streams(policy);
    }
    JobSettings jobs = settings.jobs();
    JobRules rules = new JobRules(jobs.allowedCompilers(), jobs.forbiddenArguments());
    WireLimits limits = WireLimits.DEFAULT.withMaxRequestBytes(jobs.maxRequestSizeBytes());
    return loops.jobs(
        policy,
        new JobPolicy(
            jobs.receiveTimeout(),
            jobs.jobTimeout(),
            jobs.heartbeatInterval(),
            () -> new DistccJobWire(limits, rules)));
  }

  private Behavior<Command> onDescribe(Describe m) {
    return onceRunning(
        m,
        r ->
            m.replyTo()
                .tell(
                    new ProxyDescription(
                        settings,
                        r.address(),
                        estate.toldWhenDrained == null,
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

  private Behavior<Command> onCloseSession(CloseSession m) {
    return onceRunning(m, r -> r.sessions().tell(new Sessions.CloseSession(m.id(), m.replyTo())));
  }

  private Behavior<Command> onKillSession(KillSession m) {
    return onceRunning(
        m, r -> r.sessions().tell(new Sessions.KillSession(m.id(), m.kill(), m.replyTo())));
  }

  private Behavior<Command> onDrain(Drain m) {
    estate.toldWhenDrained = m.replyTo();
    if (running != null) {
      getContext()
          .pipeToSelf(running.acceptor().close(), (done, failure) -> new DoorClosed(m.replyTo()));
    }
    return this;
  }

  private Behavior<Command> onDoorClosed(DoorClosed m) {
    Drained drained = new Drained(settings.name());
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

  private Behavior<Command> onEnd() {
    CompletionStage<?> doorClosed =
        running == null ? CompletableFuture.completedStage(null) : running.acceptor().close();
    CompletionStage<?> relaysClosed = group.close();
    estate.socketsClosed = doorClosed.thenCombine(relaysClosed, (door, relays) -> null);
    return this;
  }
}
