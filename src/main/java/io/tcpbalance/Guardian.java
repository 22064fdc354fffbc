package io.tcpbalance;

import io.tcpbalance.admin.Admin;
import io.tcpbalance.balancer.Roster;
import io.tcpbalance.config.AdminSettings;
import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.config.Settings;
import io.tcpbalance.dns.Resolver;
import io.tcpbalance.proxy.ProxySupervisor;
import io.tcpbalance.relay.ConnectionLimit;
import io.tcpbalance.relay.JobMemory;
import io.tcpbalance.relay.MemoryBudget;
import io.tcpbalance.relay.RelayLoops;
import io.tcpbalance.state.OperatorRecords;
import io.tcpbalance.state.State;
import io.tcpbalance.state.StateRecorder;
import io.tcpbalance.supervision.Supervision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
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

/**
 * The root of the supervisor tree: owns the relay loops and the resolver, starts the proxies and
 * the interfaces, and ends the process by stopping.
 *
 * <p>{@code serving → stopping}. An address that cannot be bound at the start ends it.
 */
final class Guardian extends AbstractBehavior<Guardian.Command> {

  /** What the root is told. */
  sealed interface Command {}

  /** Takes no new clients, lets sessions finish for the grace, then ends. */
  enum Stop implements Command {
    INSTANCE
  }

  private record Listening(ProxySettings proxy, InetSocketAddress address) implements Command {}

  private record NotListening(String what, String reason) implements Command {}

  private record AdminListening(InetSocketAddress address) implements Command {}

  private record AdminNotListening(String reason) implements Command {}

  private record LoopBroken(Throwable cause) implements Command {}

  private record Drained(String proxy) implements Command {}

  private enum GraceOver implements Command {
    INSTANCE
  }

  /** The proxies' actors have it to themselves; see tcpbalance-pekko.conf. */
  private static final String PROXY_DISPATCHER = "pekko.actor.proxy-dispatcher";

  private static final String DEFAULT_DISPATCHER = "pekko.actor.default-dispatcher";

  private static final Duration RESOLVE_TIMEOUT = Duration.ofSeconds(5);

  private final TimerScheduler<Command> timers;
  private final Settings settings;
  private final CompletableFuture<ExitCode> exit;
  private final Supervision supervision;
  private final RelayLoops loops;
  private final Watchdog watchdog;
  private final Resolver resolver;
  private final State state;
  private final Optional<ActorRef<StateRecorder.Command>> recorder;
  private final Map<String, ActorRef<ProxySupervisor.Command>> proxies = new LinkedHashMap<>();
  private final Map<String, Roster.Holder> rosters = new HashMap<>();

  /** The proxies that have sessions yet, once this stops. */
  private final Set<String> undrained = new HashSet<>();

  private boolean stopping;
  private boolean adminHasListened;

  private Guardian(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Settings settings,
      State state,
      Supervision supervision,
      CompletableFuture<ExitCode> exit) {
    super(context);
    this.timers = timers;
    this.settings = settings;
    this.state = state;
    this.exit = exit;
    this.supervision = supervision;
    if (supervision.drills()) {
      context
          .getLog()
          .warn("fault-injection is on: whoever may use the HTTP interface can kill any actor");
    }
    loops = startLoops();
    resolver = new Resolver(settings.dnsRefresh(), RESOLVE_TIMEOUT);
    recorder = state.recorder().map(this::startRecorder);
    watchdog = new Watchdog(settings.watchdog(), watched(), Guardian::halt);
    watchdog.start();
    settings.proxies().forEach(this::startProxy);
    if (settings.admin().enabled()) {
      startAdmin();
    }
  }

  /**
   * The root.
   *
   * @param state is closed by the caller, after the actor system has ended
   * @param exit is told why the process ends
   */
  static Behavior<Command> create(
      Settings settings, State state, CompletableFuture<ExitCode> exit) {
    return create(
        settings, state, new Supervision(settings.supervision(), settings.faultInjection()), exit);
  }

  /** The root of a tree that is supervised as it is said here. */
  static Behavior<Command> create(
      Settings settings, State state, Supervision supervision, CompletableFuture<ExitCode> exit) {
    return supervision.root(
        Behaviors.withTimers(
            timers ->
                Behaviors.setup(
                    context -> new Guardian(context, timers, settings, state, supervision, exit))));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Listening.class, this::onListening)
        .onMessage(NotListening.class, this::onNotListening)
        .onMessage(AdminListening.class, this::onAdminListening)
        .onMessage(AdminNotListening.class, this::onAdminNotListening)
        .onMessage(LoopBroken.class, this::onLoopBroken)
        .onMessage(Stop.class, m -> onStop())
        .onMessage(Drained.class, this::onDrained)
        .onMessage(GraceOver.class, m -> onGraceOver())
        .onSignal(Terminated.class, this::onTerminated)
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private RelayLoops startLoops() {
    ActorRef<Command> self = getContext().getSelf();
    MemoryLimits memory = MemoryLimits.of(settings, Runtime.getRuntime().maxMemory());
    memory.warnings().forEach(warning -> getContext().getLog().warn("{}", warning));
    try {
      return RelayLoops.start(
          settings.relay().loops(),
          new MemoryBudget(memory.streamBytes()),
          new JobMemory(memory.jobBytes()),
          ConnectionLimit.ofProcess(),
          cause -> self.tell(new LoopBroken(cause)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ActorRef<StateRecorder.Command> startRecorder(Behavior<StateRecorder.Command> behavior) {
    return getContext()
        .spawn(supervision.neverGivingUp(behavior), "state", DispatcherSelector.blocking());
  }

  /** All that clients and operators depend on. */
  private Map<String, Executor> watched() {
    Map<String, Executor> watched = new LinkedHashMap<>(loops.executors());
    for (String dispatcher : List.of(PROXY_DISPATCHER, DEFAULT_DISPATCHER)) {
      watched.put(
          dispatcher,
          getContext().getSystem().dispatchers().lookup(DispatcherSelector.fromConfig(dispatcher)));
    }
    return watched;
  }

  /** Not exit: that waits for others, and those may be what stands still. */
  private static void halt() {
    Runtime.getRuntime().halt(ExitCode.SOFTWARE.number());
  }

  private void startProxy(ProxySettings proxy) {
    Roster.Holder roster = restored(proxy);
    ProxySupervisor.Surroundings around =
        new ProxySupervisor.Surroundings(
            supervision, loops, resolver, state.audit(), System::nanoTime, InstantSource.system());
    ActorRef<ProxySupervisor.Command> actor =
        getContext()
            .spawn(
                supervision.restarting(
                    ProxySupervisor.create(proxy, roster, around, birthOf(getContext().getSelf()))),
                "proxy-" + proxy.name(),
                DispatcherSelector.fromConfig(PROXY_DISPATCHER));
    getContext().watch(actor);
    proxies.put(proxy.name(), actor);
    rosters.put(proxy.name(), roster);
  }

  private Roster.Holder restored(ProxySettings proxy) {
    List<BackendSettings> backends = state.restored(proxy.name(), proxy.backends());
    Roster.Holder roster = new Roster.Holder(Roster.of(backends, Instant.now()));
    recorder.ifPresent(
        actor -> actor.tell(new StateRecorder.Watch(proxy.name(), proxy.backends(), roster)));
    return roster;
  }

  private int backendCount(ProxySettings proxy) {
    Roster.Holder roster = rosters.get(proxy.name());
    return roster == null ? 0 : roster.get().backends().size();
  }

  private static ProxySupervisor.Birth birthOf(ActorRef<Command> self) {
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

  private void startAdmin() {
    ActorRef<Command> self = getContext().getSelf();
    Admin.Birth birth =
        new Admin.Birth() {
          @Override
          public void listening(InetSocketAddress address) {
            self.tell(new AdminListening(address));
          }

          @Override
          public void notListening(AdminSettings admin, String reason) {
            self.tell(new AdminNotListening(reason));
          }
        };
    OperatorRecords records =
        new OperatorRecords(state.audit(), recorder, getContext().getSystem().scheduler());
    getContext()
        .spawn(
            supervision.neverGivingUp(
                Admin.create(
                    settings.admin(),
                    proxies,
                    records,
                    supervision,
                    InstantSource.system(),
                    birth)),
            "admin");
  }

  private Behavior<Command> onAdminListening(AdminListening m) {
    adminHasListened = true;
    getContext().getLog().info("HTTP interface listens on {}", m.address());
    settings.proxies().stream()
        .filter(proxy -> backendCount(proxy) == 0)
        .forEach(proxy -> tellHowToAddBackends(proxy, m.address()));
    return this;
  }

  private void tellHowToAddBackends(ProxySettings proxy, InetSocketAddress admin) {
    getContext()
        .getLog()
        .info(
            "proxy {} has no back-end, its clients wait; add one: curl -H 'Content-Type:"
                + " application/json' -d '{\"name\": \"HOST\", \"maxConnections\": 4}'"
                + " http://{}:{}/api/v1/proxies/{}/backends",
            proxy.name(),
            admin.getHostString(),
            admin.getPort(),
            proxy.name());
  }

  /** At start a wrong address is a mistake to tell; later it must not take the proxies down. */
  private Behavior<Command> onAdminNotListening(AdminNotListening m) {
    AdminSettings admin = settings.admin();
    String what = "the HTTP interface cannot listen on " + admin.host() + ":" + admin.port();
    if (!adminHasListened) {
      return onNotListening(new NotListening(what, m.reason()));
    }
    getContext().getLog().error("{}: {}", what, m.reason());
    return this;
  }

  private Behavior<Command> onListening(Listening m) {
    getContext()
        .getLog()
        .info(
            "proxy {} listens on {} ({}, {} back-ends)",
            m.proxy().name(),
            m.address(),
            m.proxy().protocol().name().toLowerCase(Locale.ROOT),
            backendCount(m.proxy()));
    return this;
  }

  private Behavior<Command> onNotListening(NotListening m) {
    getContext().getLog().error("{}: {}", m.what(), m.reason());
    exit.complete(ExitCode.UNAVAILABLE);
    return Behaviors.stopped();
  }

  private Behavior<Command> onLoopBroken(LoopBroken m) {
    getContext()
        .getLog()
        .error("a relay loop is broken, its sessions are lost: the end", m.cause());
    exit.complete(ExitCode.SOFTWARE);
    return Behaviors.stopped();
  }

  /** A proxy stops by itself only when it has failed too often. */
  private Behavior<Command> onTerminated(Terminated m) {
    getContext().getLog().error("{} has failed for good: the end", m.getRef().path().name());
    exit.complete(ExitCode.SOFTWARE);
    return Behaviors.stopped();
  }

  private Behavior<Command> onStop() {
    if (stopping) {
      return this;
    }
    stopping = true;
    exit.complete(ExitCode.STOPPED);
    getContext()
        .getLog()
        .info("stopping: sessions may finish within {} s", settings.shutdownGrace().toSeconds());
    ActorRef<ProxySupervisor.Drained> drained =
        getContext().messageAdapter(ProxySupervisor.Drained.class, m -> new Drained(m.proxy()));
    undrained.addAll(proxies.keySet());
    proxies.values().forEach(proxy -> proxy.tell(new ProxySupervisor.Drain(drained)));
    timers.startSingleTimer(GraceOver.INSTANCE, settings.shutdownGrace());
    return undrained.isEmpty() ? Behaviors.stopped() : this;
  }

  private Behavior<Command> onDrained(Drained m) {
    undrained.remove(m.proxy());
    return undrained.isEmpty() ? Behaviors.stopped() : this;
  }

  private Behavior<Command> onGraceOver() {
    getContext().getLog().warn("the grace is over: closing what is left");
    return Behaviors.stopped();
  }

  private Behavior<Command> onPostStop() {
    watchdog.close();
    loops.close();
    resolver.close();
    return this;
  }
}
