package io.tcpbalance.health;

import io.tcpbalance.balancer.BackendHealthChanged;
import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Learning;
import io.tcpbalance.balancer.Observation;
import io.tcpbalance.config.HealthCheck;
import io.tcpbalance.config.HealthSettings;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.SupervisionSettings;
import io.tcpbalance.config.TrialSettings;
import io.tcpbalance.dns.Resolver;
import io.tcpbalance.relay.ConnectFailure;
import io.tcpbalance.supervision.Kill;
import io.tcpbalance.supervision.Supervision;
import io.tcpbalance.testing.DrillFilter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.BehaviorInterceptor;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A supervised monitor on manual time, without jitter: the first probe comes after half an
 * interval. The balancer is the test's, and so are the answers to its connects, which are given at
 * once where they are known beforehand.
 */
final class MonitorUnderTest implements AutoCloseable {

  static final Duration INTERVAL = Duration.ofSeconds(2);
  static final Duration COMPILE_INTERVAL = Duration.ofSeconds(20);
  static final ConnectFailure REFUSED = new ConnectFailure(false, "connection refused");
  static final ConnectFailure OUR_OWN = new ConnectFailure(true, "too many open files");

  /** A connect that is under way. */
  record Trial(
      InetSocketAddress address,
      Duration timeout,
      CompletableFuture<Optional<ConnectFailure>> result) {

    void accept() {
      result.complete(Optional.empty());
    }

    void fail(ConnectFailure failure) {
      result.complete(Optional.of(failure));
    }
  }

  /** A trial compile that is under way. */
  record Compile(String backend, String compiler, CompletableFuture<TrialCompiles.Result> result) {}

  /** Of how many jobs a host does, which is not answered yet. */
  record Question(String host, int port, CompletableFuture<StatsPages.Answer> answer) {}

  private record Mark(ActorRef<Mark> replyTo) {}

  /** Answers marks on behalf of the actor: all that was told before has been dealt with. */
  private static final class Marker extends BehaviorInterceptor<Object, Balancer.WatcherMessage> {
    Marker() {
      super(Object.class);
    }

    @Override
    public Behavior<Balancer.WatcherMessage> aroundReceive(
        TypedActorContext<Object> context,
        Object message,
        ReceiveTarget<Balancer.WatcherMessage> target) {
      if (message instanceof Mark mark) {
        mark.replyTo().tell(mark);
        return Behaviors.same();
      }
      return target.apply(context, (Balancer.WatcherMessage) message);
    }
  }

  final TestProbe<Balancer.Command> balancer;
  final ActorRef<Balancer.WatcherMessage> ref;

  /** Those that are not answered beforehand. */
  final BlockingQueue<Trial> trials = new LinkedBlockingQueue<>();

  final BlockingQueue<Compile> compiles = new LinkedBlockingQueue<>();
  final BlockingQueue<Question> questions = new LinkedBlockingQueue<>();

  private final Map<Integer, Optional<ConnectFailure>> answers = new ConcurrentHashMap<>();
  private final ActorTestKit kit;
  private final ManualTime time;
  private final AtomicLong nanoTime = new AtomicLong();
  private final Resolver resolver;

  MonitorUnderTest(ActorTestKit kit, int fall, int rise) {
    this(kit, fall, rise, InetAddress::getAllByName);
  }

  MonitorUnderTest(ActorTestKit kit, int fall, int rise, Resolver.Lookup lookup) {
    this(kit, HealthCheck.CONNECT, fall, rise, lookup);
  }

  MonitorUnderTest(
      ActorTestKit kit, HealthCheck check, int fall, int rise, Resolver.Lookup lookup) {
    this.kit = kit;
    time = ManualTime.get(kit.system());
    balancer = kit.createTestProbe();
    resolver = new Resolver(lookup, INTERVAL, Duration.ofSeconds(20), nanoTime::get);
    HealthSettings settings =
        new HealthSettings(
            check,
            INTERVAL,
            Duration.ofSeconds(1),
            fall,
            rise,
            Duration.ZERO,
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            new TrialSettings(COMPILE_INTERVAL, Duration.ofSeconds(30), List.of("gcc", "clang")));
    HealthMonitor.Surroundings around =
        new HealthMonitor.Surroundings(
            balancer.getRef(),
            resolver,
            this::tryConnect,
            this::compile,
            this::askStats,
            nanoTime::get,
            () -> Long.MIN_VALUE);
    Supervision supervision =
        new Supervision(new SupervisionSettings(5, Duration.ofSeconds(30)), true);
    Behavior<Balancer.WatcherMessage> marked =
        Behaviors.<Object, Balancer.WatcherMessage>intercept(
                Marker::new, HealthMonitor.create(settings, around))
            .narrow();
    ref = kit.spawn(supervision.restarting(marked));
    expectWatch();
  }

  void expectWatch() {
    balancer.expectMessage(new Balancer.Watch(ref));
  }

  private CompletableFuture<Optional<ConnectFailure>> tryConnect(
      InetSocketAddress address, Duration timeout) {
    Optional<ConnectFailure> answer = answers.get(address.getPort());
    if (answer != null) {
      return CompletableFuture.completedFuture(answer);
    }
    Trial trial = new Trial(address, timeout, new CompletableFuture<>());
    trials.add(trial);
    return trial.result();
  }

  private CompletableFuture<TrialCompiles.Result> compile(String backend, String compiler) {
    Compile compile = new Compile(backend, compiler, new CompletableFuture<>());
    compiles.add(compile);
    return compile.result();
  }

  private CompletableFuture<StatsPages.Answer> askStats(String host, int port) {
    Question question = new Question(host, port, new CompletableFuture<>());
    questions.add(question);
    return question.answer();
  }

  /** From now on this port accepts. */
  void accepts(int port) {
    answers.put(port, Optional.empty());
  }

  /** From now on connects to this port fail so. */
  void fails(int port, ConnectFailure failure) {
    answers.put(port, Optional.of(failure));
  }

  static BackendStatus host(String name, int port) {
    return host(name, "127.0.0.1", port, OperatorState.UP, true);
  }

  static BackendStatus host(
      String name, String host, int port, OperatorState state, boolean healthy) {
    return host(name, host, port, state, healthy, Learning.OFF);
  }

  static BackendStatus host(
      String name, String host, int port, OperatorState state, boolean healthy, Learning learning) {
    return new BackendStatus(
        name,
        host,
        port,
        state,
        healthy,
        false,
        false,
        4,
        learning,
        4,
        List.of(),
        0,
        0,
        Optional.empty(),
        Optional.empty(),
        0,
        0,
        0,
        0);
  }

  void roster(BackendStatus... backends) {
    ref.tell(new Balancer.RosterChanged(List.of(backends)));
  }

  /** As the balancer would tell. */
  void becomes(String backend, boolean healthy) {
    becomes(backend, healthy, false);
  }

  void becomes(String backend, boolean healthy, boolean onTrial) {
    ref.tell(new BackendHealthChanged("farm", backend, healthy, onTrial, "reason", Instant.EPOCH));
  }

  /**
   * Lets the time of one probe come and pass. Time that is to bring several has to pass in as many
   * steps: the next is due only when the last has been dealt with.
   */
  void passInterval() {
    pass(INTERVAL);
  }

  void pass(Duration duration) {
    settle();
    nanoTime.addAndGet(duration.toNanos());
    time.timePasses(duration);
    settle();
  }

  /** All that was told, and what that brought about, has been dealt with. */
  void settle() {
    TestProbe<Mark> marks = kit.createTestProbe();
    for (int i = 0; i < 5; i++) {
      Mark mark = new Mark(marks.getRef());
      ref.<Object>unsafeUpcast().tell(mark);
      marks.expectMessage(mark);
    }
  }

  void kill() {
    new Kill(DrillFilter.REASON).send(ref);
  }

  void expectObserved(String backend, Observation observation, String reason) {
    balancer.expectMessage(new Balancer.Observed(backend, observation, reason));
  }

  /** Nothing was told to the balancer that was not expected. */
  void expectSilence() {
    settle();
    balancer.getRef().tell(new Balancer.SessionEnded(-1));
    balancer.expectMessage(new Balancer.SessionEnded(-1));
  }

  @Override
  public void close() {
    kit.stop(ref);
    resolver.close();
  }
}
