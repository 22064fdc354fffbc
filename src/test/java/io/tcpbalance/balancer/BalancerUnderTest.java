package io.tcpbalance.balancer;

import io.tcpbalance.balancer.Balancer.Acquire;
import io.tcpbalance.balancer.Balancer.Command;
import io.tcpbalance.balancer.Balancer.Connected;
import io.tcpbalance.balancer.Balancer.Describe;
import io.tcpbalance.balancer.Balancer.Granted;
import io.tcpbalance.balancer.Balancer.Holds;
import io.tcpbalance.balancer.Balancer.ListWaiting;
import io.tcpbalance.balancer.Balancer.RegistrarMessage;
import io.tcpbalance.balancer.Balancer.Release;
import io.tcpbalance.balancer.Balancer.Roll;
import io.tcpbalance.balancer.Balancer.SessionMessage;
import io.tcpbalance.balancer.Balancer.Slot;
import io.tcpbalance.balancer.Balancer.TakeCensus;
import io.tcpbalance.balancer.Balancer.Waits;
import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.HealthSettings;
import io.tcpbalance.config.QueueSettings;
import io.tcpbalance.config.SupervisionSettings;
import io.tcpbalance.supervision.Kill;
import io.tcpbalance.supervision.Supervision;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A supervised balancer on manual time. Its registrar and its sessions are the test's; all sessions
 * hear through one probe.
 */
final class BalancerUnderTest {

  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  static final Instant NOW = START.plusSeconds(100);
  static final Duration RETRY_AFTER = Duration.ofSeconds(5);
  static final Duration QUEUE_TIMEOUT = Duration.ofSeconds(60);

  final Roster.Holder holder;
  final TestProbe<RegistrarMessage> registrar;
  final TestProbe<SessionMessage> sessions;
  final ActorRef<Command> ref;
  private final ActorTestKit kit;
  private final AtomicLong nanoTime = new AtomicLong(1_000_000);

  BalancerUnderTest(ActorTestKit kit, BackendSettings... backends) {
    this(kit, 1000, backends);
  }

  BalancerUnderTest(ActorTestKit kit, int queueMaxLength, BackendSettings... backends) {
    this(kit, queueMaxLength, Hosts.unprobed(RETRY_AFTER, Duration.ZERO), backends);
  }

  BalancerUnderTest(
      ActorTestKit kit, int queueMaxLength, HealthSettings health, BackendSettings... backends) {
    this.kit = kit;
    holder = new Roster.Holder(Roster.of(List.of(backends), START));
    registrar = kit.createTestProbe();
    sessions = kit.createTestProbe();
    Supervision supervision =
        new Supervision(new SupervisionSettings(5, Duration.ofSeconds(30)), true);
    ref =
        kit.spawn(
            supervision.restarting(
                Balancer.create(
                    "farm",
                    holder,
                    new PoolSettings(
                        new QueueSettings(QUEUE_TIMEOUT, queueMaxLength), health, true),
                    nanoTime::get,
                    InstantSource.fixed(NOW),
                    registrar.getRef())));
  }

  /** One that has found nobody in its first census. */
  static BalancerUnderTest serving(ActorTestKit kit, BackendSettings... backends) {
    BalancerUnderTest test = new BalancerUnderTest(kit, backends);
    test.census();
    return test;
  }

  /** Answers a census with the numbers of those who are to report. */
  long census(Long... present) {
    TakeCensus asked = registrar.expectMessageClass(TakeCensus.class);
    asked.replyTo().tell(new Roll(asked.epoch(), Set.of(present)));
    return asked.epoch();
  }

  /** Kills it; the new life waits for its census. */
  void kill() {
    new Kill("drill").send(ref);
  }

  static LeaseId id(long session) {
    return new LeaseId(session, 1);
  }

  Acquire wish(LeaseId lease, String... avoid) {
    return wish(lease, Hosts.avoiding(avoid));
  }

  Acquire wish(LeaseId lease, Wish wish) {
    return new Acquire(
        lease, lease.session(), nanoTime.get(), wish, PoolUnderTest.CLIENT, sessions.getRef());
  }

  void acquire(long session) {
    ref.tell(wish(id(session)));
  }

  void waits(long epoch, long session) {
    ref.tell(new Waits(epoch, wish(id(session))));
  }

  void holds(long epoch, long session, String backend, boolean active) {
    ref.tell(new Holds(epoch, id(session), slot(backend), active, sessions.getRef()));
  }

  void connected(long session) {
    ref.tell(new Connected(id(session)));
  }

  void finish(long session) {
    finish(session, "a");
  }

  void finish(long session, String backend) {
    release(session, backend, new Outcome.Finished(1_000_000, 10, 20, Optional.empty(), false));
  }

  void failToConnect(long session) {
    release(session, "a", new Outcome.ConnectFailed("refused", true));
  }

  private void release(long session, String backend, Outcome outcome) {
    ref.tell(new Release(id(session), slot(backend), outcome));
  }

  static Slot slot(String backend) {
    return new Slot(backend, backend + ".example", 3632);
  }

  void expectGranted(long epoch, long session, String backend) {
    expectGranted(epoch, id(session), backend);
  }

  void expectGranted(long epoch, LeaseId lease, String backend) {
    sessions.expectMessage(new Granted(epoch, lease, slot(backend)));
  }

  void expectQueued(long session) {
    sessions.expectMessage(new Balancer.Queued(id(session)));
  }

  /** Everything told so far has been dealt with, and nothing more was said to a session. */
  void expectSilence() {
    describe();
    TestProbe<Command> mark = kit.createTestProbe();
    sessions.getRef().tell(new Balancer.Report(-1, mark.getRef()));
    sessions.expectMessage(new Balancer.Report(-1, mark.getRef()));
  }

  PoolStatus describe() {
    TestProbe<PoolStatus> asking = kit.createTestProbe();
    ref.tell(new Describe(asking.getRef()));
    return asking.receiveMessage();
  }

  BackendStatus describe(String name) {
    return describe().backends().stream()
        .filter(b -> b.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  List<Long> waiting() {
    return listWaiting(1000).stream().map(WaitingClient::session).toList();
  }

  @SuppressWarnings("unchecked")
  List<WaitingClient> listWaiting(int limit) {
    TestProbe<List<WaitingClient>> asking = kit.createTestProbe();
    ref.tell(new ListWaiting(limit, asking.getRef()));
    return asking.receiveMessage();
  }

  /** Lets time pass for the clock and the timers alike, after what was told has been dealt with. */
  void pass(Duration duration) {
    describe();
    nanoTime.addAndGet(duration.toNanos());
    ManualTime.get(kit.system()).timePasses(duration);
  }
}
