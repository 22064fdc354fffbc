package io.tcpbalance.health;

import io.tcpbalance.balancer.BackendHealthChanged;
import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Observation;
import io.tcpbalance.config.HealthSettings;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.dns.Resolver;
import io.tcpbalance.relay.ConnectFailure;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Probes the back-ends of one proxy, and tells its balancer what should be healthy and what should
 * not. The balancer tells it which back-ends there are, in each of their lives. Its death costs
 * nobody anything: the next life begins with what the balancer knows.
 */
public final class HealthMonitor extends AbstractBehavior<Balancer.WatcherMessage> {

  /** Connects to an address and closes at once; see {@link io.tcpbalance.relay.RelayLoops}. */
  @FunctionalInterface
  public interface Connector {
    CompletableFuture<Optional<ConnectFailure>> tryConnect(
        InetSocketAddress address, Duration timeout);
  }

  /**
   * What a monitor needs from outside.
   *
   * @param compiles used where the settings want trial compiles
   * @param statsPages used where back-ends learn their slots
   */
  public record Surroundings(
      ActorRef<Balancer.Command> balancer,
      Resolver resolver,
      Connector connector,
      TrialCompiles compiles,
      StatsPages statsPages,
      LongSupplier nanoTime,
      RandomGenerator random) {}

  private sealed interface Command extends Balancer.WatcherMessage {}

  /** Judges by other settings from now on; what was seen by the earlier ones is forgotten. */
  public record Reconfigure(HealthSettings settings) implements Command {}

  private record Due(Probe probe) implements Command {}

  private record Found(Probe probe, List<InetSocketAddress> addresses) implements Command {}

  private record NotFound(Probe probe, String reason) implements Command {}

  private record Tried(Probe probe, Optional<ConnectFailure> failure) implements Command {}

  private record Compiled(Probe probe, TrialCompiles.Result result) implements Command {}

  /** What outlives a life of this actor. */
  private static final class Estate {
    HealthSettings settings;

    Estate(HealthSettings settings) {
      this.settings = settings;
    }
  }

  /** Each takes a descriptor, of those that clients leave over. */
  static final int MOST_UNDER_WAY = 64;

  /** The same holds for trials, and there is one descriptor for each slot besides. */
  static final int MOST_COMPILING = 24;

  private static final ConnectFailure CANCELLED = new ConnectFailure(true, "cancelled");

  private final TimerScheduler<Balancer.WatcherMessage> timers;
  private final Estate estate;
  private final Surroundings around;
  private final SlotLearner learner;
  private ProbeSchedule schedule;
  private final Map<String, Probe> probes = new HashMap<>();
  private final Set<Probe> underWay = new HashSet<>();
  private final Set<Probe> compiling = new HashSet<>();
  private final Queue<Probe> overdue = new ArrayDeque<>();

  private HealthMonitor(
      ActorContext<Balancer.WatcherMessage> context,
      TimerScheduler<Balancer.WatcherMessage> timers,
      Estate estate,
      Surroundings around) {
    super(context);
    context.setLoggerName(HealthMonitor.class);
    this.timers = timers;
    this.estate = estate;
    this.around = around;
    learner = new SlotLearner(context, timers, around);
    schedule = new ProbeSchedule(estate.settings.interval(), around.random());
    around.balancer().tell(new Balancer.Watch(context.getSelf()));
  }

  /**
   * A monitor, which makes itself known to the balancer.
   *
   * @param settings until it is told of others, which survive its restarts
   */
  public static Behavior<Balancer.WatcherMessage> create(
      HealthSettings settings, Surroundings around) {
    Estate estate = new Estate(settings);
    return Behaviors.withTimers(
        timers -> Behaviors.setup(context -> new HealthMonitor(context, timers, estate, around)));
  }

  @Override
  public Receive<Balancer.WatcherMessage> createReceive() {
    return newReceiveBuilder()
        .onMessage(Tried.class, this::onTried)
        .onMessage(Due.class, this::onDue)
        .onMessage(Compiled.class, this::onCompiled)
        .onMessage(Found.class, this::onFound)
        .onMessage(NotFound.class, this::onNotFound)
        .onMessage(BackendHealthChanged.class, this::onHealthChanged)
        .onMessage(Balancer.RosterChanged.class, this::onRosterChanged)
        .onMessage(Reconfigure.class, this::onReconfigure)
        .onMessage(SlotLearner.Due.class, this::onSlotsDue)
        .onMessage(SlotLearner.Told.class, this::onSlotsTold)
        .onSignal(PreRestart.class, signal -> onEnd())
        .onSignal(PostStop.class, signal -> onEnd())
        .build();
  }

  private Behavior<Balancer.WatcherMessage> onRosterChanged(Balancer.RosterChanged m) {
    Map<String, BackendStatus> wanted = new HashMap<>();
    m.backends().stream()
        .filter(this::isProbed)
        .forEach(status -> wanted.put(status.name(), status));
    List.copyOf(probes.values()).stream()
        .filter(probe -> !leadsTo(probe, wanted.get(probe.backend)))
        .forEach(this::stop);
    wanted.values().forEach(this::follow);
    learner.follow(m.backends());
    return this;
  }

  /** The balancer's answer brings the back-ends anew. */
  private Behavior<Balancer.WatcherMessage> onReconfigure(Reconfigure m) {
    estate.settings = m.settings();
    schedule = new ProbeSchedule(m.settings().interval(), around.random());
    List.copyOf(probes.values()).forEach(this::stop);
    around.balancer().tell(new Balancer.Watch(getContext().getSelf()));
    return this;
  }

  /** One that drains has sessions yet, and may be wanted again. */
  private boolean isProbed(BackendStatus status) {
    return estate.settings.probes() && !status.removing() && status.state() != OperatorState.DOWN;
  }

  private static boolean leadsTo(Probe probe, @Nullable BackendStatus status) {
    return status != null && probe.leadsTo(status);
  }

  private void follow(BackendStatus status) {
    Probe probe = probes.get(status.name());
    if (probe == null) {
      TrialPlan trials = new TrialPlan(estate.settings, around.random(), now());
      probe = new Probe(status, new Judge(estate.settings, status.healthy()), trials);
      if (!status.healthy()) {
        trials.hostFailed(now());
      }
      probes.put(probe.backend, probe);
      timers.startSingleTimer(probe, new Due(probe), schedule.first());
    } else {
      becomes(probe, status.healthy(), status.onTrial());
    }
  }

  private void stop(Probe probe) {
    probes.remove(probe.backend);
    timers.cancel(probe);
    probe.cancel();
  }

  private Behavior<Balancer.WatcherMessage> onHealthChanged(BackendHealthChanged m) {
    Probe probe = probes.get(m.backend());
    if (probe != null) {
      becomes(probe, m.healthy(), m.onTrial());
    }
    learner.healthChanged(m.backend(), m.healthy());
    return this;
  }

  private void becomes(Probe probe, boolean healthy, boolean onTrial) {
    probe.onTrial = onTrial;
    if (probe.judge.healthy() && !healthy) {
      probe.trials.hostFailed(now());
    }
    probe.judge.becomes(healthy, now());
  }

  private Behavior<Balancer.WatcherMessage> onSlotsDue(SlotLearner.Due m) {
    learner.onDue(m);
    return this;
  }

  private Behavior<Balancer.WatcherMessage> onSlotsTold(SlotLearner.Told m) {
    learner.onTold(m);
    return this;
  }

  private Behavior<Balancer.WatcherMessage> onDue(Due m) {
    overdue.add(m.probe());
    return beginOverdue();
  }

  private Behavior<Balancer.WatcherMessage> beginOverdue() {
    while (underWay.size() < MOST_UNDER_WAY && !overdue.isEmpty()) {
      Probe probe = overdue.remove();
      if (isCurrent(probe)) {
        begin(probe);
      }
    }
    return this;
  }

  /** Whether it was not stopped meanwhile, and is of this life. */
  private boolean isCurrent(Probe probe) {
    return probes.get(probe.backend) == probe;
  }

  private void begin(Probe probe) {
    underWay.add(probe);
    probe.begin(now());
    List<InetSocketAddress> known = around.resolver().known(probe.host, probe.port);
    if (known.isEmpty()) {
      getContext()
          .pipeToSelf(
              around.resolver().resolve(probe.host, probe.port),
              (found, failure) ->
                  found != null
                      ? new Found(probe, found)
                      : new NotFound(probe, Resolver.reason(failure)));
    } else {
      probe.found(known);
      tryNextAddress(probe);
    }
  }

  private Behavior<Balancer.WatcherMessage> onFound(Found m) {
    if (isCurrent(m.probe())) {
      m.probe().found(m.addresses());
      tryNextAddress(m.probe());
      return this;
    }
    return over(m.probe());
  }

  private Behavior<Balancer.WatcherMessage> onNotFound(NotFound m) {
    if (isCurrent(m.probe())) {
      failed(m.probe(), Observation.FAILS, m.reason());
    }
    return over(m.probe());
  }

  private void tryNextAddress(Probe probe) {
    CompletableFuture<Optional<ConnectFailure>> trial =
        around.connector().tryConnect(probe.nextAddress(), estate.settings.timeout());
    probe.connects(trial);
    getContext()
        .pipeToSelf(
            trial,
            (failure, cancelled) ->
                new Tried(probe, failure != null ? failure : Optional.of(CANCELLED)));
  }

  private Behavior<Balancer.WatcherMessage> onTried(Tried m) {
    Probe probe = m.probe();
    if (isCurrent(probe)) {
      boolean elsewhere = m.failure().isPresent() && !m.failure().get().local();
      if (elsewhere && probe.hasAnotherAddress()) {
        tryNextAddress(probe);
        return this;
      }
      conclude(probe, m.failure());
    }
    return over(probe);
  }

  private Behavior<Balancer.WatcherMessage> over(Probe probe) {
    underWay.remove(probe);
    if (isCurrent(probe)) {
      Duration taken = Duration.ofNanos(now() - probe.begunAtNanos());
      timers.startSingleTimer(probe, new Due(probe), schedule.nextAfter(taken));
    }
    return beginOverdue();
  }

  private void conclude(Probe probe, Optional<ConnectFailure> failure) {
    if (failure.isEmpty()) {
      accepted(probe);
    } else if (failure.get().local()) {
      getContext().getLog().debug("no probe of {}: {}", probe.backend, failure.get().reason());
    } else {
      failed(probe, Observation.UNREACHABLE, failure.get().reason());
    }
  }

  private void accepted(Probe probe) {
    long nowNanos = now();
    String reason = estate.settings.rise() == 1 ? "accepted a probe" : acceptedInARow();
    switch (probe.judge.probeSucceeded(nowNanos)) {
      case SHOULD_BE_HEALTHY -> {
        if (estate.settings.compiles() && probe.onTrial) {
          compileIfDue(probe);
        } else {
          tell(probe, Observation.SERVES, reason);
        }
      }
      case HAS_TO_WAIT ->
          getContext()
              .getLog()
              .info(
                  "{}: back-end {} {}, but failed again and again: {} ms of {} ms of waiting left",
                  getContext().getSelf().path().parent().name(),
                  probe.backend,
                  reason,
                  TimeUnit.NANOSECONDS.toMillis(probe.judge.leftNanos(nowNanos)),
                  TimeUnit.NANOSECONDS.toMillis(probe.judge.waitNanos()));
      case NO_NEWS -> {
        if (estate.settings.compiles() && probe.judge.healthy()) {
          compileIfDue(probe);
        }
      }
    }
  }

  private void compileIfDue(Probe probe) {
    if (compiling.size() < MOST_COMPILING && probe.trials.isDue(now())) {
      compile(probe, probe.trials.begin());
    }
  }

  private void compile(Probe probe, String compiler) {
    CompletableFuture<TrialCompiles.Result> trial =
        around.compiles().start(probe.backend, compiler);
    probe.compiles(trial);
    compiling.add(probe);
    getContext()
        .pipeToSelf(
            trial,
            (result, cancelled) ->
                new Compiled(probe, result != null ? result : TrialCompiles.Result.NOT_TRIED));
  }

  private Behavior<Balancer.WatcherMessage> onCompiled(Compiled m) {
    Probe probe = m.probe();
    compiling.remove(probe);
    if (isCurrent(probe)) {
      switch (m.result().kind()) {
        case PASSED, NOT_WANTED -> goOn(probe);
        case FAILED -> {
          probe.trials.failed(now());
          // Said with the release of its slot already, which a balancer that restarts may miss.
          tell(probe, Observation.FAILS_JOBS, m.result().reason());
        }
        case NOT_TRIED -> probe.trials.notTried(probe.judge.healthy(), now());
      }
    }
    return this;
  }

  private void goOn(Probe probe) {
    Optional<String> next = probe.trials.next();
    if (next.isPresent()) {
      compile(probe, next.get());
      return;
    }
    probe.trials.passed(now());
    if (!probe.judge.healthy()) {
      tell(probe, Observation.DOES_JOBS, "passed a trial compile");
    }
  }

  private String acceptedInARow() {
    return "accepted " + estate.settings.rise() + " probes in a row";
  }

  /** Of one that has failed already it is news yet that it died: jobs may wait there in vain. */
  private void failed(Probe probe, Observation observation, String reason) {
    boolean fails = probe.judge.probeFailed();
    boolean dies = observation == Observation.UNREACHABLE && probe.judge.hasFallen();
    if (fails || dies) {
      tell(probe, observation, reason);
    }
  }

  private void tell(Probe probe, Observation observation, String reason) {
    around.balancer().tell(new Balancer.Observed(probe.backend, observation, reason));
  }

  private long now() {
    return around.nanoTime().getAsLong();
  }

  /** No socket outlives the life that opened it. */
  private Behavior<Balancer.WatcherMessage> onEnd() {
    underWay.forEach(Probe::cancel);
    probes.values().forEach(Probe::cancel);
    return this;
  }
}
