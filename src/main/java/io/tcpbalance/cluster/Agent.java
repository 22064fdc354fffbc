package io.tcpbalance.cluster;

import io.tcpbalance.balancer.BackendHealthChanged;
import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Balancer.SessionMessage;
import io.tcpbalance.balancer.PoolSettings;
import io.tcpbalance.balancer.PoolStatus;
import io.tcpbalance.balancer.RetiredBalancer;
import io.tcpbalance.balancer.Roster;
import io.tcpbalance.balancer.StallChanged;
import io.tcpbalance.balancer.Succession;
import io.tcpbalance.cluster.mail.Answer;
import io.tcpbalance.cluster.mail.Ballot;
import io.tcpbalance.cluster.mail.Mail;
import io.tcpbalance.cluster.mail.NodeId;
import io.tcpbalance.cluster.mail.ToNode;
import io.tcpbalance.cluster.mail.ToPool;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Stands for a shared pool's balancer on one node: understands all that a {@link Balancer} does,
 * and carries it to the one that grants. Each life begins with a census of the node's sessions, as
 * that of a balancer.
 *
 * <p>Its messages are those of {@link Balancer.Command}, beside what {@link Nodes} tells.
 */
final class Agent extends AbstractBehavior<Object>
    implements AgentLedger.Voice<ActorRef<SessionMessage>> {

  private enum Tick {
    INSTANCE
  }

  private enum Flush {
    INSTANCE
  }

  /**
   * What it needs from outside.
   *
   * @param heard is told the pool when its shared balancer knows what this node's sessions have
   */
  record Surroundings(
      ActorRef<Object> nodes,
      Post post,
      Vitals vitals,
      FenceTimes times,
      Consumer<String> heard,
      LongSupplier nanoTime,
      InstantSource wallClock) {}

  /** What outlives a life of it. */
  static final class Estate {
    final Promise promise = new Promise();
    final StallClock stalls;
    final Succession succession = new Succession();
    PoolSettings settings;
    @Nullable ActorRef<Balancer.WatcherMessage> prober;

    Estate(String pool, PoolSettings settings) {
      stalls = new StallClock(pool);
      this.settings = settings;
    }
  }

  private static final Duration TICK = Duration.ofMillis(100);

  private final TimerScheduler<Object> timers;
  private final String pool;
  private final Roster.Holder roster;
  private final Estate estate;
  private final Surroundings around;
  private final AgentLedger<ActorRef<SessionMessage>> ledger;
  private final NodeSessions sessions;
  private final Counter counter;
  private final HomeDuty duty;
  private final LastTickets lastTickets;
  private boolean flushes;

  private Agent(
      ActorContext<Object> context,
      TimerScheduler<Object> timers,
      String pool,
      Roster.Holder roster,
      Estate estate,
      Surroundings around,
      ActorRef<Balancer.RegistrarMessage> registrar) {
    super(context);
    context.setLoggerName(Agent.class);
    this.timers = timers;
    this.pool = pool;
    this.roster = roster;
    this.estate = estate;
    this.around = around;
    ledger = new AgentLedger<>(pool, estate.promise, roster.get(), around.times(), this);
    ledger.freeze(estate.succession.isFrozen());
    lastTickets = new LastTickets(ledger, this::freeze);
    counter =
        new Counter(
            ledger, estate, roster, around.post().self(), this::flushSoon, around.nanoTime());
    duty = new HomeDuty(roster, estate);
    ActorRef<Balancer.Command> self = context.getSelf().narrow();
    sessions =
        new NodeSessions(
            ledger,
            () -> registrar.tell(new Balancer.TakeCensus(ledger.life(), self)),
            around.nanoTime());
    introduce();
  }

  /**
   * An agent.
   *
   * @param roster this node's copy, which from now on only this actor writes
   * @param registrar who knows all sessions of this node
   */
  static Behavior<Balancer.Command> create(
      String pool,
      Roster.Holder roster,
      Estate estate,
      Surroundings around,
      ActorRef<Balancer.RegistrarMessage> registrar) {
    Behavior<Object> agent =
        Behaviors.withTimers(
            timers ->
                Behaviors.setup(
                    context -> {
                      Consumer<Balancer.LeaseFact> heir = estate.succession.heir();
                      if (heir != null) {
                        return RetiredBalancer.create(heir, PoolStatus.unused(roster.get()));
                      }
                      timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK);
                      return new Agent(context, timers, pool, roster, estate, around, registrar);
                    }));
    return agent.narrow();
  }

  @Override
  public Receive<Object> createReceive() {
    return newReceiveBuilder()
        .onMessage(Balancer.Acquire.class, m -> after(() -> sessions.acquire(m)))
        .onMessage(Balancer.Connected.class, m -> fact(m, () -> sessions.connected(m)))
        .onMessage(Balancer.Release.class, m -> fact(m, () -> sessions.release(m)))
        .onMessage(Nodes.Delivery.class, this::onDelivery)
        .onMessage(Flush.class, m -> onFlush())
        .onMessage(Tick.class, m -> onTick())
        .onMessage(Balancer.Withdraw.class, m -> fact(m, () -> sessions.withdraw(m)))
        .onMessage(Balancer.SessionEnded.class, m -> fact(m, () -> sessions.ended(m)))
        .onMessage(Balancer.Blame.class, m -> after(() -> sessions.blame(m)))
        .onMessage(Balancer.RegistrarStarted.class, m -> after(sessions::registrarStarted))
        .onMessage(Balancer.Roll.class, m -> after(() -> sessions.roll(m)))
        .onMessage(Balancer.HoldsNothing.class, m -> after(() -> sessions.holdsNothing(m)))
        .onMessage(Balancer.Waits.class, m -> after(() -> sessions.waits(m)))
        .onMessage(Balancer.Holds.class, m -> after(() -> sessions.holds(m)))
        .onMessage(Balancer.Observed.class, this::onObserved)
        .onMessage(Balancer.Learned.class, this::onLearned)
        .onMessage(Balancer.Watch.class, this::onWatch)
        .onMessage(Balancer.Operation.class, m -> after(() -> counter.ask(m)))
        .onMessage(Balancer.Reconfigure.class, this::onReconfigure)
        .onMessage(Balancer.Freeze.class, m -> after(() -> lastTickets.ask(m, now())))
        .onMessage(Balancer.Thaw.class, m -> onThaw())
        .onMessage(Balancer.Retire.class, this::onRetire)
        .onMessage(Nodes.Home.class, this::onHome)
        .build();
  }

  private long now() {
    return around.nanoTime().getAsLong();
  }

  private void introduce() {
    PoolSpec spec = new PoolSpec(pool, estate.settings, roster);
    around.nodes().tell(new Nodes.Agent(spec, getContext().getSelf()));
  }

  private Behavior<Object> after(Runnable action) {
    action.run();
    return flushSoon();
  }

  private Behavior<Object> fact(Balancer.LeaseFact m, Runnable action) {
    estate.succession.note(m);
    return after(action);
  }

  // Another generation of the program follows.

  private void freeze(Balancer.Freeze m) {
    estate.succession.freeze();
    ledger.freeze(true);
    m.replyTo()
        .tell(
            new Balancer.Frozen(
                ledger.isCounted(),
                roster.get(),
                ledger.held(),
                ledger.waiting(),
                ledger.tickets()));
  }

  /** Slots that were granted meanwhile are used at the next tick. */
  private Behavior<Object> onThaw() {
    lastTickets.callOff();
    estate.succession.thaw();
    ledger.freeze(false);
    return this;
  }

  /** The balancer goes on counting what it knows of, until this node says farewell. */
  private Behavior<Object> onRetire(Balancer.Retire m) {
    estate.succession.retire(m.heir());
    timers.cancelAll();
    PoolStatus last = counter.known();
    counter.moved();
    ledger.refuseTrials();
    return RetiredBalancer.create(m.heir(), last);
  }

  // The cluster.

  private Behavior<Object> onDelivery(Nodes.Delivery m) {
    if (m.mail() instanceof Mail.FromPool mail) {
      long nowNanos = now();
      ledger.receive(
          mail, around.vitals().graves(nowNanos), around.vitals().majorityAtNanos(), nowNanos);
    }
    return flushSoon();
  }

  /** Behind all that is here already: what comes in one go leaves in one message. */
  private Behavior<Object> flushSoon() {
    if (!flushes) {
      flushes = true;
      getContext().getSelf().tell(Flush.INSTANCE);
    }
    return this;
  }

  private Behavior<Object> onFlush() {
    flushes = false;
    ledger.flush(false, now());
    lastTickets.look(now());
    return this;
  }

  private Behavior<Object> onTick() {
    ledger.tick(around.vitals().majorityAtNanos(), now());
    ledger.flush(true, now());
    lastTickets.look(now());
    if (ledger.isHeard()) {
      around.heard().accept(pool);
    }
    counter.tick();
    estate
        .stalls
        .observe(ledger.trouble(now()), around.wallClock().instant(), now())
        .ifPresent(this::tell);
    return this;
  }

  private void tell(StallChanged news) {
    if (news.over()) {
      getContext().getLog().info("pool {}: slots are given again, {}", pool, news.reason());
    } else {
      getContext().getLog().warn("pool {}: nobody gets a slot: {}", pool, news.reason());
    }
    getContext().getSystem().eventStream().tell(new EventStream.Publish<>(news));
  }

  private Behavior<Object> onHome(Nodes.Home m) {
    duty.isHome(m.here());
    return this;
  }

  // Operators and probes.

  /** Where there is one monitor for all nodes, it is that of the pool's home. */
  private Behavior<Object> onObserved(Balancer.Observed m) {
    if (duty.isHome()) {
      ledger.say(new ToPool.Observed(m.backend(), m.observation(), m.reason()));
    }
    return flushSoon();
  }

  private Behavior<Object> onLearned(Balancer.Learned m) {
    ledger.say(new ToPool.Learned(m.backend(), m.slots()));
    return flushSoon();
  }

  private Behavior<Object> onWatch(Balancer.Watch m) {
    duty.prober(m.watcher());
    return this;
  }

  private Behavior<Object> onReconfigure(Balancer.Reconfigure m) {
    estate.settings = m.settings();
    introduce();
    counter.reconfigure(m);
    return flushSoon();
  }

  // What the ledger says.

  @Override
  public void tell(ActorRef<SessionMessage> session, SessionMessage message) {
    session.tell(message);
  }

  @Override
  public void send(NodeId node, Mail mail) {
    around.post().send(node, mail);
  }

  @Override
  public void roster(Roster newer) {
    roster.set(newer);
    duty.tell();
  }

  /** Where the balancer is, it tells of it itself. */
  @Override
  public void healthChanged(ToNode.HealthChanged m) {
    BackendHealthChanged event =
        new BackendHealthChanged(pool, m.backend(), m.healthy(), m.onTrial(), m.reason(), m.at());
    duty.tell(event);
    if (!estate.promise.ballot.node().equals(around.post().self())) {
      getContext().getSystem().eventStream().tell(new EventStream.Publish<>(event));
    }
  }

  @Override
  public void answered(long id, Answer answer) {
    counter.answered(id, answer);
  }

  @Override
  public void obeys(Ballot ballot) {
    getContext()
        .getLog()
        .info("pool {}: slots come from {} (term {})", pool, ballot.node(), ballot.term());
    counter.moved();
  }
}
