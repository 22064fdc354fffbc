package io.tcpbalance.supervision;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.ActorRefWithCell;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/**
 * The supervised actors that are alive, but for the sessions: those come and go by the thousand,
 * and their parent lists them. Any thread may call.
 */
public final class ActorTree {

  private record Node(ActorRef<?> ref, long startedAtNanos, int restarts, boolean running) {

    Node restarting() {
      return new Node(ref, startedAtNanos, restarts, false);
    }

    /** Its next life; another actor under the same name has lived less. */
    Node started(ActorRef<?> who, long nowNanos) {
      return new Node(who, nowNanos, who.equals(ref) ? restarts + 1 : 0, true);
    }
  }

  /** A parent comes right before its children: a blank is less than whatever a name may hold. */
  private static final Comparator<ActorStatus> PARENTS_FIRST =
      Comparator.comparing(status -> status.path().replace('/', ' '));

  private static final String PROXY = "proxy-";
  private static final String ROOT = "user";

  private final LongSupplier nanoTime;
  private final Map<String, Node> nodes = new ConcurrentHashMap<>();
  private final Map<String, Long> restarts = new ConcurrentHashMap<>();

  ActorTree(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Parents before their children. */
  public List<ActorStatus> list() {
    long now = nanoTime.getAsLong();
    return nodes.entrySet().stream()
        .map(entry -> status(entry.getKey(), entry.getValue(), now))
        .sorted(PARENTS_FIRST)
        .toList();
  }

  /**
   * How many restarts there were since the start, by the kind of the actor, which is its name; all
   * proxies are {@code proxy}, the root is {@code guardian}. Other than in the list, those of
   * actors that have ended count too.
   */
  public Map<String, Long> restarts() {
    return new TreeMap<>(restarts);
  }

  /** Makes the actor throw, where drills are on; returns whether there is one. */
  public boolean kill(String path, Kill kill) {
    Optional<Node> node = Optional.ofNullable(nodes.get(path));
    node.ifPresent(victim -> kill.send(victim.ref()));
    return node.isPresent();
  }

  void started(ActorRef<?> ref) {
    long now = nanoTime.getAsLong();
    nodes.merge(
        path(ref), new Node(ref, now, 0, true), (before, first) -> before.started(ref, now));
    restarts.putIfAbsent(kind(ref), 0L);
  }

  void restarting(ActorRef<?> ref) {
    nodes.computeIfPresent(path(ref), (path, node) -> node.restarting());
    restarts.merge(kind(ref), 1L, Long::sum);
  }

  /** Its name may have a new owner already. */
  void stopped(ActorRef<?> ref) {
    nodes.computeIfPresent(path(ref), (path, node) -> node.ref().equals(ref) ? null : node);
  }

  private static String kind(ActorRef<?> ref) {
    String name = ref.path().name();
    if (name.startsWith(PROXY)) {
      return "proxy";
    }
    return name.equals(ROOT) ? "guardian" : name;
  }

  private static String path(ActorRef<?> ref) {
    return ref.path().toStringWithoutAddress();
  }

  private static ActorStatus status(String path, Node node, long nowNanos) {
    return new ActorStatus(
        path,
        node.running() ? ActorStatus.State.RUNNING : ActorStatus.State.RESTARTING,
        Duration.ofNanos(nowNanos - node.startedAtNanos()),
        node.restarts(),
        mailboxSize(node.ref()));
  }

  /** Pekko tells it of local actors only, and nowhere in its public interface. */
  private static OptionalInt mailboxSize(ActorRef<?> ref) {
    return Adapter.toClassic(ref) instanceof ActorRefWithCell local
        ? OptionalInt.of(local.underlying().numberOfMessages())
        : OptionalInt.empty();
  }
}
