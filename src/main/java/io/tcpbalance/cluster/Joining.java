package io.tcpbalance.cluster;

import io.tcpbalance.dns.Resolver;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.JoinSeedNodes;

/**
 * Looks for seeds and asks them until the node is a member. Then it goes on looking, and tells of
 * those who are not: two clusters that have come to be never become one by themselves.
 */
final class Joining extends AbstractBehavior<Joining.Command> {

  /** What it understands. */
  sealed interface Command {}

  private enum Look implements Command {
    INSTANCE
  }

  private record Found(List<String> seeds) implements Command {}

  private record Checked(List<String> seeds, List<String> taken) implements Command {}

  private record NotFound(String reason) implements Command {}

  /** From one look to the next. */
  private static final Duration AS_MEMBER = Duration.ofMinutes(1);

  private final TimerScheduler<Command> timers;
  private final Seeds seeds;
  private final Duration paceAsMember;
  private final Cluster cluster;
  private final Executor blocking;
  private final SeedList list;
  private final Set<String> toldStrangers = new HashSet<>();
  private Set<String> lastStrangers = Set.of();
  private List<String> lastFound = List.of();
  private List<String> lastTaken = List.of();
  private String told = "";

  private Joining(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Seeds seeds,
      int upgradePort,
      Duration paceAsMember) {
    super(context);
    context.setLoggerName(Joining.class);
    this.timers = timers;
    this.seeds = seeds;
    this.paceAsMember = paceAsMember;
    cluster = Cluster.get(context.getSystem());
    blocking = context.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
    String self = Post.idOf(cluster.selfMember()).toString();
    list = new SeedList(self, upgradePort, seeds.known());
    context.getSelf().tell(Look.INSTANCE);
  }

  /**
   * One that has not looked yet.
   *
   * @param upgradePort the other port of all nodes, or 0 if they have none
   */
  static Behavior<Command> create(Seeds seeds, int upgradePort) {
    return create(seeds, upgradePort, AS_MEMBER);
  }

  /** One that looks more often than usual when the node is a member. */
  static Behavior<Command> create(Seeds seeds, int upgradePort, Duration paceAsMember) {
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                context -> new Joining(context, timers, seeds, upgradePort, paceAsMember)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Look.class, m -> onLook())
        .onMessage(Found.class, this::onFound)
        .onMessage(Checked.class, this::onChecked)
        .onMessage(NotFound.class, this::onNotFound)
        .build();
  }

  private Behavior<Command> onLook() {
    getContext()
        .pipeToSelf(
            seeds.look().get(),
            (found, failure) ->
                found != null ? new Found(found) : new NotFound(Resolver.reason(failure)));
    return this;
  }

  private boolean isMember() {
    return !cluster.selfMember().status().equals(MemberStatus.removed());
  }

  private Behavior<Command> lookAgain() {
    timers.startSingleTimer(Look.INSTANCE, isMember() ? paceAsMember : seeds.pace());
    return this;
  }

  private Behavior<Command> onFound(Found m) {
    told = "";
    if (isMember()) {
      tellOfStrangers(m.seeds());
      return lookAgain();
    }
    List<String> elsewhere = list.atOtherPort(m.seeds());
    getContext()
        .pipeToSelf(
            Vacancy.taken(elsewhere, blocking),
            (taken, failure) -> new Checked(m.seeds(), taken != null ? taken : elsewhere));
    return this;
  }

  private Behavior<Command> onChecked(Checked m) {
    ask(list.found(m.seeds(), m.taken()));
    tellOf(m.seeds());
    tellOfTaken(m.taken());
    return lookAgain();
  }

  /** Again at each look: who was in no cluster at the last one may have joined one since then. */
  private void ask(List<String> asked) {
    if (!asked.isEmpty()) {
      cluster.manager().tell(by(getContext().getSystem(), asked));
    }
  }

  private static JoinSeedNodes by(ActorSystem<?> system, List<String> asked) {
    return new JoinSeedNodes(
        asked.stream()
            .map(seed -> AddressFromURIString.parse("pekko://" + system.name() + "@" + seed))
            .toList());
  }

  private void tellOf(List<String> found) {
    if (found.equals(lastFound)) {
      return;
    }
    lastFound = found;
    getContext().getLog().info("{} has the nodes {}", seeds.name(), String.join(", ", found));
    if (!list.hasSelf()) {
      getContext()
          .getLog()
          .info("this node is none of them: it can join others, and never forms a cluster");
    }
  }

  private void tellOfTaken(List<String> taken) {
    if (!taken.equals(lastTaken) && !taken.isEmpty()) {
      getContext()
          .getLog()
          .info(
              "no cluster is formed unless connections are refused at {}: members whose code was"
                  + " replaced may be there",
              String.join(", ", taken));
    }
    lastTaken = taken;
  }

  /** Of each once, if it is not there at the next look either: it may just be about to join. */
  private void tellOfStrangers(List<String> found) {
    Set<String> members =
        StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
            .map(member -> Post.idOf(member).toString())
            .collect(Collectors.toSet());
    Set<String> strangers = new HashSet<>(found);
    strangers.removeIf(seed -> members.contains(seed) || members.contains(list.moved(seed)));
    toldStrangers.retainAll(strangers);
    for (String stranger : strangers) {
      if (lastStrangers.contains(stranger) && toldStrangers.add(stranger)) {
        getContext()
            .getLog()
            .warn(
                "{} has {}, which is not in this cluster; if it runs there it has formed another"
                    + " one: start it again",
                seeds.name(),
                stranger);
      }
    }
    lastStrangers = strangers;
  }

  private Behavior<Command> onNotFound(NotFound m) {
    if (!isMember() && !m.reason().equals(told)) {
      told = m.reason();
      getContext().getLog().warn("no node to join: {}", m.reason());
    }
    return lookAgain();
  }
}
