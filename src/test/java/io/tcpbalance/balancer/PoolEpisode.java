package io.tcpbalance.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.config.HealthSettings;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.QueueSettings;
import io.tcpbalance.config.SlotLimit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * One random history of a slot pool, lived by {@link SlotPool} and {@link NaivePool} alike. After
 * each step their states and decisions are the same, and the invariants hold.
 */
final class PoolEpisode implements SlotPool.Decisions<String> {

  private static final String[] NAMES = {"a", "b", "c", "d", "e", "f"};
  private static final OperatorState[] STATES = OperatorState.values();
  private static final Observation[] OBSERVATIONS = Observation.values();
  private static final List<String> COMPILERS = List.of("", "gcc", "clang", "cc", "rustc");
  private static final List<List<String>> LISTS =
      List.of(List.of(), List.of("gcc"), List.of("c*"), List.of("clang", "gcc"), List.of("g*"));

  /** One client; what it waits for or holds is the pool's to know. */
  private static final class Client {
    final long id;
    final long arrivedAtNanos;
    final String compiler;
    final Optional<String> only;
    final Set<String> avoid = new HashSet<>();
    final Set<String> exclude = new HashSet<>();
    int attempt = 1;

    Client(long id, long arrivedAtNanos, String compiler, Optional<String> only) {
      this.id = id;
      this.arrivedAtNanos = arrivedAtNanos;
      this.compiler = compiler;
      this.only = only;
    }

    Wish wish() {
      return new Wish(compiler, avoid, exclude, only);
    }

    LeaseId lease() {
      return new LeaseId(id, attempt);
    }
  }

  private final Random random;
  private final NaivePool naive;
  private final QueueSettings queueSettings;

  /** In every other history no back-end lists its compilers. */
  private final boolean routes;

  private final HealthSettings health;
  private final Map<Long, Client> clients = new LinkedHashMap<>();
  private final List<NaivePool.Held> unreportedLeases = new ArrayList<>();
  private final List<Client> unreportedWaiters = new ArrayList<>();
  private final List<String> decisions = new ArrayList<>();
  private final Set<LeaseId> open = new HashSet<>();
  private SlotPool<String> pool;
  private long lastId;
  private String step = "start";

  PoolEpisode(Random random) {
    this.random = random;
    routes = random.nextBoolean();
    queueSettings = new QueueSettings(Duration.ofSeconds(60), random.nextInt(8));
    Duration slowStart = random.nextBoolean() ? Duration.ofSeconds(20) : Duration.ZERO;
    health =
        random.nextBoolean()
            ? Hosts.probed(slowStart)
            : Hosts.unprobed(Duration.ofSeconds(5), slowStart);
    naive = new NaivePool(queueSettings, health);
    naive.nowNanos =
        random.nextBoolean()
            ? random.nextLong()
            : Long.MAX_VALUE - random.nextLong(100_000_000_000L);
    int hosts = random.nextInt(5);
    for (int i = 0; i < hosts; i++) {
      naive.hosts.add(
          new NaivePool.Host(NAMES[i], 1 + random.nextInt(3), OperatorState.UP, anyList()));
    }
    pool = newPool(naive.statuses());
    startGranting();
  }

  private SlotPool<String> newPool(List<BackendStatus> statuses) {
    return new SlotPool<>(
        new Roster(Instant.EPOCH, statuses),
        new PoolSettings(queueSettings, health, true),
        naive.nowNanos,
        this);
  }

  String step() {
    return step;
  }

  void steps(int count) {
    for (int i = 0; i < count; i++) {
      oneStep();
      compare();
    }
  }

  private void oneStep() {
    int dice = random.nextInt(100);
    if (dice < 22) {
      arrive();
    } else if (dice < 40) {
      connect();
    } else if (dice < 62) {
      release();
    } else if (dice < 68) {
      askAgain();
    } else if (dice < 71) {
      leave();
    } else if (dice < 73) {
      blame();
    } else if (dice < 82) {
      pass();
    } else if (dice < 92) {
      operate();
    } else if (dice < 95) {
      observe();
    } else if (dice < 97) {
      learn();
    } else if (dice < 99) {
      report();
    } else {
      restart();
    }
    if (!naive.granting && random.nextInt(3) > 0) {
      compare();
      report();
    }
  }

  private void arrive() {
    String compiler = COMPILERS.get(random.nextInt(COMPILERS.size()));
    Optional<String> only = random.nextInt(8) == 0 ? Optional.of(anyName()) : Optional.empty();
    Client client = new Client(++lastId, naive.nowNanos, compiler, only);
    clients.put(client.id, client);
    if (random.nextInt(10) == 0) {
      client.avoid.add(anyName());
    }
    if (random.nextInt(10) == 0) {
      client.exclude.add(anyName());
    }
    acquire(client);
  }

  private void acquire(Client client) {
    Wish wish = client.wish();
    step = "acquire " + client.lease() + " " + wish;
    pool.acquire(
        new SlotRequest<>(
            client.lease(),
            client.id,
            client.arrivedAtNanos,
            wish,
            PoolUnderTest.CLIENT,
            "holder"));
    naive.acquire(new NaivePool.Waiter(client.lease(), client.id, client.arrivedAtNanos, wish));
  }

  private void connect() {
    anyOf(naive.held.values()).ifPresent(lease -> connect(lease.id));
  }

  private void connect(LeaseId id) {
    step = "connected " + id;
    assertEquals(naive.connected(id), pool.connected(id, naive.nowNanos));
  }

  private void release() {
    if (naive.granting && random.nextInt(20) == 0) {
      release(new LeaseId(1 + random.nextLong(lastId + 1), 1), new Outcome.Unused());
      return;
    }
    Optional<NaivePool.Held> lease = anyOf(naive.held.values());
    if (lease.isPresent()) {
      release(lease.get());
    }
  }

  private void release(NaivePool.Held lease) {
    Client client = clients.get(lease.id.session());
    if (lease.active && client != null && random.nextInt(4) == 0) {
      release(lease.id, new Outcome.Finished(0, 0, 0, Optional.of("EOF"), random.nextInt(4) == 0));
      client.exclude.add(lease.hostName);
      if (client.attempt == lease.id.attempt() && clients.containsKey(client.id)) {
        compare();
        client.attempt++;
        acquire(client);
      }
    } else if (lease.active) {
      release(lease.id, anyEnd());
      clients.remove(lease.id.session());
    } else if (client != null && random.nextInt(3) > 0) {
      client.avoid.add(lease.hostName);
      boolean overtakes = client.attempt == lease.id.attempt() && random.nextInt(4) == 0;
      if (overtakes) {
        client.attempt++;
        acquire(client);
        compare();
      }
      release(lease.id, new Outcome.ConnectFailed("refused", random.nextInt(4) > 0));
      if (!overtakes && client.attempt == lease.id.attempt()) {
        compare();
        client.attempt++;
        acquire(client);
      }
    } else {
      release(lease.id, new Outcome.Unused());
    }
  }

  private Outcome anyEnd() {
    long nanos = random.nextInt(5) * 1_000_000L;
    int in = random.nextInt(9);
    int out = random.nextInt(9);
    return switch (random.nextInt(6)) {
      case 0 -> new Outcome.Aborted(nanos, in, out);
      case 1 -> new Outcome.Finished(nanos, in, out, Optional.of("reset"), false);
      default -> new Outcome.Finished(nanos, in, out, Optional.empty(), false);
    };
  }

  private void release(LeaseId id, Outcome outcome) {
    step = "release " + id + " " + outcome;
    boolean known = naive.release(id, outcome);
    assertEquals(known, pool.release(id, outcome, naive.nowNanos, naive.now));
    assertEquals(known, open.remove(id), "released once for each grant");
  }

  private void blame() {
    long session = 1 + random.nextLong(lastId + 1);
    String name = anyName();
    step = "blame " + name + " by " + session;
    pool.blame(session, name, "EOF", naive.nowNanos, naive.now);
    naive.blame(session, name, "EOF");
  }

  /** Repeats a wish that waits or was granted. */
  private void askAgain() {
    List<Client> asking =
        clients.values().stream()
            .filter(c -> naive.held.containsKey(c.lease()) || naive.waiter(c.lease()).isPresent())
            .toList();
    anyOf(asking).ifPresent(this::acquire);
  }

  private void leave() {
    Optional<Client> who = anyOf(clients.values());
    if (who.isEmpty() || isUnreported(who.get())) {
      return;
    }
    Client client = who.get();
    long leases = naive.held.keySet().stream().filter(l -> l.session() == client.id).count();
    if (random.nextBoolean() || leases > 1) {
      step = "withdraw " + client.lease();
      open.remove(client.lease());
      pool.withdraw(client.lease(), naive.nowNanos, naive.now);
      naive.withdraw(client.lease());
    } else {
      step = "ended " + client.id;
      open.removeIf(l -> l.session() == client.id);
      pool.sessionEnded(client.id, naive.nowNanos, naive.now);
      naive.sessionEnded(client.id);
    }
    clients.remove(client.id);
  }

  private boolean isUnreported(Client client) {
    return unreportedWaiters.contains(client)
        || unreportedLeases.stream().anyMatch(l -> l.id.session() == client.id);
  }

  private void pass() {
    long seconds = random.nextInt(10) == 0 ? random.nextInt(70) : random.nextInt(4);
    naive.nowNanos += Duration.ofSeconds(seconds).toNanos();
    naive.now = naive.now.plusSeconds(seconds);
    step = "tick after " + seconds + " s";
    pool.tick(naive.nowNanos);
    naive.tick();
  }

  private void observe() {
    if (health.probes()) {
      String name = anyName();
      Observation observation = OBSERVATIONS[random.nextInt(OBSERVATIONS.length)];
      step = "observed " + name + " " + observation;
      pool.observed(name, observation, "probe", naive.nowNanos, naive.now);
      naive.observed(name, observation);
    }
  }

  private void learn() {
    String name = anyName();
    int slots = 1 + random.nextInt(4);
    step = "learned " + slots + " of " + name;
    boolean isNews = naive.learned(name, slots);
    assertEquals(isNews, pool.learned(name, slots));
  }

  private void operate() {
    String name = anyName();
    Optional<NaivePool.Host> host = naive.host(name);
    if (host.isEmpty()) {
      add(name);
      return;
    }
    operate(host.get(), pool.find(name));
  }

  private void add(String name) {
    OperatorState state = STATES[random.nextInt(STATES.length)];
    int max = 1 + random.nextInt(3);
    Placement placement = anyPlacement(name);
    List<String> compilers = anyList();
    step = "add " + name + " " + placement + " " + compilers;
    pool.add(Hosts.in(state, name, max, compilers), placement);
    naive.add(new NaivePool.Host(name, max, state, compilers), placement);
  }

  private void operate(NaivePool.Host host, Backend backend) {
    switch (random.nextInt(8)) {
      case 0 -> {
        boolean force = random.nextBoolean();
        step = "remove " + host.name + " force " + force;
        boolean forgotten = naive.remove(host);
        assertEquals(forgotten, pool.remove(backend));
        if (force && !forgotten) {
          pool.evictAll(backend);
          naive.evictAll(host);
        }
      }
      case 1 -> {
        Placement placement = anyPlacement(host.name);
        step = "move " + host.name + " " + placement;
        pool.move(backend, placement);
        naive.move(host, placement);
      }
      case 2 -> {
        step = "learn from " + host.name;
        backend.limit = SlotLimit.AUTO;
        pool.changed(backend);
        naive.learnFrom(host);
      }
      case 3 -> {
        int max = 1 + random.nextInt(4);
        step = "resize " + host.name + " to " + max;
        backend.limit = SlotLimit.of(max);
        pool.changed(backend);
        naive.resize(host, max);
      }
      case 4 -> {
        host.state = STATES[random.nextInt(STATES.length)];
        backend.state = host.state;
        step = "put " + host.name + " " + host.state;
        pool.changed(backend);
        naive.changed();
      }
      case 5 -> {
        host.state = OperatorState.UP;
        backend.state = OperatorState.UP;
        step = "reset " + host.name;
        pool.forgive(backend, "reset");
        naive.forgive(host);
      }
      case 6 -> {
        host.compilers = anyList();
        step = "equip " + host.name + " with " + host.compilers;
        pool.setCompilers(backend, host.compilers);
        naive.changed();
      }
      default -> resetAll();
    }
  }

  private void resetAll() {
    step = "reset all";
    for (NaivePool.Host host : List.copyOf(naive.hosts)) {
      host.state = OperatorState.UP;
      naive.noteError(host, "reset");
      naive.forgive(host);
    }
    for (Backend backend : List.copyOf(pool.backends())) {
      backend.state = OperatorState.UP;
      pool.noteError(backend, "reset", naive.now);
      pool.forgive(backend, "reset");
    }
  }

  private void restart() {
    step = "restart";
    unreportedLeases.addAll(naive.held.values());
    naive.waiters.forEach(w -> unreportedWaiters.add(clients.get(w.id().session())));
    Roster roster = pool.roster();
    naive.restart();
    pool = newPool(roster.backends());
  }

  /** The census goes on, or is over. */
  private void report() {
    if (naive.granting) {
      return;
    }
    if (!unreportedLeases.isEmpty() && random.nextBoolean()) {
      NaivePool.Held lease = takeOneOf(unreportedLeases);
      step = "adopt " + lease.id + " of " + lease.hostName;
      pool.adopt(lease.id, Hosts.up(lease.hostName, 1), lease.active, "holder");
      naive.adopt(lease.id, lease.hostName, lease.active);
    } else if (!unreportedWaiters.isEmpty()) {
      acquire(takeOneOf(unreportedWaiters));
    } else if (unreportedLeases.isEmpty()) {
      startGranting();
    }
  }

  private void startGranting() {
    step = "start granting";
    pool.startGranting();
    naive.startGranting();
  }

  /** Everybody gets a slot in the end, uses it and goes; then nothing is left. */
  void rest() {
    while (!naive.granting) {
      report();
      compare();
    }
    if (naive.hosts.stream().noneMatch(h -> !h.removing)) {
      anyOf(List.of(NAMES).stream().filter(n -> naive.host(n).isEmpty()).toList())
          .ifPresent(this::add);
    }
    resetAll();
    compare();
    while (!naive.held.isEmpty()) {
      NaivePool.Held lease = naive.held.values().iterator().next();
      connect(lease.id);
      compare();
      release(lease.id, new Outcome.Finished(0, 0, 0, Optional.empty(), false));
      compare();
    }
    boolean anyHost = naive.hosts.stream().anyMatch(h -> !h.removing);
    assertTrue(pool.queue().isEmpty() || !anyHost, "all were served");
    assertEquals(0, pool.leaseCount());
    assertTrue(pool.backends().stream().allMatch(b -> b.pending == 0 && b.active == 0));
    assertTrue(open.isEmpty());
  }

  private void compare() {
    assertEquals(sorted(naive.decisions), sorted(decisions), "decisions");
    naive.decisions.clear();
    decisions.clear();
    assertEquals(naive.statuses(), pool.roster().backends(), "back-ends");
    assertEquals(
        naive.waiters.stream().map(NaivePool.Waiter::id).toList(),
        pool.queue().all().stream().map(SlotRequest::lease).toList(),
        "queue");
    assertEquals(naive.held.size(), pool.leaseCount(), "leases");
    assertEquals(naive.nextDeadlineNanos(), pool.nextDeadlineNanos(), "deadline");
    assertNobodyWaitsBesideAnIdleSlot();
  }

  /** In order, but for what all sessions of a host are told: which is first does not matter. */
  private static List<String> sorted(List<String> lines) {
    List<String> sorted = new ArrayList<>(lines.stream().filter(l -> !isForAll(l)).toList());
    lines.stream().filter(PoolEpisode::isForAll).sorted().forEach(sorted::add);
    return sorted;
  }

  private static boolean isForAll(String line) {
    return line.endsWith(" evicted") || line.endsWith(" lost");
  }

  private void assertNobodyWaitsBesideAnIdleSlot() {
    for (SlotRequest<String> request : pool.queue().all()) {
      for (Backend backend : pool.backends()) {
        boolean idle =
            naive.granting
                && backend.enabled()
                && backend.healthy
                && backend.pending + backend.active < backend.slots()
                && naive.mayUse(request.wish(), naive.host(backend.name).orElseThrow());
        assertFalse(idle, () -> request.lease() + " waits beside " + backend.name);
      }
    }
  }

  private List<String> anyList() {
    return routes ? LISTS.get(random.nextInt(LISTS.size())) : List.of();
  }

  private String anyName() {
    return NAMES[random.nextInt(NAMES.length)];
  }

  private Placement anyPlacement(String self) {
    List<String> others =
        naive.hosts.stream().map(h -> h.name).filter(n -> !n.equals(self)).toList();
    return switch (random.nextInt(3)) {
      case 0 -> new Placement.First();
      case 1 -> new Placement.Last();
      default -> anyOf(others).<Placement>map(Placement.After::new).orElseGet(Placement.Last::new);
    };
  }

  private <T> Optional<T> anyOf(Collection<T> all) {
    return all.isEmpty()
        ? Optional.empty()
        : all.stream().skip(random.nextInt(all.size())).findFirst();
  }

  private <T> T takeOneOf(List<T> list) {
    return list.remove(random.nextInt(list.size()));
  }

  @Override
  public void granted(LeaseId lease, Backend backend, String holder) {
    decisions.add(lease + " granted " + backend.name);
    if (open.add(lease)) {
      assertTrue(backend.slots() <= backend.maxConnections(), () -> backend.name + " grew too far");
      assertTrue(backend.used() <= backend.slots(), () -> backend.name + " has too many");
      assertTrue(backend.enabled(), () -> backend.name + " is not wanted");
      boolean probes = clients.get(lease.session()).only.isPresent();
      assertTrue(
          backend.healthy || probes || (!health.probes() && backend.pending == 1),
          () -> backend.name + " is tried though it is probed, or by two");
    }
  }

  @Override
  public void queued(SlotRequest<String> request) {
    decisions.add(request.lease() + " queued");
  }

  @Override
  public void refused(SlotRequest<String> request, Refusal reason) {
    decisions.add(request.lease() + " refused " + reason);
    clients.remove(request.lease().session());
  }

  @Override
  public void evicted(LeaseId lease, String holder) {
    decisions.add(lease + " evicted");
  }

  @Override
  public void lost(LeaseId lease, String holder, String reason) {
    decisions.add(lease + " lost");
  }

  @Override
  public void trialEnded(Backend backend) {
    decisions.add(backend.name + " is on trial no more");
  }

  @Override
  public void healthChanged(Backend backend, String reason) {
    decisions.add(backend.name + (backend.healthy ? " healthy" : " failed"));
  }
}
