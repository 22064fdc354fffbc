package io.tcpbalance;

import io.tcpbalance.admin.Proxies;
import io.tcpbalance.admin.ReloadReport;
import io.tcpbalance.admin.Reloading;
import io.tcpbalance.admin.SharedPort;
import io.tcpbalance.admin.UpgradeRefused;
import io.tcpbalance.admin.Upgrading;
import io.tcpbalance.admin.access.Access;
import io.tcpbalance.admin.http.Admin;
import io.tcpbalance.bootstrap.Ground;
import io.tcpbalance.cli.ExitCode;
import io.tcpbalance.cluster.SharedPools;
import io.tcpbalance.config.AdminSettings;
import io.tcpbalance.config.ConsoleSettings;
import io.tcpbalance.config.InvalidSettingsException;
import io.tcpbalance.config.LoadedSettings;
import io.tcpbalance.config.Problem;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.config.Settings;
import io.tcpbalance.console.Console;
import io.tcpbalance.dns.Resolver;
import io.tcpbalance.health.StatsReader;
import io.tcpbalance.proxy.ProxySupervisor;
import io.tcpbalance.relay.ConnectionLimit;
import io.tcpbalance.relay.JobMemory;
import io.tcpbalance.relay.MemoryBudget;
import io.tcpbalance.relay.RelayLoops;
import io.tcpbalance.state.OperatorRecords;
import io.tcpbalance.state.State;
import io.tcpbalance.state.StateRecorder;
import io.tcpbalance.supervision.Supervision;
import io.tcpbalance.upgrade.Departure;
import io.tcpbalance.upgrade.Handover;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.Channel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The root of the supervisor tree: owns the relay loops, the resolver and the reader of statistics,
 * starts the proxies and the interfaces, and ends the process by stopping.
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

  /**
   * Reads the configuration again and puts it into effect. Always answered; one after the other.
   *
   * @param askedBy for the log
   */
  record ReloadConfiguration(String askedBy, ActorRef<ReloadReport> replyTo) implements Command {}

  /**
   * Replaces the program's code by that in these jars. Answered when the new code serves, or with
   * {@link UpgradeRefused}.
   */
  record Upgrade(List<Path> jars, ActorRef<StatusReply<Integer>> replyTo) implements Command {}

  /** Answered when it is ready for {@link Begin}. */
  record Prepare(ActorRef<Done> replyTo) implements Command {}

  /** Starts the proxies with what another generation leaves. Answered when they are ready. */
  record Begin(
      Map<String, ProxySupervisor.Inheritance> inheritances,
      Map<String, Channel> channels,
      ActorRef<StatusReply<Map<String, ActorRef<ProxySupervisor.Command>>>> replyTo)
      implements Command {}

  /**
   * The generation before allows others at the addresses of its interfaces. Answered when they
   * listen; one that cannot does so later.
   */
  record OpenInterfaces(ActorRef<Done> replyTo) implements Command {}

  private record Upgraded(int generation, Upgrade asked) implements Command {}

  private record NotUpgraded(String reason, Upgrade asked) implements Command {}

  private enum LingeredOn implements Command {
    INSTANCE
  }

  private enum PredecessorGone implements Command {
    INSTANCE
  }

  private record Loaded(LoadedSettings loaded) implements Command {}

  private record NotLoaded(List<String> problems) implements Command {}

  private record AddressesFree(Reload reload, LoadedSettings loaded) implements Command {}

  private record Reloaded(Reload reload, LoadedSettings loaded, Reload.Outcome outcome)
      implements Command {}

  private record NotBegun(String proxy, String reason) implements Command {}

  private record Listening(ProxySettings proxy, InetSocketAddress address) implements Command {}

  private record NotListening(String what, String reason) implements Command {}

  private record AdminListening(InetSocketAddress address) implements Command {}

  private record AdminNotListening(String reason) implements Command {}

  private record ConsoleListening(InetSocketAddress address) implements Command {}

  private record ConsoleNotListening(String reason) implements Command {}

  private record LoopBroken(Throwable cause) implements Command {}

  private record Drained(ActorRef<ProxySupervisor.Command> proxy) implements Command {}

  private enum GraceOver implements Command {
    INSTANCE
  }

  /** Beyond all time-outs of what it consists of. */
  private static final Duration RELOAD_TIMEOUT = Duration.ofSeconds(15);

  private static final String DEFAULT_DISPATCHER = "pekko.actor.default-dispatcher";

  private static final Duration RESOLVE_TIMEOUT = Duration.ofSeconds(5);

  /** Pekko's own time-outs of what a leaving node does are shorter. */
  private static final Duration DEPART_TIMEOUT = Duration.ofSeconds(15);

  private static final Duration UPGRADE_TIMEOUT = Duration.ofMinutes(2);

  /** Longer than the interfaces' last requests may take. */
  private static final Duration LINGER = Duration.ofSeconds(5);

  private static final Duration LEAVE_TIMEOUT = Duration.ofSeconds(5);

  private final TimerScheduler<Command> timers;
  private final ConfigurationSource source;
  private final CompletableFuture<ExitCode> exit;
  private final Supervision supervision;
  private final RelayLoops loops;
  private final Watchdog watchdog;
  private final Resolver resolver;
  private final StatsReader statsReader;
  private final OperatorRecords records;
  private final Optional<SharedPools> cluster;
  private final ProxyChildren proxies;

  /** What holds; what the actor system was started with. */
  private LoadedSettings running;

  /** The first one is under way. */
  private final Queue<ReloadConfiguration> reloads = new ArrayDeque<>();

  /** The proxies that have sessions yet, once this stops. */
  private final Set<ActorRef<ProxySupervisor.Command>> undrained = new HashSet<>();

  private final Access access;
  private final Ground ground;

  private final SharedPort adminPort;
  private final SharedPort consolePort;

  /** Who waits for the proxies to be ready. */
  private @Nullable Begin begin;

  /** Who waits for the interfaces. */
  private @Nullable OpenInterfaces opened;

  private boolean adminListens;
  private boolean consoleListens;
  private final Map<String, ActorRef<ProxySupervisor.Command>> begun = new HashMap<>();
  private final Set<String> ready = new HashSet<>();
  private final State state;
  private boolean upgrading;

  /** Whether the last requests of the interfaces may be under way, after another has followed. */
  private boolean lingers;

  /** Whether nobody gives clients to this generation any more, or tells it news. */
  private boolean predecessorGone;

  private boolean stopping;
  private boolean adminHasListened;
  private boolean consoleHasListened;

  private Guardian(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      LoadedSettings started,
      ConfigurationSource source,
      State state,
      Supervision supervision,
      Ground ground,
      Optional<Handover> follows,
      CompletableFuture<ExitCode> exit) {
    super(context);
    this.timers = timers;
    this.source = source;
    running = started;
    Settings settings = started.settings();
    this.exit = exit;
    this.supervision = supervision;
    if (supervision.drills()) {
      context
          .getLog()
          .warn("fault-injection is on: whoever may use the HTTP interface can kill any actor");
    }
    loops = startLoops(settings);
    resolver = new Resolver(settings.dnsRefresh(), RESOLVE_TIMEOUT);
    statsReader = new StatsReader(resolver, System::nanoTime);
    Optional<ActorRef<StateRecorder.Command>> recorder = state.recorder().map(this::startRecorder);
    records = new OperatorRecords(state.audit(), recorder, context.getSystem());
    watchdog = new Watchdog(settings.watchdog(), watched(), Guardian::halt);
    watchdog.start();
    cluster = joinCluster(settings);
    ProxySupervisor.Surroundings alone =
        new ProxySupervisor.Surroundings(
            supervision,
            loops,
            resolver,
            statsReader,
            state.audit(),
            System::nanoTime,
            InstantSource.system());
    proxies =
        new ProxyChildren(
            context, cluster.map(pools -> sharing(pools, alone)).orElse(alone), state, recorder);
    access = new Access(settings.admin().tokens(), System::nanoTime);
    this.ground = ground;
    this.state = state;
    predecessorGone = follows.isEmpty();
    if (!predecessorGone) {
      context.pipeToSelf(ground.predecessorGone(), (gone, failure) -> PredecessorGone.INSTANCE);
    }
    adminPort =
        follows
            .map(before -> SharedPort.joining(before.adminPort()))
            .orElseGet(() -> SharedPort.own(settings.admin().port()));
    consolePort =
        follows
            .map(before -> SharedPort.joining(before.consolePort()))
            .orElseGet(() -> SharedPort.own(settings.console().port()));
    adminHasListened = follows.isPresent();
    consoleHasListened = follows.isPresent();
    if (follows.isEmpty()) {
      settings.proxies().forEach(proxy -> proxies.start(proxy, birthOf(context.getSelf())));
      startInterfaces();
    }
  }

  private void startInterfaces() {
    if (running.settings().admin().enabled()) {
      startAdmin();
    }
    if (running.settings().console().enabled()) {
      startConsole();
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
   * @param exit is told why the process ends
   */
  static Behavior<Command> create(
      LoadedSettings started,
      ConfigurationSource source,
      State state,
      Ground ground,
      Optional<Handover> follows,
      CompletableFuture<ExitCode> exit) {
    Settings settings = started.settings();
    Supervision supervision = new Supervision(settings.supervision(), settings.faultInjection());
    return create(started, source, state, supervision, ground, follows, exit);
  }

  /** The root of a tree that is supervised as it is said here. */
  static Behavior<Command> create(
      LoadedSettings started,
      ConfigurationSource source,
      State state,
      Supervision supervision,
      Ground ground,
      Optional<Handover> follows,
      CompletableFuture<ExitCode> exit) {
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
                            exit))));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Listening.class, this::onListening)
        .onMessage(NotListening.class, this::onNotListening)
        .onMessage(AdminListening.class, this::onAdminListening)
        .onMessage(AdminNotListening.class, this::onAdminNotListening)
        .onMessage(ConsoleListening.class, this::onConsoleListening)
        .onMessage(ConsoleNotListening.class, this::onConsoleNotListening)
        .onMessage(LoopBroken.class, this::onLoopBroken)
        .onMessage(ReloadConfiguration.class, this::onReloadConfiguration)
        .onMessage(Loaded.class, this::onLoaded)
        .onMessage(NotLoaded.class, this::onNotLoaded)
        .onMessage(AddressesFree.class, this::onAddressesFree)
        .onMessage(Reloaded.class, this::onReloaded)
        .onMessage(NotBegun.class, this::onNotBegun)
        .onMessage(Upgrade.class, this::onUpgrade)
        .onMessage(Upgraded.class, this::onUpgraded)
        .onMessage(NotUpgraded.class, this::onNotUpgraded)
        .onMessage(Prepare.class, this::onPrepare)
        .onMessage(Begin.class, this::onBegin)
        .onMessage(OpenInterfaces.class, this::onOpenInterfaces)
        .onMessage(PredecessorGone.class, m -> onPredecessorGone())
        .onMessage(LingeredOn.class, m -> onLingeredOn())
        .onMessage(Stop.class, m -> onStop())
        .onMessage(Drained.class, this::onDrained)
        .onMessage(GraceOver.class, m -> onGraceOver())
        .onSignal(Terminated.class, this::onTerminated)
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Optional<SharedPools> joinCluster(Settings settings) {
    if (!settings.cluster().enabled()) {
      return Optional.empty();
    }
    return Optional.of(
        SharedPools.join(
            getContext(),
            settings.cluster(),
            supervision,
            resolver,
            System::nanoTime,
            InstantSource.system()));
  }

  private static ProxySupervisor.Surroundings sharing(
      SharedPools pools, ProxySupervisor.Surroundings alone) {
    return alone.balancedBy(
        (settings, pool, roster, sessions) ->
            settings.shared()
                ? pools.agent(settings.name(), pool, roster, sessions)
                : alone.balancing().balancer(settings, pool, roster, sessions));
  }

  private RelayLoops startLoops(Settings settings) {
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
    for (String dispatcher : List.of(ProxyChildren.DISPATCHER, DEFAULT_DISPATCHER)) {
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
    getContext()
        .spawn(
            supervision.neverGivingUp(
                Admin.create(
                    running.settings().admin(),
                    adminPort,
                    access,
                    proxies::serving,
                    reloading(),
                    upgrading(),
                    records,
                    supervision,
                    InstantSource.system(),
                    birth)),
            "admin");
  }

  private void startConsole() {
    ActorRef<Command> self = getContext().getSelf();
    Console.Birth birth =
        new Console.Birth() {
          @Override
          public void listening(InetSocketAddress address) {
            self.tell(new ConsoleListening(address));
          }

          @Override
          public void notListening(ConsoleSettings console, String reason) {
            self.tell(new ConsoleNotListening(reason));
          }
        };
    getContext()
        .spawn(
            supervision.neverGivingUp(
                Console.create(
                    running.settings().console(),
                    consolePort,
                    access,
                    new Proxies(proxies::serving, getContext().getSystem().scheduler()),
                    records,
                    InstantSource.system(),
                    birth)),
            "console");
  }

  private Reloading reloading() {
    ActorRef<Command> self = getContext().getSelf();
    Scheduler scheduler = getContext().getSystem().scheduler();
    return () ->
        AskPattern.ask(
            self, replyTo -> new ReloadConfiguration("HTTP", replyTo), RELOAD_TIMEOUT, scheduler);
  }

  private Upgrading upgrading() {
    ActorRef<Command> self = getContext().getSelf();
    Scheduler scheduler = getContext().getSystem().scheduler();
    return new UpgradeRequests(
        ground,
        running.settings().upgrade(),
        jars ->
            AskPattern.askWithStatus(
                self, replyTo -> new Upgrade(jars, replyTo), UPGRADE_TIMEOUT, scheduler));
  }

  private Behavior<Command> onUpgrade(Upgrade m) {
    if (stopping || upgrading || !reloads.isEmpty()) {
      m.replyTo()
          .tell(
              StatusReply.error(
                  new UpgradeRefused(
                      "the daemon is stopping, or its code or configuration is being replaced;"
                          + " try again")));
      return this;
    }
    if (cluster.isPresent()) {
      m.replyTo()
          .tell(
              StatusReply.error(
                  new UpgradeRefused(
                      "the code of a node of a cluster cannot be replaced while it runs; stop and"
                          + " start it: the others go on")));
      return this;
    }
    upgrading = true;
    getContext().getLog().info("replaces the code by that in {}", m.jars());
    Departure departure =
        new Departure(
            Handover.of(running.settings(), adminPort.port(), consolePort.port()),
            proxies.serving(),
            new LeavingHouse(state, List.of(adminPort, consolePort)),
            getContext().getSystem().scheduler());
    getContext()
        .pipeToSelf(
            ground.upgrade(m.jars(), departure),
            (generation, failure) ->
                generation != null
                    ? new Upgraded(generation, m)
                    : new NotUpgraded(UpgradeRequests.reason(failure), m));
    return this;
  }

  private Behavior<Command> onNotUpgraded(NotUpgraded m) {
    upgrading = false;
    getContext().getLog().error("the code is not replaced: {}", m.reason());
    m.asked().replyTo().tell(StatusReply.error(new UpgradeRefused(m.reason())));
    return this;
  }

  /** What is left are sessions that have a slot, and the answer to who asked. */
  private Behavior<Command> onUpgraded(Upgraded m) {
    getContext()
        .getLog()
        .info("generation {} serves; the sessions here go on to their end", m.generation());
    m.asked().replyTo().tell(StatusReply.success(m.generation()));
    lingers = true;
    timers.startSingleTimer(LingeredOn.INSTANCE, LINGER);
    getContext()
        .getChild("admin")
        .ifPresent(admin -> admin.<Admin.Command>unsafeUpcast().tell(Admin.Leave.INSTANCE));
    getContext().getChild("console").ifPresent(getContext()::stop);
    return leave(running.settings().upgrade().drainTimeout());
  }

  private Behavior<Command> onLingeredOn() {
    lingers = false;
    return endIfDrained();
  }

  /** It may have given its last client away at the last moment: asks once more who is left. */
  private Behavior<Command> onPredecessorGone() {
    predecessorGone = true;
    if (stopping) {
      drainAll();
    }
    return this;
  }

  private Behavior<Command> onPrepare(Prepare m) {
    m.replyTo().tell(Done.getInstance());
    return this;
  }

  private Behavior<Command> onBegin(Begin m) {
    begin = m;
    Channel lock = m.channels().get(LeavingHouse.STATE_LOCK);
    if (lock != null) {
      state.inherit(lock);
    }
    for (ProxySettings proxy : running.settings().proxies()) {
      ProxySupervisor.Inheritance inheritance = m.inheritances().get(proxy.name());
      if (inheritance == null) {
        return notBegun("nothing is inherited for proxy " + proxy.name());
      }
      begun.put(proxy.name(), proxies.start(proxy, inheritance, birthOf(getContext().getSelf())));
    }
    return this;
  }

  private Behavior<Command> notBegun(String reason) {
    state.disown();
    if (begin != null) {
      begin.replyTo().tell(StatusReply.error(reason));
    }
    exit.complete(ExitCode.UNAVAILABLE);
    return Behaviors.stopped();
  }

  private void beginsWith(ProxySettings proxy) {
    Begin asked = begin;
    if (asked == null) {
      return;
    }
    ready.add(proxy.name());
    if (ready.size() == begun.size()) {
      begin = null;
      asked.replyTo().tell(StatusReply.success(Map.copyOf(begun)));
    }
  }

  /** What the configuration says otherwise than it did when the generation before read it. */
  private Behavior<Command> onOpenInterfaces(OpenInterfaces m) {
    opened = m;
    for (ProxySettings proxy : running.settings().proxies()) {
      ActorRef<ProxySupervisor.Command> actor = begun.get(proxy.name());
      if (actor != null) {
        actor.tell(new ProxySupervisor.Reconfigure(proxy, getContext().getSystem().ignoreRef()));
      }
    }
    startInterfaces();
    return answerIfOpen();
  }

  private Behavior<Command> answerIfOpen() {
    Settings settings = running.settings();
    boolean open =
        (adminListens || !settings.admin().enabled())
            && (consoleListens || !settings.console().enabled());
    if (opened != null && open) {
      opened.replyTo().tell(Done.getInstance());
      opened = null;
    }
    return this;
  }

  private Behavior<Command> onReloadConfiguration(ReloadConfiguration m) {
    if (stopping || upgrading) {
      String why = stopping ? "the daemon is stopping" : "the code is being replaced; try again";
      m.replyTo().tell(ReloadReport.rejected(List.of(why)));
      return this;
    }
    reloads.add(m);
    if (reloads.size() == 1) {
      load();
    }
    return this;
  }

  private void load() {
    Executor blocking =
        getContext().getSystem().dispatchers().lookup(DispatcherSelector.blocking());
    getContext()
        .pipeToSelf(
            CompletableFuture.supplyAsync(this::loaded, blocking),
            (loaded, failure) ->
                loaded != null ? loaded : new NotLoaded(List.of(String.valueOf(failure))));
  }

  private Command loaded() {
    try {
      return new Loaded(source.load());
    } catch (InvalidSettingsException e) {
      return new NotLoaded(e.problems().stream().map(Problem::toString).toList());
    }
  }

  private Behavior<Command> onNotLoaded(NotLoaded m) {
    return answer(ReloadReport.rejected(m.problems()));
  }

  /** Those that end leave their addresses first: others may want them. */
  private Behavior<Command> onLoaded(Loaded m) {
    ReloadPlan plan = ReloadPlan.of(running, m.loaded());
    CompletionStage<Done> addressesFree = CompletableFuture.completedStage(Done.getInstance());
    for (String name : plan.removed()) {
      CompletionStage<Done> left = proxies.dismiss(name).map(this::leave).orElse(addressesFree);
      addressesFree = addressesFree.thenCombine(left, (before, now) -> now);
    }
    Reload reload = new Reload(plan);
    getContext()
        .pipeToSelf(addressesFree, (done, failure) -> new AddressesFree(reload, m.loaded()));
    return this;
  }

  private CompletionStage<Done> leave(ActorRef<ProxySupervisor.Command> proxy) {
    CompletionStage<Done> left =
        AskPattern.ask(
            proxy,
            ProxySupervisor.StopListening::new,
            LEAVE_TIMEOUT,
            getContext().getSystem().scheduler());
    drain(proxy);
    return left;
  }

  private Behavior<Command> onAddressesFree(AddressesFree m) {
    Reload reload = m.reload();
    if (stopping) {
      return answer(ReloadReport.rejected(List.of("the daemon is stopping")));
    }
    Map<String, ActorRef<ProxySupervisor.Command>> there = proxies.serving();
    for (ProxySettings proxy : reload.plan().changed()) {
      ActorRef<ProxySupervisor.Command> actor = there.get(proxy.name());
      if (actor != null) {
        reload.change(proxy, actor, getContext().getSystem().scheduler());
      }
    }
    for (ProxySettings proxy : reload.plan().added()) {
      proxies.start(proxy, reload.birth(proxy, birthOfAdded()));
    }
    proxies.order(reload.plan().wanted().proxies());
    getContext()
        .pipeToSelf(
            reload.outcome(),
            (outcome, failure) ->
                outcome != null
                    ? new Reloaded(reload, m.loaded(), outcome)
                    : new NotLoaded(List.of(String.valueOf(failure))));
    return this;
  }

  /** One that cannot listen ends, and nothing else does. */
  private ProxySupervisor.Birth birthOfAdded() {
    ActorRef<Command> self = getContext().getSelf();
    return new ProxySupervisor.Birth() {
      @Override
      public void listening(ProxySettings proxy, InetSocketAddress address) {
        self.tell(new Listening(proxy, address));
      }

      @Override
      public void notListening(ProxySettings proxy, String reason) {
        self.tell(new NotBegun(proxy.name(), reason));
      }
    };
  }

  private Behavior<Command> onNotBegun(NotBegun m) {
    proxies.dismiss(m.proxy());
    return this;
  }

  private Behavior<Command> onReloaded(Reloaded m) {
    ReloadPlan plan = m.reload().plan();
    Set<String> failed = m.outcome().failed();
    running = new LoadedSettings(plan.after(failed), running.warnings(), running.pekko());
    plan.changed().stream().filter(p -> !failed.contains(p.name())).forEach(proxies::record);
    return answer(m.reload().report(m.loaded(), m.outcome()));
  }

  private Behavior<Command> answer(ReloadReport report) {
    ReloadConfiguration asked = reloads.remove();
    log(asked.askedBy(), report);
    asked.replyTo().tell(report);
    getContext().getSystem().eventStream().tell(new EventStream.Publish<>(report));
    if (!reloads.isEmpty()) {
      load();
    }
    return this;
  }

  private void log(String askedBy, ReloadReport report) {
    Logger log = getContext().getLog();
    if (!report.problems().isEmpty()) {
      log.error("the configuration is not reloaded, nothing is changed (asked by {}):", askedBy);
      report.problems().forEach(problem -> log.error("{}", problem));
      return;
    }
    log.info(
        "the configuration is reloaded (asked by {}): {} changes",
        askedBy,
        report.changed().size());
    report.changed().forEach(words -> log.info("{}", words));
    report.needsRestart().forEach(key -> log.warn("needs a restart: {}", key));
    report.warnings().forEach(warning -> log.warn("{}", warning));
    report.failed().forEach(words -> log.error("{}", words));
  }

  private Behavior<Command> onAdminListening(AdminListening m) {
    adminHasListened = true;
    adminListens = true;
    getContext().getLog().info("HTTP interface listens on {}", m.address());
    running.settings().proxies().stream()
        .filter(proxy -> proxies.backendCount(proxy.name()) == 0)
        .forEach(proxy -> tellHowToAddBackends(proxy, m.address()));
    return answerIfOpen();
  }

  private void tellHowToAddBackends(ProxySettings proxy, InetSocketAddress admin) {
    getContext()
        .getLog()
        .info(
            "proxy {} has no back-end, its clients wait; add one: curl -H 'Content-Type:"
                + " application/json' -d '{\"name\": \"HOST\", \"maxConnections\": 4}'"
                + " {}://{}:{}/api/v1/proxies/{}/backends",
            proxy.name(),
            running.settings().admin().scheme(),
            admin.getHostString(),
            admin.getPort(),
            proxy.name());
  }

  /** At start a wrong address is a mistake to tell; later it must not take the proxies down. */
  private Behavior<Command> onAdminNotListening(AdminNotListening m) {
    AdminSettings admin = running.settings().admin();
    String what = "the HTTP interface cannot listen on " + admin.host() + ":" + admin.port();
    if (!adminHasListened) {
      return onNotListening(new NotListening(what, m.reason()));
    }
    getContext().getLog().error("{}: {}", what, m.reason());
    return this;
  }

  private Behavior<Command> onConsoleListening(ConsoleListening m) {
    consoleHasListened = true;
    consoleListens = true;
    getContext().getLog().info("telnet console listens on {}", m.address());
    return answerIfOpen();
  }

  /** As for the HTTP interface. */
  private Behavior<Command> onConsoleNotListening(ConsoleNotListening m) {
    ConsoleSettings console = running.settings().console();
    String what = "the telnet console cannot listen on " + console.host() + ":" + console.port();
    if (!consoleHasListened) {
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
            proxies.backendCount(m.proxy().name()));
    beginsWith(m.proxy());
    return this;
  }

  private Behavior<Command> onNotListening(NotListening m) {
    getContext().getLog().error("{}: {}", m.what(), m.reason());
    if (begin != null) {
      return notBegun(m.what() + ": " + m.reason());
    }
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

  /** A proxy that serves stops by itself only when it has failed too often. */
  private Behavior<Command> onTerminated(Terminated m) {
    if (proxies.hasDeparted(m.getRef())) {
      undrained.removeIf(proxy -> proxy.path().equals(m.getRef().path()));
      return stopping ? endIfDrained() : this;
    }
    getContext().getLog().error("{} has failed for good: the end", m.getRef().path().name());
    exit.complete(ExitCode.SOFTWARE);
    return Behaviors.stopped();
  }

  private Behavior<Command> onStop() {
    if (stopping) {
      timers.startSingleTimer(GraceOver.INSTANCE, running.settings().shutdownGrace());
      return this;
    }
    return leave(running.settings().shutdownGrace());
  }

  private Behavior<Command> leave(Duration grace) {
    stopping = true;
    exit.complete(ExitCode.DONE);
    getContext().getLog().info("stopping: sessions may finish within {} s", grace.toSeconds());
    drainAll();
    timers.startSingleTimer(GraceOver.INSTANCE, grace);
    return endIfDrained();
  }

  private void drainAll() {
    undrained.addAll(proxies.all());
    proxies.all().forEach(this::drain);
  }

  /** Others need not wait for slots of a node that says good-bye; its leaving ends all. */
  private Behavior<Command> endIfDrained() {
    if (!undrained.isEmpty() || !predecessorGone || lingers) {
      return this;
    }
    if (cluster.isEmpty()) {
      return Behaviors.stopped();
    }
    cluster.get().depart();
    timers.startSingleTimer(GraceOver.INSTANCE, DEPART_TIMEOUT);
    return this;
  }

  private void drain(ActorRef<ProxySupervisor.Command> proxy) {
    ActorRef<ProxySupervisor.Drained> drained =
        getContext().messageAdapter(ProxySupervisor.Drained.class, m -> new Drained(m.proxy()));
    proxy.tell(new ProxySupervisor.Drain(drained));
  }

  /** One that has departed is told of by its end. */
  private Behavior<Command> onDrained(Drained m) {
    if (proxies.isDeparting(m.proxy())) {
      getContext().stop(m.proxy());
      return this;
    }
    undrained.remove(m.proxy());
    return endIfDrained();
  }

  private Behavior<Command> onGraceOver() {
    getContext().getLog().warn("the grace is over: closing what is left");
    return Behaviors.stopped();
  }

  private Behavior<Command> onPostStop() {
    watchdog.close();
    loops.close();
    statsReader.close();
    resolver.close();
    return this;
  }
}
