package io.tcpbalance.cluster;

import io.tcpbalance.balancer.BackendHealthChanged;
import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Balancer.SessionMessage;
import io.tcpbalance.balancer.Roster;
import io.tcpbalance.cluster.mail.Answer;
import io.tcpbalance.cluster.mail.Ballot;
import io.tcpbalance.cluster.mail.Mail;
import io.tcpbalance.cluster.mail.NodeId;
import io.tcpbalance.cluster.mail.Question;
import io.tcpbalance.cluster.mail.ToNode;
import io.tcpbalance.supervision.Supervision;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * One life of a shared pool's balancer: carries mail between a {@link SharedPool} and the agents,
 * and is the parent of the {@link Balancer} that decides. It is never restarted: what another life
 * knows, it must have learnt by a census, with a ballot of its own.
 */
final class SharedBalancer extends AbstractBehavior<Object> implements SharedPool.Voice {

  /** Who has the pool now. */
  record Members(Set<NodeId> nodes) {}

  /** The node is no member any more. */
  record Removed(NodeId node) {}

  /** Nothing is left of the node. */
  record Gone(NodeId node) {}

  private enum Tick {
    INSTANCE
  }

  private enum Flush {
    INSTANCE
  }

  private record Found(NodeId node, long id, boolean changed, Answer answer) {}

  /** What it needs from outside. */
  record Surroundings(
      Supervision supervision,
      FenceTimes times,
      Post post,
      LongSupplier nanoTime,
      InstantSource wallClock) {}

  private static final Duration TICK = Duration.ofMillis(100);

  /** Sooner than a link sends again. */
  private static final int TICKS_TO_ACKNOWLEDGE = 2;

  private final Surroundings around;
  private final String name;
  private final SharedPool pool;
  private final Decider decider;
  private final SafeAnswers answers;
  private final long ticksPerBeat;
  private boolean flushes;
  private long ticks;
  private boolean ended;

  private SharedBalancer(
      ActorContext<Object> context,
      PoolSpec spec,
      Ballot ballot,
      Set<NodeId> members,
      Map<NodeId, Long> graves,
      Surroundings around) {
    super(context);
    context.setLoggerName(SharedBalancer.class);
    name = spec.pool();
    this.around = around;
    ticksPerBeat = Math.max(1, around.times().beatNanos() / TICK.toNanos());
    decider = new Decider(context, spec, around);
    ActorRef<SessionMessage> self = context.getSelf().narrow();
    pool = new SharedPool(name, ballot, around.times(), self, this);
    answers = new SafeAnswers(pool);
    pool.learn(graves, now());
    pool.members(members);
    context
        .getLog()
        .info(
            "pool {}: its balancer begins here (term {}), and asks {} nodes what they hold",
            name,
            ballot.term(),
            members.size());
    flushSoon();
  }

  static Behavior<Object> create(
      PoolSpec spec,
      Ballot ballot,
      Set<NodeId> members,
      Map<NodeId, Long> graves,
      Surroundings around) {
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                context -> {
                  timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK);
                  return new SharedBalancer(context, spec, ballot, members, graves, around);
                }));
  }

  @Override
  public Receive<Object> createReceive() {
    return newReceiveBuilder()
        .onMessage(Nodes.Delivery.class, this::onDelivery)
        .onMessage(Flush.class, m -> onFlush())
        .onMessage(SessionMessage.class, this::onDecision)
        .onMessage(Balancer.TakeCensus.class, this::onTakeCensus)
        .onMessage(Balancer.RosterChanged.class, m -> onRosterChanged())
        .onMessage(BackendHealthChanged.class, this::onHealthChanged)
        .onMessage(Found.class, this::onFound)
        .onMessage(Tick.class, m -> onTick())
        .onMessage(Members.class, this::onMembers)
        .onMessage(Removed.class, this::onRemoved)
        .onMessage(Gone.class, this::onGone)
        .onMessage(PoolSpec.class, this::onSpec)
        .onSignal(Terminated.class, this::onBalancerGone)
        .build();
  }

  private long now() {
    return around.nanoTime().getAsLong();
  }

  private Behavior<Object> next() {
    return ended ? Behaviors.stopped() : this;
  }

  private Behavior<Object> onDelivery(Nodes.Delivery m) {
    if (m.mail() instanceof Mail.FromNode mail) {
      pool.receive(m.from(), mail, now());
      flushSoon();
    } else if (m.mail() instanceof Mail.Superseded mail) {
      pool.receive(mail);
    }
    return next();
  }

  private Behavior<Object> onDecision(SessionMessage m) {
    pool.decided(m);
    flushSoon();
    return this;
  }

  /** Behind all that is here already: what comes in one go leaves in one message. */
  private void flushSoon() {
    if (!flushes) {
      flushes = true;
      getContext().getSelf().tell(Flush.INSTANCE);
    }
  }

  private Behavior<Object> onFlush() {
    flushes = false;
    pool.flush(false, false, now());
    return this;
  }

  private Behavior<Object> onTakeCensus(Balancer.TakeCensus m) {
    pool.takeCensus(m.epoch());
    flushSoon();
    return this;
  }

  private Behavior<Object> onRosterChanged() {
    tellRoster();
    return this;
  }

  private Behavior<Object> onHealthChanged(BackendHealthChanged m) {
    tellRoster();
    pool.healthChanged(
        new ToNode.HealthChanged(m.backend(), m.healthy(), m.onTrial(), m.reason(), m.at()));
    return this;
  }

  private void tellRoster() {
    decider
        .newRoster()
        .ifPresent(
            roster -> {
              pool.rosterIs(roster);
              flushSoon();
            });
  }

  private Behavior<Object> onTick() {
    pool.tick(now());
    ticks++;
    pool.flush(ticks % TICKS_TO_ACKNOWLEDGE == 0, ticks % ticksPerBeat == 0, now());
    tellRoster();
    answerTheSafe();
    return next();
  }

  private Behavior<Object> onMembers(Members m) {
    pool.members(m.nodes());
    return this;
  }

  private Behavior<Object> onRemoved(Removed m) {
    pool.removed(m.node(), now());
    return this;
  }

  private Behavior<Object> onGone(Gone m) {
    pool.gone(m.node());
    return this;
  }

  private Behavior<Object> onSpec(PoolSpec m) {
    decider.spec(m);
    return this;
  }

  // What the pool says.

  @Override
  public void send(NodeId node, Mail mail) {
    around.post().send(node, mail);
  }

  @Override
  public void tell(Balancer.Command command) {
    decider.tell(command);
  }

  @Override
  public void open(Optional<Roster> newest) {
    getContext()
        .getLog()
        .info(
            "pool {}: open with {} sessions that hold or await a slot",
            name,
            pool.claims().sessions());
    decider.start(newest, "balancer-" + ticks);
  }

  @Override
  public void recount(String reason) {
    getContext().getLog().error("pool {}: counts anew: {}", name, reason);
    throw new IllegalStateException(reason);
  }

  @Override
  public void asked(NodeId node, long id, Question question) {
    if (pool.isOpen()) {
      getContext()
          .pipeToSelf(
              decider.ask(question, pool.rosterStamp()),
              (answer, failure) -> new Found(node, id, question.changes(), answer));
    }
  }

  private Behavior<Object> onFound(Found m) {
    tellRoster();
    ToNode.Answered answer = new ToNode.Answered(m.id(), pool.shown(m.answer()));
    if (m.changed()) {
      answers.add(m.node(), answer, now());
      answerTheSafe();
    } else {
      pool.answer(m.node(), answer);
      flushSoon();
    }
    return this;
  }

  private void answerTheSafe() {
    if (answers.giveSafeOnes(now())) {
      flushSoon();
    }
  }

  @Override
  public void superseded(Ballot by) {
    getContext()
        .getLog()
        .info("pool {}: its balancer is on {} now (term {})", name, by.node(), by.term());
    ended = true;
  }

  private Behavior<Object> onBalancerGone(Terminated gone) {
    throw new IllegalStateException("the balancer has failed for good");
  }
}
