package io.tcpbalance.balancer;

import io.tcpbalance.config.HealthSettings;
import io.tcpbalance.config.QueueSettings;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A slot pool whose decisions become lines of text: {@code "1.1 -> a"} is a grant to session 1,
 * attempt 1. Its clock stands still but for {@link #pass}.
 */
final class PoolUnderTest implements SlotPool.Decisions<String> {

  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  static final Duration RETRY_AFTER = Duration.ofSeconds(5);
  static final Duration QUEUE_TIMEOUT = Duration.ofSeconds(60);
  static final SocketAddress CLIENT = InetSocketAddress.createUnresolved("client.example", 1);

  final SlotPool<String> pool;
  private final List<String> decisions = new ArrayList<>();

  /** Near the end of the range of long, where sums wrap around, as those of the JVM's clock may. */
  private long nowNanos = Long.MAX_VALUE - Duration.ofSeconds(20).toNanos();

  PoolUnderTest(int queueMaxLength, BackendStatus... backends) {
    this(queueMaxLength, Hosts.unprobed(RETRY_AFTER, Duration.ZERO), backends);
  }

  PoolUnderTest(int queueMaxLength, HealthSettings health, BackendStatus... backends) {
    pool =
        new SlotPool<>(
            new Roster(START, List.of(backends)),
            new PoolSettings(new QueueSettings(QUEUE_TIMEOUT, queueMaxLength), health, true),
            nowNanos,
            this);
  }

  /** One whose census is over. */
  static PoolUnderTest granting(BackendStatus... backends) {
    return granting(1000, backends);
  }

  static PoolUnderTest granting(int queueMaxLength, BackendStatus... backends) {
    PoolUnderTest test = new PoolUnderTest(queueMaxLength, backends);
    test.pool.startGranting();
    return test;
  }

  /** One with probes. */
  static PoolUnderTest probed(Duration slowStart, BackendStatus... backends) {
    PoolUnderTest test = new PoolUnderTest(1000, Hosts.probed(slowStart), backends);
    test.pool.startGranting();
    return test;
  }

  static LeaseId id(long session) {
    return new LeaseId(session, 1);
  }

  SlotRequest<String> request(LeaseId lease, Wish wish) {
    return new SlotRequest<>(lease, lease.session(), nowNanos, wish, CLIENT, "s" + lease.session());
  }

  void acquire(long session) {
    acquire(session, Wish.anything());
  }

  void acquire(long session, Wish wish) {
    pool.acquire(request(id(session), wish));
  }

  void acquire(LeaseId lease, String... avoid) {
    pool.acquire(request(lease, Hosts.avoiding(avoid)));
  }

  boolean release(LeaseId lease, Outcome outcome) {
    return pool.release(lease, outcome, nowNanos, now());
  }

  boolean finish(long session) {
    return release(id(session), new Outcome.Finished(1_000_000, 10, 20, Optional.empty(), false));
  }

  boolean failToConnect(long session) {
    return release(id(session), new Outcome.ConnectFailed("refused", true));
  }

  boolean connected(LeaseId lease) {
    return pool.connected(lease, nowNanos);
  }

  void observed(String backend, Observation observation) {
    pool.observed(backend, observation, "probe", nowNanos, now());
  }

  void withdraw(long session) {
    pool.withdraw(id(session), nowNanos, now());
  }

  void end(long session) {
    pool.sessionEnded(session, nowNanos, now());
  }

  void pass(Duration duration) {
    nowNanos += duration.toNanos();
    pool.tick(nowNanos);
  }

  long nowNanos() {
    return nowNanos;
  }

  static Instant now() {
    return START.plusSeconds(1);
  }

  Backend backend(String name) {
    return Objects.requireNonNull(pool.find(name), name);
  }

  /** What was decided since the last call. */
  List<String> decisions() {
    List<String> since = List.copyOf(decisions);
    decisions.clear();
    return since;
  }

  private static String text(LeaseId lease) {
    return lease.session() + "." + lease.attempt();
  }

  @Override
  public void granted(LeaseId lease, Backend backend, String holder) {
    decisions.add(text(lease) + " -> " + backend.name);
  }

  @Override
  public void queued(SlotRequest<String> request) {
    decisions.add(text(request.lease()) + " queued");
  }

  @Override
  public void refused(SlotRequest<String> request, Refusal reason) {
    decisions.add(text(request.lease()) + " " + reason);
  }

  @Override
  public void evicted(LeaseId lease, String holder) {
    decisions.add(text(lease) + " evicted");
  }

  @Override
  public void lost(LeaseId lease, String holder, String reason) {
    decisions.add(text(lease) + " lost: " + reason);
  }

  @Override
  public void trialEnded(Backend backend) {
    decisions.add(backend.name + " is on trial no more");
  }

  @Override
  public void healthChanged(Backend backend, String reason) {
    decisions.add(backend.name + (backend.healthy ? " healthy: " : " failed: ") + reason);
  }
}
