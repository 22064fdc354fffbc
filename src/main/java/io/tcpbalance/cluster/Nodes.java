package io.tcpbalance.cluster;

import io.tcpbalance.cluster.mail.Ballot;
import io.tcpbalance.cluster.mail.Letter;
import io.tcpbalance.cluster.mail.Mail;
import io.tcpbalance.cluster.mail.NodeId;
import io.tcpbalance.supervision.Retries;
import io.tcpbalance.supervision.Supervision;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.typed.Cluster;
import org.jspecify.annotations.Nullable;

/**
 * This node's place in its cluster: hears the mail of others and hands it on, keeps the {@link
 * Pulse} and the {@link Graves}, and is the parent of the shared balancers that live here, which is
 * where this node is the oldest of those that have the pool.
 */
final class Nodes extends AbstractBehavior<Object> {

  /** An agent has begun a life, or its settings are others. Others of its pool are forgotten. */
  record Agent(PoolSpec spec, ActorRef<Object> ref) {}

  /** Mail for an agent or a shared balancer. */
  record Delivery(NodeId from, Mail.OfPool mail) {}

  /** What agents are told: of the pool's home, and that they may be asked for. */
  record Home(boolean here) {}

  /** Leaves the cluster. */
  enum Depart {
    INSTANCE
  }

  private enum Tick {
    INSTANCE
  }

  /** What outlives a life of this actor. */
  static final class Estate {
    final Pulse pulse;
    final Graves graves;
    final Set<NodeId> members = new HashSet<>();
    final Set<NodeId> joined = new HashSet<>();
    final Set<NodeId> farewells = new HashSet<>();
    final Set<NodeId> otherForms = new HashSet<>();
    final Map<String, Agent> agents = new HashMap<>();
    final Map<String, Long> terms = new HashMap<>();

    /** This node's own, when it departs. */
    @Nullable Farewell farewell;

    Estate(NodeId self, FenceTimes times, long nowNanos) {
      pulse = new Pulse(self, nowNanos);
      graves = new Graves(times);
    }

    /** What was heard of nodes that are gone is of no use any more: they come back as others. */
    void forgetAllBut(Set<NodeId> known) {
      joined.retainAll(known);
      farewells.retainAll(known);
      otherForms.retainAll(known);
    }
  }

  /**
   * What it needs from outside.
   *
   * @param follows whether it joins only when it is to follow another generation
   */
  record Surroundings(
      Supervision supervision,
      FenceTimes times,
      boolean follows,
      LongSupplier nanoTime,
      InstantSource wallClock) {}

  private static final Duration TICK = Duration.ofMillis(200);
  private static final int TOLD_AFTER_TICKS = 30;

  private final Surroundings around;
  private final Estate estate;
  private final Vitals vitals;
  private final Post post;
  private final Membership membership;
  private final Map<String, ActorRef<Object>> balancers = new HashMap<>();
  private final Map<String, Retries> retries = new HashMap<>();
  private final long ticksPerPulse;
  private long ticks;
  private int ticksApart;

  private Nodes(
      ActorContext<Object> context, Surroundings around, Estate estate, Vitals vitals, Post post) {
    super(context);
    context.setLoggerName(Nodes.class);
    this.around = around;
    ticksPerPulse = Math.max(1, around.times().beatNanos() / TICK.toNanos());
    this.estate = estate;
    this.vitals = vitals;
    this.post = post;
    membership = new Membership(Cluster.get(context.getSystem()), estate.farewells);
  }

  static Behavior<Object> create(Surroundings around, Estate estate, Vitals vitals, Post post) {
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                context -> {
                  timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK);
                  return new Nodes(context, around, estate, vitals, post);
                }));
  }

  @Override
  public Receive<Object> createReceive() {
    return newReceiveBuilder()
        .onMessage(Letter.class, this::onLetter)
        .onMessage(Agent.class, this::onAgent)
        .onMessage(Tick.class, m -> onTick())
        .onMessage(Depart.class, m -> onDepart())
        .onSignal(Terminated.class, this::onBalancerGone)
        .build();
  }

  private long now() {
    return around.nanoTime().getAsLong();
  }

  private Behavior<Object> onLetter(Letter letter) {
    if (!letter.to().equals(post.self())) {
      return this;
    }
    NodeId from = letter.from();
    Mail mail = letter.mail();
    if (membership.counts(from)) {
      noteForm(from, letter.form());
      receive(from, mail);
    }
    return this;
  }

  private void noteForm(NodeId from, int form) {
    if (form != Letter.FORM && estate.otherForms.add(from)) {
      getContext()
          .getLog()
          .info(
              "node {} is of {} version (its mail has form {}, here it is {}): what only one of"
                  + " both knows is not used",
              from,
              form < Letter.FORM ? "an earlier" : "a later",
              form,
              Letter.FORM);
    }
  }

  private void receive(NodeId from, Mail mail) {
    if (mail instanceof Mail.Farewell) {
      farewell(from);
    } else if (mail instanceof Mail.Pulse m) {
      post.send(from, new Mail.Echo(m.number(), estate.graves.remaining(now())));
    } else if (mail instanceof Mail.Echo m) {
      estate.pulse.answered(from, m.number());
      if (estate.farewell != null) {
        estate.farewell.answered(from, m.number());
        leaveWhenHeard(estate.farewell);
      }
      vitals.majorityAt(estate.pulse.majorityAtNanos(now()));
      estate.graves.learn(m.graves(), now());
    } else if (mail instanceof Mail.FromPool m) {
      estate.terms.merge(m.pool(), m.ballot().term(), Math::max);
      Agent agent = estate.agents.get(m.pool());
      if (agent != null) {
        agent.ref().tell(new Delivery(from, m));
      }
    } else if (mail instanceof Mail.OfPool m) {
      if (m instanceof Mail.Superseded superseded) {
        estate.terms.merge(m.pool(), superseded.by().term(), Math::max);
      }
      ActorRef<Object> balancer = balancers.get(m.pool());
      if (balancer != null) {
        balancer.tell(new Delivery(from, m));
      }
    }
  }

  private void farewell(NodeId node) {
    if (estate.farewells.add(node)) {
      estate.members.remove(node);
      balancers.values().forEach(balancer -> balancer.tell(new SharedBalancer.Gone(node)));
    }
  }

  private Behavior<Object> onAgent(Agent m) {
    estate.agents.put(m.spec().pool(), m);
    ActorRef<Object> balancer = balancers.get(m.spec().pool());
    if (balancer != null) {
      balancer.tell(m.spec());
    }
    m.ref().tell(new Home(balancer != null));
    return this;
  }

  private Behavior<Object> onTick() {
    if (estate.farewell != null && !membership.known().contains(post.self())) {
      return Behaviors.stopped();
    }
    long nowNanos = now();
    Set<NodeId> members = membership.all();
    tellIfApart(members);
    for (NodeId gone : List.copyOf(estate.members)) {
      if (!members.contains(gone)) {
        removed(gone, nowNanos);
      }
    }
    estate.members.addAll(members);
    estate.forgetAllBut(membership.known());
    membership.up().stream().filter(estate.joined::add).forEach(this::tellOfJoining);
    estate.graves.over(nowNanos);
    vitals.graves(estate.graves.remaining(nowNanos), nowNanos);

    estate.pulse.voters(membership.voters());
    if (ticks++ % ticksPerPulse == 0) {
      long question = estate.pulse.ask(nowNanos);
      others().forEach(node -> post.send(node, new Mail.Pulse(question)));
    }
    vitals.majorityAt(estate.pulse.majorityAtNanos(nowNanos));

    for (Agent agent : estate.agents.values()) {
      seeToBalancer(agent);
    }
    if (estate.farewell != null) {
      say(estate.farewell);
    }
    return this;
  }

  private void tellOfJoining(NodeId node) {
    getContext().getLog().info("node {} has joined the cluster", node);
  }

  private void tellIfApart(Set<NodeId> members) {
    ticksApart = members.isEmpty() ? ticksApart + 1 : 0;
    if (ticksApart > 0 && ticksApart % TOLD_AFTER_TICKS == 0 && !around.follows()) {
      getContext()
          .getLog()
          .warn(
              "in no cluster yet: joins a node of the seeds that is in one; a new one is formed when"
                  + " all of them run (take out of the list, or the name, what will never come back)");
    }
  }

  private void removed(NodeId gone, long nowNanos) {
    estate.members.remove(gone);
    estate.graves.bury(gone, nowNanos);
    balancers.values().forEach(balancer -> balancer.tell(new SharedBalancer.Removed(gone)));
    getContext().getLog().warn("node {} was removed from the cluster", gone);
  }

  private void seeToBalancer(Agent agent) {
    String pool = agent.spec().pool();
    Set<NodeId> sharing = membership.sharing(pool);
    ActorRef<Object> balancer = balancers.get(pool);
    if (balancer != null) {
      balancer.tell(new SharedBalancer.Members(sharing));
    } else if (retries(pool).mayBegin(now())
        && membership.oldest(pool).filter(post.self()::equals).isPresent()) {
      begin(agent, sharing);
    }
  }

  private Retries retries(String pool) {
    return retries.computeIfAbsent(pool, p -> new Retries(around.supervision().settings()));
  }

  private void begin(Agent agent, Set<NodeId> sharing) {
    PoolSpec spec = agent.spec();
    long term = estate.terms.merge(spec.pool(), 1L, Long::sum);
    SharedBalancer.Surroundings forBalancer =
        new SharedBalancer.Surroundings(
            around.supervision(), around.times(), post, around.nanoTime(), around.wallClock());
    ActorRef<Object> balancer =
        getContext()
            .spawn(
                around
                    .supervision()
                    .stopping(
                        SharedBalancer.create(
                            spec,
                            new Ballot(term, post.self()),
                            sharing,
                            estate.graves.remaining(now()),
                            forBalancer)),
                "pool-" + spec.pool() + "-" + term);
    getContext().watch(balancer);
    balancers.put(spec.pool(), balancer);
    agent.ref().tell(new Home(true));
  }

  /** One that failed, or was superseded; another one begins, if it is to be here, at a tick. */
  private Behavior<Object> onBalancerGone(Terminated gone) {
    for (String pool : List.copyOf(balancers.keySet())) {
      if (gone.getRef().equals(balancers.get(pool))) {
        balancers.remove(pool);
        if (gone instanceof ChildFailed) {
          failed(pool);
        }
      }
    }
    for (Agent agent : estate.agents.values()) {
      agent.ref().tell(new Home(balancers.containsKey(agent.spec().pool())));
    }
    return this;
  }

  private void failed(String pool) {
    Duration pause = retries(pool).failed(now());
    if (!pause.isZero()) {
      getContext()
          .getLog()
          .warn(
              "pool {}: its balancer fails again and again; another one begins in {} s",
              pool,
              pause.toSeconds());
    }
  }

  private Behavior<Object> onDepart() {
    if (estate.farewell == null) {
      estate.farewell = new Farewell(estate.pulse.ask(now()), now());
    }
    say(estate.farewell);
    return this;
  }

  /** Again with each tick, until this node is gone: letters may be lost, and others may join. */
  private void say(Farewell farewell) {
    for (NodeId node : others()) {
      post.send(node, new Mail.Farewell());
      post.send(node, new Mail.Pulse(farewell.question()));
    }
    leaveWhenHeard(farewell);
  }

  private void leaveWhenHeard(Farewell farewell) {
    if (farewell.isTimeToLeave(others(), now())) {
      membership.leave();
    }
  }

  /** Without this node, and those that are about to leave as well. */
  private Set<NodeId> others() {
    Set<NodeId> others = membership.all();
    others.remove(post.self());
    return others;
  }
}
