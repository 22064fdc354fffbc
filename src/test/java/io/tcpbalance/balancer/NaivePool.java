package io.tcpbalance.balancer;

import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.HealthSettings;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.QueueSettings;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The rules of the slot pool once more, without any index, counter or schedule: each question is
 * answered by looking at everything. What {@link SlotPool} does is compared with this.
 */
final class NaivePool {

  static final class Host {
    final String name;
    int max;
    OperatorState state;
    List<String> compilers;
    OptionalLong blamedBy = OptionalLong.empty();
    boolean healthy = true;
    boolean removing;
    boolean onTrial;
    boolean evicting;
    boolean retryDue;
    long retryAtNanos;

    /** How many slots it has of late; as many as max where it has not just come back. */
    int slots;

    boolean ramping;
    long rampSinceNanos;
    Optional<String> lastError = Optional.empty();
    Optional<Instant> lastErrorTime = Optional.empty();
    long activeCount;
    long activeMs;
    long bytesIn;
    long bytesOut;

    /** Its max is what it told last, or 1. */
    boolean learns;

    OptionalInt learned = OptionalInt.empty();

    Host(String name, int max, OperatorState state, List<String> compilers) {
      this.name = name;
      this.max = max;
      slots = max;
      this.state = state;
      this.compilers = compilers;
    }
  }

  static final class Held {
    final LeaseId id;
    final String hostName;
    final boolean probes;
    boolean active;
    boolean accepted;
    boolean toldLost;

    Held(LeaseId id, String hostName, boolean active, boolean probes) {
      this.id = id;
      this.hostName = hostName;
      this.probes = probes;
      this.active = active;
    }
  }

  record Waiter(LeaseId id, long ticket, long arrivedAtNanos, Wish wish) {}

  final List<Host> hosts = new ArrayList<>();
  final List<Waiter> waiters = new ArrayList<>();
  final Map<LeaseId, Held> held = new LinkedHashMap<>();
  final List<String> decisions = new ArrayList<>();
  final int queueMaxLength;
  final Duration queueTimeout;
  final Duration retryAfter;
  final Duration slowStart;
  final boolean probed;
  boolean granting;
  long nowNanos;
  Instant now = Instant.EPOCH;

  NaivePool(QueueSettings queue, HealthSettings health) {
    queueMaxLength = queue.maxLength();
    queueTimeout = queue.timeout();
    retryAfter = health.retryAfter();
    slowStart = health.slowStart();
    probed = health.probes();
  }

  Optional<Host> host(String name) {
    return hosts.stream().filter(h -> h.name.equals(name)).findFirst();
  }

  Optional<Waiter> waiter(LeaseId id) {
    return waiters.stream().filter(w -> w.id.equals(id)).findFirst();
  }

  private int count(Host host, boolean active) {
    int count = 0;
    for (Held h : held.values()) {
      if (h.hostName.equals(host.name) && h.active == active) {
        count++;
      }
    }
    return count;
  }

  int used(Host host) {
    return count(host, true) + count(host, false);
  }

  private static boolean isEnabled(Host host) {
    return host.state == OperatorState.UP && !host.removing;
  }

  /** Of patterns, only names and a star at the end are used here. */
  private static boolean has(Host host, String compiler) {
    return host.compilers.isEmpty()
        || compiler.isEmpty()
        || host.compilers.contains(compiler)
        || host.compilers.contains(compiler.charAt(0) + "*");
  }

  private boolean isLacking(String compiler) {
    List<Host> staying = hosts.stream().filter(h -> !h.removing).toList();
    return !staying.isEmpty() && staying.stream().noneMatch(h -> has(h, compiler));
  }

  /** Whether the wish may be fulfilled there, be it by waiting. */
  boolean mayUse(Wish wish, Host host) {
    boolean elsewhere =
        hosts.stream()
            .filter(h -> isEnabled(h) && h.healthy && has(h, wish.compiler()))
            .anyMatch(h -> !wish.exclude().contains(h.name));
    return has(host, wish.compiler()) && !(wish.exclude().contains(host.name) && elsewhere);
  }

  private static int slots(Host host) {
    return host.healthy && host.onTrial ? 1 : host.slots;
  }

  private boolean isFree(Host host) {
    return isEnabled(host)
        && used(host) < slots(host)
        && (host.healthy || (host.retryDue && count(host, false) == 0));
  }

  private Optional<Host> choose(Wish wish) {
    List<Host> free = hosts.stream().filter(h -> isFree(h) && mayUse(wish, h)).toList();
    Optional<Host> wanted = free.stream().filter(h -> !wish.avoid().contains(h.name)).findFirst();
    return wanted.isPresent() ? wanted : free.stream().findFirst();
  }

  private void dispatch() {
    for (Waiter waiter : List.copyOf(waiters)) {
      if (isLacking(waiter.wish.compiler())) {
        waiters.remove(waiter);
        decisions.add(waiter.id + " refused NO_COMPILER");
      }
    }
    boolean served = granting;
    while (served) {
      served = false;
      for (Waiter waiter : List.copyOf(waiters)) {
        Optional<Host> host = choose(waiter.wish);
        if (host.isPresent()) {
          waiters.remove(waiter);
          held.put(waiter.id, new Held(waiter.id, host.get().name, false, false));
          decisions.add(waiter.id + " granted " + host.get().name);
          served = true;
          break;
        }
      }
    }
  }

  void acquire(Waiter waiter) {
    Held lease = held.get(waiter.id);
    if (lease != null) {
      decisions.add(waiter.id + " granted " + lease.hostName);
      return;
    }
    if (waiter.wish.only().isPresent()) {
      acquireOnly(waiter.id, waiter.wish.only().get(), waiter.wish.compiler());
      return;
    }
    if (isLacking(waiter.wish.compiler())) {
      waiters.removeIf(w -> w.ticket == waiter.ticket);
      decisions.add(waiter.id + " refused NO_COMPILER");
      return;
    }
    boolean repeated = waiter(waiter.id).isPresent();
    waiters.removeIf(w -> w.ticket == waiter.ticket);
    waiters.add(waiter);
    waiters.sort(Comparator.comparingLong(Waiter::ticket));
    dispatch();
    if (waiter(waiter.id).isEmpty()) {
      return;
    }
    if (granting && !repeated && waiter.id.attempt() == 1 && waiters.size() > queueMaxLength) {
      waiters.remove(waiter);
      decisions.add(waiter.id + " refused QUEUE_FULL");
    } else {
      decisions.add(waiter.id + " queued");
    }
  }

  private void acquireOnly(LeaseId id, String hostName, String compiler) {
    Optional<Host> host = host(hostName).filter(NaivePool::isEnabled);
    if (host.isEmpty()) {
      decisions.add(id + " refused NO_SUCH_BACKEND");
    } else if (!has(host.get(), compiler)) {
      decisions.add(id + " refused NO_COMPILER");
    } else if (!granting || used(host.get()) >= slots(host.get())) {
      decisions.add(id + " refused NO_FREE_SLOT");
    } else {
      held.put(id, new Held(id, hostName, false, true));
      decisions.add(id + " granted " + hostName);
    }
  }

  boolean connected(LeaseId id) {
    Held lease = held.get(id);
    if (lease == null) {
      return false;
    }
    lease.active = true;
    Host host = host(lease.hostName).orElseThrow();
    if (!lease.accepted) {
      lease.accepted = true;
      host.activeCount++;
      if (!host.healthy && !lease.probes && !probed) {
        comeBack(host);
      }
    }
    dispatch();
    return true;
  }

  boolean release(LeaseId id, Outcome outcome) {
    Held lease = held.remove(id);
    if (lease == null) {
      return false;
    }
    Host host = host(lease.hostName).orElseThrow();
    if (outcome instanceof Outcome.Used u) {
      host.activeMs += u.activeNanos() / 1_000_000;
      host.bytesIn += u.bytesIn();
      host.bytesOut += u.bytesOut();
    }
    if (outcome instanceof Outcome.Finished f) {
      f.error().ifPresent(e -> noteError(host, e));
      if (f.error().isEmpty()) {
        host.blamedBy = OptionalLong.empty();
        if (host.healthy && host.onTrial) {
          endTrial(host);
          startSlowly(host);
        }
      }
      if (f.failsHost()) {
        host.onTrial = true;
        fail(host);
      }
    } else if (outcome instanceof Outcome.ConnectFailed f) {
      noteError(host, f.reason());
      fail(host);
      if (f.losesJobs()) {
        tellLost(host);
      }
    }
    forgetTheRemoved();
    dispatch();
    return true;
  }

  void blame(long session, String hostName, String reason) {
    Optional<Host> known = host(hostName).filter(h -> h.healthy);
    if (known.isEmpty()) {
      return;
    }
    Host host = known.get();
    if (host.blamedBy.isPresent() && host.blamedBy.getAsLong() != session) {
      noteError(host, "jobs fail there: " + reason);
      host.onTrial = true;
      fail(host);
      dispatch();
    } else {
      host.blamedBy = OptionalLong.of(session);
    }
  }

  private void fail(Host host) {
    if (host.healthy) {
      decisions.add(host.name + " failed");
    }
    host.healthy = false;
    host.blamedBy = OptionalLong.empty();
    endRamp(host);
    leaveAlone(host);
  }

  private void tellLost(Host host) {
    for (Held lease : held.values()) {
      if (lease.hostName.equals(host.name) && lease.active && !lease.toldLost) {
        lease.toldLost = true;
        decisions.add(lease.id + " lost");
      }
    }
  }

  private void comeBack(Host host) {
    heal(host);
    if (!host.onTrial) {
      startSlowly(host);
    }
  }

  private void endTrial(Host host) {
    if (host.onTrial) {
      host.onTrial = false;
      decisions.add(host.name + " is on trial no more");
    }
  }

  private void startSlowly(Host host) {
    if (!slowStart.isZero() && !host.removing && host.max > 1) {
      host.ramping = true;
      host.rampSinceNanos = nowNanos;
      host.slots = 1;
    }
  }

  private void endRamp(Host host) {
    host.ramping = false;
    host.slots = host.max;
  }

  void resize(Host host, int max) {
    host.learns = false;
    become(host, max);
  }

  void learnFrom(Host host) {
    host.learns = true;
    become(host, host.learned.orElse(1));
  }

  boolean learned(String name, int slots) {
    Optional<Host> host = host(name).filter(h -> !h.learned.equals(OptionalInt.of(slots)));
    host.ifPresent(
        h -> {
          h.learned = OptionalInt.of(slots);
          if (h.learns) {
            become(h, slots);
          }
        });
    return host.isPresent();
  }

  private void become(Host host, int max) {
    host.max = max;
    if (!host.ramping || host.slots >= max) {
      endRamp(host);
    }
    dispatch();
  }

  void observed(String name, Observation observation) {
    Optional<Host> known = host(name);
    boolean good = observation == Observation.SERVES || observation == Observation.DOES_JOBS;
    if (known.isEmpty()) {
      return;
    }
    Host host = known.get();
    if (host.healthy == good) {
      if (observation == Observation.UNREACHABLE) {
        tellLost(host);
      }
      return;
    }
    if (!host.healthy) {
      if (observation == Observation.DOES_JOBS) {
        endTrial(host);
      }
      comeBack(host);
    } else {
      noteError(host, "probe");
      host.onTrial |= observation == Observation.FAILS_JOBS;
      fail(host);
    }
    if (observation == Observation.UNREACHABLE) {
      tellLost(host);
    }
    dispatch();
  }

  /** From 1 to max over the time of a slow start. */
  private int slotsOf(Host host, long sinceNanos) {
    BigInteger done =
        BigInteger.valueOf(nowNanos - sinceNanos).multiply(BigInteger.valueOf(host.max - 1));
    int more = done.divide(BigInteger.valueOf(slowStart.toNanos())).intValueExact();
    return Math.min(host.max, 1 + more);
  }

  private long nanosUntil(int slots, Host host) {
    BigDecimal share = new BigDecimal(slots - 1).multiply(new BigDecimal(slowStart.toNanos()));
    return share.divide(new BigDecimal(host.max - 1), 0, RoundingMode.CEILING).longValueExact();
  }

  private void leaveAlone(Host host) {
    host.retryDue = false;
    host.retryAtNanos = nowNanos + retryAfter.toNanos();
  }

  void noteError(Host host, String error) {
    host.lastError = Optional.of(error);
    host.lastErrorTime = Optional.of(now);
  }

  private void heal(Host host) {
    if (!host.healthy) {
      decisions.add(host.name + " healthy");
    }
    host.healthy = true;
    host.retryDue = false;
  }

  private void forgetTheRemoved() {
    hosts.removeIf(h -> granting && h.removing && used(h) == 0);
  }

  void withdraw(LeaseId id) {
    if (!waiters.removeIf(w -> w.id.equals(id))) {
      release(id, new Outcome.Unused());
    }
  }

  void sessionEnded(long session) {
    waiters.removeIf(w -> w.id.session() == session);
    held.keySet().stream()
        .filter(id -> id.session() == session)
        .toList()
        .forEach(id -> release(id, new Outcome.Unused()));
  }

  void tick() {
    for (Host host : hosts) {
      if (host.ramping) {
        host.slots = Math.max(host.slots, slotsOf(host, host.rampSinceNanos));
        if (host.slots == host.max) {
          endRamp(host);
        }
      }
      if (!probed && !host.healthy && !host.retryDue && nowNanos - host.retryAtNanos >= 0) {
        host.retryDue = true;
      }
    }
    dispatch();
    for (Waiter waiter : List.copyOf(waiters)) {
      if (nowNanos - waiter.arrivedAtNanos >= queueTimeout.toNanos()) {
        waiters.remove(waiter);
        decisions.add(waiter.id + " refused QUEUE_TIMEOUT");
      }
    }
  }

  OptionalLong nextDeadlineNanos() {
    List<Long> deadlines = new ArrayList<>();
    waiters.forEach(w -> deadlines.add(w.arrivedAtNanos + queueTimeout.toNanos()));
    hosts.stream()
        .filter(h -> !probed && !h.healthy && !h.removing && !h.retryDue)
        .forEach(h -> deadlines.add(h.retryAtNanos));
    hosts.stream()
        .filter(h -> h.ramping)
        .forEach(h -> deadlines.add(h.rampSinceNanos + nanosUntil(h.slots + 1, h)));
    return deadlines.stream().mapToLong(d -> d).reduce((a, b) -> a - b < 0 ? a : b);
  }

  void add(Host host, Placement placement) {
    place(host, placement);
    dispatch();
  }

  void move(Host host, Placement placement) {
    hosts.remove(host);
    place(host, placement);
  }

  private void place(Host host, Placement placement) {
    int index = placement instanceof Placement.First ? 0 : hosts.size();
    if (placement instanceof Placement.After after) {
      index = hosts.indexOf(host(after.name()).orElseThrow()) + 1;
    }
    hosts.add(index, host);
  }

  void changed() {
    dispatch();
  }

  void forgive(Host host) {
    host.blamedBy = OptionalLong.empty();
    endRamp(host);
    endTrial(host);
    heal(host);
    dispatch();
  }

  boolean remove(Host host) {
    host.removing = true;
    endRamp(host);
    dispatch();
    forgetTheRemoved();
    return !hosts.contains(host);
  }

  void evictAll(Host host) {
    host.evicting = true;
    for (Held lease : held.values()) {
      if (lease.hostName.equals(host.name)) {
        decisions.add(lease.id + " evicted");
      }
    }
  }

  /** A new life: only what is in the roster is known. */
  void restart() {
    granting = false;
    held.clear();
    waiters.clear();
    for (Host host : hosts) {
      host.evicting = false;
      host.blamedBy = OptionalLong.empty();
      if (!host.healthy) {
        leaveAlone(host);
      } else if (host.ramping) {
        host.rampSinceNanos = nowNanos - nanosUntil(host.slots, host);
      }
    }
  }

  void adopt(LeaseId id, String hostName, boolean active) {
    if (held.containsKey(id)) {
      return;
    }
    if (host(hostName).isEmpty()) {
      Host gone = new Host(hostName, 1, OperatorState.UP, List.of());
      gone.removing = true;
      hosts.add(gone);
    }
    waiters.removeIf(w -> w.id.equals(id));
    held.put(id, new Held(id, hostName, active, false));
    if (host(hostName).orElseThrow().evicting) {
      decisions.add(id + " evicted");
    }
  }

  void startGranting() {
    granting = true;
    forgetTheRemoved();
    dispatch();
  }

  List<BackendStatus> statuses() {
    return hosts.stream().map(this::status).toList();
  }

  private BackendStatus status(Host h) {
    return new BackendStatus(
        h.name,
        h.name + ".example",
        3632,
        h.state,
        h.healthy,
        h.removing,
        h.onTrial,
        h.max,
        new Learning(h.learns, BackendSettings.DEFAULT_STATS_PORT, h.learned),
        slots(h),
        h.compilers,
        count(h, false),
        count(h, true),
        h.lastError,
        h.lastErrorTime,
        h.activeCount,
        h.activeMs,
        h.bytesIn,
        h.bytesOut);
  }
}
