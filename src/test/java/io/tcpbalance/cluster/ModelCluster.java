package io.tcpbalance.cluster;

import io.tcpbalance.balancer.PoolSettings;
import io.tcpbalance.balancer.Roster;
import io.tcpbalance.cluster.mail.Letter;
import io.tcpbalance.cluster.mail.Mail;
import io.tcpbalance.cluster.mail.MailSerializer;
import io.tcpbalance.cluster.mail.NodeId;
import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.HealthCheck;
import io.tcpbalance.config.HealthSettings;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.QueueSettings;
import io.tcpbalance.testing.TestSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Nodes on a network that loses, doubles, delays and reorders, and is cut; with clocks that go
 * wrong a little; on simulated time. Membership is as Pekko's cluster with keep-majority has it:
 * the majority takes the others for down after a while, all of it hears that, then they are
 * removed; what is left of a minority ends itself, soon or late.
 */
final class ModelCluster {

  static final FenceTimes TIMES = FenceTimes.of(Duration.ofSeconds(3));
  static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);
  static final Roster ROSTER =
      Roster.of(List.of(host("fast", 3), host("slow", 1), host("last", 2)), Instant.EPOCH);
  static final PoolSettings SETTINGS =
      new PoolSettings(new QueueSettings(Duration.ofHours(10), 100_000), health(), false);

  private static final int DOWN_AFTER_MS = 1500;

  private record Event(long atNanos, long number, Runnable action) {}

  final Random random;
  final ModelFarm farm = new ModelFarm(Map.of("fast", 3, "slow", 1, "last", 2));
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparing(Event::number));
  private final Map<NodeId, ModelNode> nodes = new HashMap<>();
  private final Map<NodeId, Long> joinOrder = new HashMap<>();
  private final Set<NodeId> cutOff = new HashSet<>();
  private final Deque<String> notes = new ArrayDeque<>();
  private final int size;
  private final double lossRate;
  private long eventNumber;
  private long nowNanos;
  private long lastUid;
  private boolean calm;
  private final int usualJobMs = 400;

  ModelCluster(long seed, int size) {
    random = new Random(seed);
    this.size = size;
    lossRate = random.nextInt(3) * 0.05;
    for (int i = 0; i < size; i++) {
      join(i);
    }
    arrivals();
    mishaps();
  }

  private static BackendSettings host(String name, int slots) {
    return new BackendSettings(name, name + ".example", 1, slots, OperatorState.UP, List.of());
  }

  private static HealthSettings health() {
    Duration unused = Duration.ofHours(1);
    return new HealthSettings(
        HealthCheck.NONE, unused, unused, 1, 1, Duration.ZERO, unused, unused, TestSettings.TRIALS);
  }

  long nowNanos() {
    return nowNanos;
  }

  int longestJobMs() {
    // Some outlive every fence.
    return random.nextInt(20) == 0 ? 15_000 : usualJobMs;
  }

  void note(String what) {
    notes.add(nowNanos / 1_000_000 + " " + what);
    if (notes.size() > 60) {
      notes.remove();
    }
  }

  String notes() {
    return String.join("\n", notes);
  }

  void after(int ms, Runnable action) {
    events.add(new Event(nowNanos + ms * 1_000_000L, eventNumber++, action));
  }

  void run(Duration time) {
    long end = nowNanos + time.toNanos();
    while (!events.isEmpty() && events.element().atNanos <= end) {
      Event event = events.remove();
      nowNanos = event.atNanos;
      event.action.run();
    }
    nowNanos = end;
  }

  /** No more clients or mishaps, and the network does what it should. */
  void calmDown() {
    calm = true;
  }

  // The network.

  void send(NodeId from, NodeId to, Mail mail) {
    if (from.equals(to)) {
      after(0, () -> deliver(from, to, mail));
      return;
    }
    int copies = !calm && random.nextInt(20) == 0 ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      boolean lost = !calm && random.nextDouble() < lossRate;
      if (!lost && !isCut(from, to)) {
        int slow = !calm && random.nextInt(50) == 0 ? 700 : 20;
        Mail received = overTheWire(from, to, mail);
        after(random.nextInt(slow), () -> deliver(from, to, received));
      }
    }
  }

  private static Mail overTheWire(NodeId from, NodeId to, Mail mail) {
    MailSerializer wire = new MailSerializer();
    Letter letter = new Letter(from, to, mail);
    return ((Letter) wire.fromBinary(wire.toBinary(letter), wire.manifest(letter))).mail();
  }

  private boolean isCut(NodeId a, NodeId b) {
    return cutOff.contains(a) != cutOff.contains(b);
  }

  private void deliver(NodeId from, NodeId to, Mail mail) {
    ModelNode node = nodes.get(to);
    if (node == null || !node.isAlive()) {
      return;
    }
    if (node.isFrozen()) {
      after(50, () -> deliver(from, to, mail));
      return;
    }
    node.receive(from, mail);
  }

  // The members.

  private List<ModelNode> alive() {
    return nodes.values().stream()
        .filter(ModelNode::isAlive)
        .sorted(Comparator.comparing(ModelNode::id))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private ModelNode join(int place) {
    NodeId id = new NodeId("node" + place, 1, ++lastUid);
    long order = joinOrder.size() + 1L;
    joinOrder.put(id, order);
    ModelNode node = new ModelNode(this, id, order);
    Map<NodeId, Long> members = new HashMap<>();
    members.put(id, order);
    for (ModelNode other : alive()) {
      if (!cutOff.contains(other.id())) {
        members.put(other.id(), other.joined());
      }
    }
    nodes.put(id, node);
    // Nobody is a member before all know of it.
    alive().forEach(other -> other.sees(members));
    node.sees(members);
    note(id + " joins as " + id.uid());
    return node;
  }

  private void arrivals() {
    if (calm) {
      return;
    }
    List<ModelNode> all = alive();
    ModelNode node = all.get(random.nextInt(all.size()));
    if (!node.isFrozen()) {
      if (random.nextInt(12) == 0) {
        node.hangUpOne();
      } else if (node.sessions() < 30) {
        node.arrive();
      }
    }
    after(random.nextInt(60), this::arrivals);
  }

  private void mishaps() {
    if (calm) {
      return;
    }
    if (alive().stream().anyMatch(node -> !node.isFrozen())) {
      mishap();
    }
    after(500 + random.nextInt(9000), this::mishaps);
  }

  private void mishap() {
    switch (random.nextInt(8)) {
      case 0 -> crash();
      case 1 -> cut(false);
      case 2 -> cut(true);
      case 3 -> leave();
      case 4 -> any().restartAgent();
      case 5 -> alive().forEach(ModelNode::restartBalancer);
      case 6 -> any().startPool(); // It has a wrong view of who is the oldest.
      default -> stutter();
    }
  }

  private ModelNode any() {
    List<ModelNode> awake = alive().stream().filter(n -> !n.isFrozen()).toList();
    return awake.get(random.nextInt(awake.size()));
  }

  private boolean isWhole() {
    return cutOff.isEmpty() && alive().size() == size;
  }

  /** Which nodes may be lost so that the rest is a majority. */
  private Set<NodeId> aMinority() {
    List<NodeId> ids = alive().stream().map(ModelNode::id).toList();
    Set<NodeId> minority = new TreeSet<>();
    int most = (ids.size() - 1) / 2;
    if (ids.size() == 2) {
      minority.add(ids.get(1)); // The lowest address wins.
    }
    while (minority.size() < Math.max(1, random.nextInt(most + 1)) && ids.size() > 2) {
      minority.add(ids.get(random.nextInt(ids.size())));
    }
    return minority;
  }

  private void crash() {
    if (isWhole() && size > 1) {
      Set<NodeId> lost = aMinority();
      note("crash of " + lost);
      lost.forEach(id -> nodes.get(id).die());
      after(DOWN_AFTER_MS + random.nextInt(1000), () -> remove(lost));
    }
  }

  /** What is cut off may be healed in time, or be removed; it may stand still besides. */
  private void cut(boolean freezes) {
    if (!isWhole() || size == 1) {
      return;
    }
    Set<NodeId> lost = aMinority();
    note((freezes ? "freeze of " : "cut of ") + lost);
    cutOff.addAll(lost);
    if (freezes) {
      lost.forEach(id -> nodes.get(id).freeze(true));
    }
    int downAfterMs = DOWN_AFTER_MS + random.nextInt(1000);
    if (random.nextBoolean()) {
      after(random.nextInt(downAfterMs), () -> heal(lost));
    } else {
      after(downAfterMs, () -> remove(lost));
      if (freezes) {
        // A process that stands still cannot keep its word: it is to be short.
        after(downAfterMs + 500, () -> lost.forEach(id -> nodes.get(id).freeze(false)));
      }
      after(downAfterMs + 500 + random.nextInt(20_000), () -> end(lost));
    }
  }

  private void heal(Set<NodeId> lost) {
    note("healed " + lost);
    lost.forEach(id -> nodes.get(id).freeze(false));
    cutOff.removeAll(lost);
  }

  /** One that was removed notices it, and ends. */
  private void end(Set<NodeId> lost) {
    note("end of " + lost);
    lost.forEach(id -> nodes.get(id).die());
    cutOff.removeAll(lost);
    rejoin(lost);
  }

  private void remove(Set<NodeId> lost) {
    note("removal of " + lost);
    List<ModelNode> rest = alive().stream().filter(n -> !lost.contains(n.id())).toList();
    rest.forEach(node -> node.seesDown(lost));
    rest.forEach(node -> after(random.nextInt(300), () -> node.seesRemoved(lost)));
    if (lost.stream().noneMatch(id -> nodes.get(id).isAlive())) {
      rejoin(lost);
    }
  }

  private void rejoin(Set<NodeId> lost) {
    for (NodeId id : lost) {
      int place = Integer.parseInt(id.host().substring("node".length()));
      after(400 + random.nextInt(6000), () -> join(place));
    }
  }

  /** A short standstill that nobody else notices. */
  private void stutter() {
    ModelNode node = any();
    note("stutter of " + node.id());
    node.stutter(true);
    after(random.nextInt(1200), () -> node.stutter(false));
  }

  /** One that has no session leaves, and says so. */
  private void leave() {
    Optional<ModelNode> idle =
        isWhole() && size > 2
            ? alive().stream()
                .filter(n -> n.sessions() == 0 && n.ledger().claims().isEmpty() && !n.isFrozen())
                .findFirst()
            : Optional.empty();
    idle.ifPresent(
        node -> {
          note(node.id() + " leaves");
          node.die();
          alive().forEach(other -> other.seesFarewell(node.id()));
          rejoin(Set.of(node.id()));
        });
  }

  /** Why it is not at rest, if it is not. */
  List<String> unrest() {
    List<String> unrest = new ArrayList<>();
    alive().forEach(node -> node.unrest().ifPresent(unrest::add));
    if (farm.used() != 0) {
      unrest.add(farm.used() + " sessions on hosts");
    }
    if (alive().stream().noneMatch(ModelNode::hasOpenPool)) {
      unrest.add("nobody grants");
    }
    return unrest;
  }
}
