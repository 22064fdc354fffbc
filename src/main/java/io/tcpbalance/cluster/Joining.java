package io.tcpbalance.cluster;

import io.tcpbalance.admin.Texts;
import io.tcpbalance.config.ClusterSettings.SeedDns;
import io.tcpbalance.dns.Resolver;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.JoinSeedNodes;

/**
 * Looks up the name of the seeds until the node is a member. Then it goes on, and tells of those
 * who are not: two clusters that have come to be never become one by themselves.
 */
final class Joining extends AbstractBehavior<Joining.Command> {

  /** What it understands. */
  sealed interface Command {}

  private enum Look implements Command {
    INSTANCE
  }

  private record Found(List<InetSocketAddress> addresses) implements Command {}

  private record NotFound(String reason) implements Command {}

  /** How long it waits from one look to the next. */
  record Pace(Duration untilMember, Duration asMember) {
    static final Pace USUAL = new Pace(Duration.ofSeconds(5), Duration.ofMinutes(1));
  }

  private final TimerScheduler<Command> timers;
  private final SeedDns name;
  private final Resolver resolver;
  private final Pace pace;
  private final Cluster cluster;
  private final SeedList seeds;
  private final Set<String> toldStrangers = new HashSet<>();
  private Set<String> lastStrangers = Set.of();
  private String told = "";

  private Joining(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      SeedDns name,
      Resolver resolver,
      Pace pace) {
    super(context);
    context.setLoggerName(Joining.class);
    this.timers = timers;
    this.name = name;
    this.resolver = resolver;
    this.pace = pace;
    cluster = Cluster.get(context.getSystem());
    seeds = new SeedList(Post.idOf(cluster.selfMember()).toString());
    context.getSelf().tell(Look.INSTANCE);
  }

  static Behavior<Command> create(SeedDns name, Resolver resolver, Pace pace) {
    return Behaviors.withTimers(
        timers -> Behaviors.setup(context -> new Joining(context, timers, name, resolver, pace)));
  }

  /**
   * What asks a cluster to do it.
   *
   * @param seeds {@code host:port} of each
   */
  static JoinSeedNodes by(ActorSystem<?> system, List<String> seeds) {
    return new JoinSeedNodes(
        seeds.stream()
            .map(seed -> AddressFromURIString.parse("pekko://" + system.name() + "@" + seed))
            .toList());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Look.class, m -> onLook())
        .onMessage(Found.class, this::onFound)
        .onMessage(NotFound.class, this::onNotFound)
        .build();
  }

  private Behavior<Command> onLook() {
    getContext()
        .pipeToSelf(
            resolver.resolve(name.name(), name.port()),
            (addresses, failure) ->
                addresses != null ? new Found(addresses) : new NotFound(Resolver.reason(failure)));
    return this;
  }

  private boolean isMember() {
    return !cluster.selfMember().status().equals(MemberStatus.removed());
  }

  private Behavior<Command> lookAgain() {
    timers.startSingleTimer(Look.INSTANCE, isMember() ? pace.asMember() : pace.untilMember());
    return this;
  }

  private Behavior<Command> onFound(Found m) {
    told = "";
    if (isMember()) {
      tellOfStrangers(m.addresses());
    } else {
      seeds.found(m.addresses()).ifPresent(this::ask);
    }
    return lookAgain();
  }

  private void ask(List<InetSocketAddress> asked) {
    List<String> texts = asked.stream().map(Texts::address).toList();
    getContext().getLog().info("{} has the nodes {}", name.name(), String.join(", ", texts));
    if (!seeds.hasSelf()) {
      getContext()
          .getLog()
          .warn("this node is none of them: it can join others, and never forms a cluster");
    }
    cluster.manager().tell(by(getContext().getSystem(), texts));
  }

  /** Of each once, if it is not there at the next look either: it may just be about to join. */
  private void tellOfStrangers(List<InetSocketAddress> addresses) {
    Set<String> strangers = addresses.stream().map(Texts::address).collect(Collectors.toSet());
    StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
        .forEach(member -> strangers.remove(Post.idOf(member).toString()));
    toldStrangers.retainAll(strangers);
    for (String stranger : strangers) {
      if (lastStrangers.contains(stranger) && toldStrangers.add(stranger)) {
        getContext()
            .getLog()
            .warn(
                "{} has {}, which is not in this cluster; if it runs there it has formed another"
                    + " one: start it again",
                name.name(),
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
