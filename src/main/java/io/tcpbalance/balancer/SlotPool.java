package io.tcpbalance.balancer;

import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.HealthSettings;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Leases, waiters and back-ends, and every rule about them. Holds no actor, clock or socket: time
 * comes in as an argument, decisions go out through {@link Decisions} before the method that caused
 * them returns. Not thread-safe.
 *
 * @param <C> whom to tell
 */
final class SlotPool<C> {

  /** What a pool decides. */
  interface Decisions<C> {

    /** The session may use this back-end; the lease counts as pending from now on. */
    void granted(LeaseId lease, Backend backend, C holder);

    /** The session waits. */
    void queued(SlotRequest<C> request);

    /** The session will get nothing. */
    void refused(SlotRequest<C> request, Refusal reason);

    /** The session is to give its lease back at once. */
    void evicted(LeaseId lease, C holder);

    /** The back-end that the session uses does not accept any more; told once for each lease. */
    void lost(LeaseId lease, C holder, String reason);

    /** The back-end became healthy or failed; not called where it stays what it was. */
    void healthChanged(Backend backend, String reason);

    /** The back-end has shown that it does jobs, or need not: it has all of its slots again. */
    void trialEnded(Backend backend);
  }

  private final BackendTable table = new BackendTable();
  private final WaitQueue<C> queue = new WaitQueue<>();
  private final Dispatcher<C> dispatcher = new Dispatcher<>(table, queue);
  private final Map<LeaseId, Lease<C>> leases = new HashMap<>();
  private final Decisions<C> decisions;
  private RetrySchedule retries;
  private SlowStart slowStart;
  private PoolSettings settings;
  private boolean granting;
  private Instant startedAt;

  /** A pool that grants nothing until {@link #startGranting}. */
  SlotPool(Roster roster, PoolSettings settings, long nowNanos, Decisions<C> decisions) {
    this.settings = settings;
    this.retries = new RetrySchedule(settings.health().retryAfter().toNanos());
    this.slowStart = new SlowStart(settings.health().slowStart().toNanos());
    this.decisions = decisions;
    this.startedAt = roster.startedAt();
    for (BackendStatus status : roster.backends()) {
      Backend backend = new Backend(status);
      if (!backend.healthy) {
        leaveAlone(backend, nowNanos);
      } else if (!backend.onTrial) {
        slowStart.resume(backend, status.slots(), nowNanos);
      }
      table.insert(backend, new Placement.Last());
    }
  }

  void startGranting() {
    granting = true;
    List.copyOf(table.all()).forEach(this::forgetIfUnused);
    dispatch();
  }

  /** Until {@link #startGranting}. What sessions tell counts all the same. */
  void stopGranting() {
    granting = false;
  }

  List<Balancer.HeldSlot> heldSlots() {
    return leases.entrySet().stream()
        .map(
            e -> new Balancer.HeldSlot(e.getKey(), slot(e.getValue().backend), e.getValue().active))
        .toList();
  }

  private static Balancer.Slot slot(Backend backend) {
    return new Balancer.Slot(backend.name, backend.host, backend.port);
  }

  /** Grants, queues or refuses. A repeated request gets the answer it got. */
  void acquire(SlotRequest<C> request) {
    Lease<C> held = leases.get(request.lease());
    if (held != null) {
      decisions.granted(request.lease(), held.backend, request.holder());
      return;
    }
    if (request.wish().only().isPresent()) {
      acquireOnly(request, request.wish().only().get());
      return;
    }
    boolean waitsAlready = queue.find(request.lease()) != null;
    if (!dispatcher.enqueue(request)) {
      decisions.refused(request, Refusal.NO_COMPILER);
      return;
    }
    dispatch();
    if (queue.find(request.lease()) == null) {
      return;
    }
    boolean isNew = !waitsAlready && request.lease().attempt() == 1;
    if (granting && isNew && queue.size() > settings.queue().maxLength()) {
      queue.remove(request.lease());
      decisions.refused(request, Refusal.QUEUE_FULL);
    } else {
      decisions.queued(request);
    }
  }

  /** For a probe. During a census it is not known what is free. */
  private void acquireOnly(SlotRequest<C> request, String name) {
    Backend backend = table.find(name);
    if (backend == null || !backend.enabled()) {
      decisions.refused(request, Refusal.NO_SUCH_BACKEND);
    } else if (!table.has(backend, request.wish().compiler())) {
      decisions.refused(request, Refusal.NO_COMPILER);
    } else if (!granting || !backend.hasRoom()) {
      decisions.refused(request, Refusal.NO_FREE_SLOT);
    } else {
      grant(request, backend);
    }
  }

  /** The lease's back-end has accepted. Returns whether the lease is known. */
  boolean connected(LeaseId id, long nowNanos) {
    Lease<C> lease = leases.get(id);
    if (lease == null) {
      return false;
    }
    if (!lease.active) {
      lease.active = true;
      lease.backend.pending--;
      lease.backend.active++;
    }
    if (!lease.accepted) {
      lease.accepted = true;
      lease.backend.activeCount++;
      // That a probe is let in is not yet its verdict.
      if (!lease.backend.healthy && !lease.probes && !settings.health().probes()) {
        comeBack(lease.backend, "accepted a connection", nowNanos);
      }
      changed(lease.backend);
    }
    return true;
  }

  /**
   * The lease's back-end socket is closed, or there never was one. Returns whether the lease is
   * known.
   */
  boolean release(LeaseId id, Outcome outcome, long nowNanos, Instant now) {
    Lease<C> lease = leases.remove(id);
    if (lease == null) {
      return false;
    }
    Backend backend = lease.backend;
    if (lease.active) {
      backend.active--;
    } else {
      backend.pending--;
    }
    if (outcome instanceof Outcome.Used used) {
      backend.activeNanos += used.activeNanos();
      backend.bytesIn += used.bytesIn();
      backend.bytesOut += used.bytesOut();
    }
    if (outcome instanceof Outcome.Finished finished) {
      learn(backend, finished, nowNanos, now);
    } else if (outcome instanceof Outcome.ConnectFailed failure) {
      noteError(backend, failure.reason(), now);
      becomeFailed(backend, failure.reason(), nowNanos);
      if (failure.losesJobs()) {
        tellLost(backend, failure.reason());
      }
    }
    changed(backend);
    forgetIfUnused(backend);
    return true;
  }

  private void learn(Backend backend, Outcome.Finished finished, long nowNanos, Instant now) {
    if (finished.error().isPresent()) {
      noteError(backend, finished.error().get(), now);
      if (finished.failsHost()) {
        failsJobs(backend, finished.error().get(), nowNanos);
      }
      return;
    }
    backend.blamedBy = OptionalLong.empty();
    if (backend.healthy && backend.onTrial) {
      endTrial(backend);
      slowStart.begin(backend, nowNanos);
    }
  }

  /** Its sockets may stay open for long after the process behind them is gone. */
  private void tellLost(Backend backend, String reason) {
    if (backend.active == 0) {
      return;
    }
    leases.forEach(
        (id, lease) -> {
          if (lease.backend == backend && lease.active && !lease.toldLost) {
            lease.toldLost = true;
            decisions.lost(id, lease.holder, reason);
          }
        });
  }

  /**
   * What probes found out. What is known already changes nothing; but one that has failed for
   * another reason, and is unreachable now, loses what it was doing.
   */
  void observed(String name, Observation observation, String reason, long nowNanos, Instant now) {
    Backend backend = table.find(name);
    if (backend == null) {
      return;
    }
    if (backend.healthy == observation.isGood()) {
      if (observation == Observation.UNREACHABLE) {
        tellLost(backend, reason);
      }
      return;
    }
    switch (observation) {
      case SERVES -> comeBack(backend, reason, nowNanos);
      case DOES_JOBS -> {
        endTrial(backend);
        comeBack(backend, reason, nowNanos);
      }
      case FAILS, UNREACHABLE -> becomeFailed(backend, reason, nowNanos);
      case FAILS_JOBS -> failsJobs(backend, reason, nowNanos);
    }
    if (!observation.isGood()) {
      noteError(backend, reason, now);
    }
    if (observation == Observation.UNREACHABLE) {
      tellLost(backend, reason);
    }
    changed(backend);
  }

  /**
   * A job died there and another back-end did it. May be the job's own fault once; the second time
   * in a row, with another session's job, it is the back-end's.
   */
  void blame(long session, String name, String reason, long nowNanos, Instant now) {
    Backend backend = table.find(name);
    if (backend == null || !backend.healthy) {
      return;
    }
    if (backend.blamedBy.isEmpty()) {
      backend.blamedBy = OptionalLong.of(session);
    } else if (backend.blamedBy.getAsLong() != session) {
      String error = "jobs fail there: " + reason;
      noteError(backend, error, now);
      failsJobs(backend, error, nowNanos);
      changed(backend);
    }
  }

  /**
   * The session wants nothing any more: it leaves the queue, or gives back a lease that it never
   * used.
   */
  void withdraw(LeaseId id, long nowNanos, Instant now) {
    if (queue.remove(id) == null) {
      release(id, new Outcome.Unused(), nowNanos, now);
    }
  }

  /** The session died without a word; it used no back-end, or its relay will tell the release. */
  void sessionEnded(long session, long nowNanos, Instant now) {
    queue.removeSession(session);
    leases.keySet().stream()
        .filter(id -> id.session() == session)
        .toList()
        .forEach(id -> release(id, new Outcome.Unused(), nowNanos, now));
  }

  /**
   * A lease that was granted in an earlier life of the balancer. One on a host that is gone keeps a
   * draining entry.
   */
  void adopt(LeaseId id, BackendStatus unknownHost, boolean active, C holder) {
    if (leases.containsKey(id)) {
      return;
    }
    String name = unknownHost.name();
    Backend backend = Lineup.find(table, name, unknownHost.host(), unknownHost.port());
    if (backend == null) {
      backend = new Backend(unknownHost);
      if (table.find(name) != null) {
        backend.name = Lineup.retiredName(name, backend.host, backend.port);
      }
      backend.removing = true;
      table.insert(backend, new Placement.Last());
    }
    queue.remove(id);
    leases.put(id, new Lease<>(backend, holder, active, false));
    if (active) {
      backend.active++;
    } else {
      backend.pending++;
    }
    table.reindex(backend);
    if (backend.evicting) {
      decisions.evicted(id, holder);
    }
  }

  /** When {@link #tick} is to be called next. */
  OptionalLong nextDeadlineNanos() {
    OptionalLong next = earlier(retries.nextNanos(), slowStart.nextNanos());
    SlotRequest<C> first = queue.first();
    return first == null
        ? next
        : earlier(next, OptionalLong.of(first.arrivedAtNanos() + queueTimeoutNanos()));
  }

  private long queueTimeoutNanos() {
    return settings.queue().timeout().toNanos();
  }

  private static OptionalLong earlier(OptionalLong a, OptionalLong b) {
    if (a.isEmpty() || b.isEmpty()) {
      return a.isEmpty() ? b : a;
    }
    return a.getAsLong() - b.getAsLong() < 0 ? a : b;
  }

  /**
   * Does what time alone brings about: refuses who waited too long, lets failed back-ends be tried,
   * gives those that came back their further slots.
   */
  void tick(long nowNanos) {
    retries.due(nowNanos).forEach(table::reindex);
    slowStart.due(nowNanos).forEach(table::reindex);
    dispatch();
    SlotRequest<C> first = queue.first();
    while (first != null && nowNanos - first.arrivedAtNanos() >= queueTimeoutNanos()) {
      queue.remove(first.lease());
      decisions.refused(first, Refusal.QUEUE_TIMEOUT);
      first = queue.first();
    }
  }

  /**
   * Goes on with other settings. Who waits beyond the new bounds of the queue: the longest time
   * holds for them too, the length for newcomers only.
   */
  void reconfigure(PoolSettings newSettings, long nowNanos) {
    HealthSettings before = settings.health();
    settings = newSettings;
    if (!before.equals(newSettings.health())) {
      restartSchedules(nowNanos);
    }
    dispatch();
  }

  private void restartSchedules(long nowNanos) {
    retries = new RetrySchedule(settings.health().retryAfter().toNanos());
    slowStart = new SlowStart(settings.health().slowStart().toNanos());
    for (Backend backend : table.all()) {
      int slots = backend.slots();
      slowStart.end(backend);
      backend.retryDue = false;
      if (backend.healthy) {
        slowStart.resume(backend, slots, nowNanos);
      } else {
        leaveAlone(backend, nowNanos);
      }
      table.reindex(backend);
    }
  }

  /** The back-ends are to be these, fastest first; others are drained, then forgotten. */
  void rearrange(List<BackendSettings> wanted, long nowNanos) {
    for (Backend backend : new Lineup(table).become(wanted)) {
      if (!backend.healthy) {
        leaveAlone(backend, nowNanos);
      }
    }
    for (Backend backend : List.copyOf(table.all())) {
      if (backend.removing) {
        slowStart.end(backend);
      }
      slowStart.resized(backend);
      table.reindex(backend);
      forgetIfUnused(backend);
    }
    dispatch();
  }

  @Nullable Backend find(String name) {
    return table.find(name);
  }

  void add(BackendStatus status, Placement placement) {
    table.insert(new Backend(status), placement);
    dispatch();
  }

  void move(Backend backend, Placement placement) {
    table.move(backend, placement);
  }

  void setCompilers(Backend backend, List<String> compilers) {
    table.setCompilers(backend, compilers);
    dispatch();
  }

  /** Whether the hosts of this pool can be asked how many sessions they take. */
  boolean learnsSlots() {
    return settings.learnsSlots();
  }

  /**
   * What a host told of how many sessions it takes; held against the back-end while no person has
   * given a number. Fewer than it has closes nobody. Returns whether that is news.
   *
   * @param slots 1 to 100000
   */
  boolean learned(String name, int slots) {
    Backend backend = table.find(name);
    if (backend == null || backend.learned.equals(OptionalInt.of(slots))) {
      return false;
    }
    backend.learned = OptionalInt.of(slots);
    changed(backend);
    return true;
  }

  /** Brings all decisions up to date with facts of the back-end that an operator changed. */
  void changed(Backend backend) {
    slowStart.resized(backend);
    table.reindex(backend);
    dispatch();
  }

  /** Drains, then forgets; returns whether it is forgotten already. */
  boolean remove(Backend backend) {
    backend.removing = true;
    slowStart.end(backend);
    changed(backend);
    return forgetIfUnused(backend);
  }

  /** During a census nothing is forgotten: who uses it is not known yet. */
  private boolean forgetIfUnused(Backend backend) {
    boolean forgets = granting && backend.removing && backend.used() == 0;
    if (forgets) {
      table.remove(backend);
    }
    return forgets;
  }

  /** Evicts those who use it, and those whom a census still finds. */
  void evictAll(Backend backend) {
    backend.evicting = true;
    leases.forEach(
        (id, lease) -> {
          if (lease.backend == backend) {
            decisions.evicted(id, lease.holder);
          }
        });
  }

  /** As if it had never failed; what the operator wants of it is not touched. */
  void forgive(Backend backend, String reason) {
    backend.blamedBy = OptionalLong.empty();
    slowStart.end(backend);
    endTrial(backend);
    if (!backend.healthy) {
      becomeHealthy(backend, reason);
    }
    changed(backend);
  }

  void noteError(Backend backend, String error, Instant now) {
    backend.lastError = Optional.of(error);
    backend.lastErrorTime = Optional.of(now);
  }

  void restartStatistics(Instant now) {
    startedAt = now;
  }

  Roster roster() {
    return new Roster(startedAt, table.all().stream().map(Backend::status).toList());
  }

  List<Backend> backends() {
    return table.all();
  }

  WaitQueue<C> queue() {
    return queue;
  }

  int leaseCount() {
    return leases.size();
  }

  private void dispatch() {
    for (SlotRequest<C> request : dispatcher.regroup()) {
      decisions.refused(request, Refusal.NO_COMPILER);
    }
    Dispatcher.Match<C> next = granting ? dispatcher.takeNext() : null;
    while (next != null) {
      grant(next.request(), next.backend());
      next = dispatcher.takeNext();
    }
  }

  private void grant(SlotRequest<C> request, Backend backend) {
    boolean probes = request.wish().only().isPresent();
    leases.put(request.lease(), new Lease<>(backend, request.holder(), false, probes));
    backend.pending++;
    table.reindex(backend);
    decisions.granted(request.lease(), backend, request.holder());
  }

  private void becomeFailed(Backend backend, String reason, long nowNanos) {
    boolean flips = backend.healthy;
    backend.healthy = false;
    backend.blamedBy = OptionalLong.empty();
    slowStart.end(backend);
    leaveAlone(backend, nowNanos);
    if (flips) {
      decisions.healthChanged(backend, reason);
    }
  }

  /** It may accept all the same, so that alone does not give it all of its slots back. */
  private void failsJobs(Backend backend, String reason, long nowNanos) {
    backend.onTrial = true;
    becomeFailed(backend, reason, nowNanos);
  }

  private void endTrial(Backend backend) {
    if (backend.onTrial) {
      backend.onTrial = false;
      decisions.trialEnded(backend);
    }
  }

  /** Where there are probes, they say when it may be used again, and no client has to try. */
  private void leaveAlone(Backend backend, long nowNanos) {
    if (!settings.health().probes()) {
      retries.failed(backend, nowNanos);
    }
  }

  private void comeBack(Backend backend, String reason, long nowNanos) {
    if (!backend.onTrial) {
      slowStart.begin(backend, nowNanos);
    }
    becomeHealthy(backend, reason);
  }

  private void becomeHealthy(Backend backend, String reason) {
    backend.healthy = true;
    backend.retryDue = false;
    decisions.healthChanged(backend, reason);
  }
}
