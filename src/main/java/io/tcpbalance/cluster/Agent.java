package io.tcpbalance.cluster;

import io.tcpbalance.balancer.BackendHealthChanged;
import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Balancer.SessionMessage;
import io.tcpbalance.balancer.Census;
import io.tcpbalance.balancer.PoolSettings;
import io.tcpbalance.balancer.Roster;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
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

  /** What it needs from outside. */
  record Surroundings(
      ActorRef<Object> nodes, Post post, Vitals vitals, FenceTimes times, LongSupplier nanoTime) {}

  /** What outlives a life of it. */
  static final class Estate {
    final Promise promise = new Promise();
    PoolSettings settings;
    @Nullable ActorRef<Balancer.WatcherMessage> watcher;

    Estate(PoolSettings settings) {
      this.settings = settings;
    }
  }

  private static final Duration TICK = Duration.ofMillis(100);

  private final String pool;
  private final Roster.Holder roster;
  private final Estate estate;
  private final Surroundings around;
  private final ActorRef<Balancer.RegistrarMessage> registrar;
  private final AgentLedger<ActorRef<SessionMessage>> ledger;
  private final Counter counter;
  private final Census census = new Census();
  private boolean counted;
  private boolean home;
  private boolean flushes;

  private Agent(
      ActorContext<Object> context,
      String pool,
      Roster.Holder roster,
      Estate estate,
      Surroundings around,
      ActorRef<Balancer.RegistrarMessage> registrar) {
    super(context);
    context.setLoggerName(Agent.class);
    this.pool = pool;
    this.roster = roster;
    this.estate = estate;
    this.around = around;
    this.registrar = registrar;
    ledger = new AgentLedger<>(pool, estate.promise, roster.get(), around.times(), this);
    counter = new Counter(ledger, estate.promise, roster, this::flushSoon, around.nanoTime());
    introduce();
    takeCensus();
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
                      timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK);
                      return new Agent(context, pool, roster, estate, around, registrar);
                    }));
    return agent.narrow();
  }

  @Override
  public Receive<Object> createReceive() {
    return newReceiveBuilder()
        .onMessage(Balancer.Acquire.class, this::onAcquire)
        .onMessage(Balancer.Connected.class, this::onConnected)
        .onMessage(Balancer.Release.class, this::onRelease)
        .onMessage(Nodes.Delivery.class, this::onDelivery)
        .onMessage(Flush.class, m -> onFlush())
        .onMessage(Tick.class, m -> onTick())
        .onMessage(Balancer.Withdraw.class, this::onWithdraw)
        .onMessage(Balancer.SessionEnded.class, this::onSessionEnded)
        .onMessage(Balancer.Blame.class, this::onBlame)
        .onMessage(Balancer.Observed.class, this::onObserved)
        .onMessage(Balancer.Learned.class, this::onLearned)
        .onMessage(Balancer.RegistrarStarted.class, m -> onRegistrarStarted())
        .onMessage(Balancer.Roll.class, this::onRoll)
        .onMessage(Balancer.HoldsNothing.class, this::onHoldsNothing)
        .onMessage(Balancer.Waits.class, this::onWaits)
        .onMessage(Balancer.Holds.class, this::onHolds)
        .onMessage(Balancer.Watch.class, this::onWatch)
        .onMessage(Balancer.Operation.class, this::onOperation)
        .onMessage(Balancer.Reconfigure.class, this::onReconfigure)
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

  // What sessions say.

  private Behavior<Object> onAcquire(Balancer.Acquire m) {
    acquire(m);
    return flushSoon();
  }

  private void acquire(Balancer.Acquire m) {
    ledger.acquire(
        m.lease(),
        m.arrivedAtNanos(),
        m.wish(),
        (InetSocketAddress) m.client(),
        m.replyTo(),
        now());
  }

  private Behavior<Object> onConnected(Balancer.Connected m) {
    if (!counted) {
      census.connected(m.lease());
    }
    ledger.connected(m.lease());
    return flushSoon();
  }

  private Behavior<Object> onRelease(Balancer.Release m) {
    if (!counted) {
      census.over(m.lease());
    }
    ledger.release(m.lease(), m.slot(), m.outcome(), now());
    return flushSoon();
  }

  private Behavior<Object> onWithdraw(Balancer.Withdraw m) {
    ledger.withdraw(m.lease(), now());
    return flushSoon();
  }

  private Behavior<Object> onSessionEnded(Balancer.SessionEnded m) {
    ledger.sessionEnded(m.session());
    return heardOf(m.session());
  }

  private Behavior<Object> onBlame(Balancer.Blame m) {
    ledger.say(new ToPool.Blame(m.lease(), m.backend(), m.reason()));
    return flushSoon();
  }

  /** Where there is one monitor for all nodes, it is that of the pool's home. */
  private Behavior<Object> onObserved(Balancer.Observed m) {
    if (home) {
      ledger.say(new ToPool.Observed(m.backend(), m.observation(), m.reason()));
    }
    return flushSoon();
  }

  private Behavior<Object> onLearned(Balancer.Learned m) {
    ledger.say(new ToPool.Learned(m.backend(), m.slots()));
    return flushSoon();
  }

  // The census of this node.

  private void takeCensus() {
    registrar.tell(new Balancer.TakeCensus(ledger.life(), getContext().getSelf().narrow()));
  }

  private Behavior<Object> onRegistrarStarted() {
    if (!counted) {
      takeCensus();
    }
    return this;
  }

  private boolean isAsked(long epoch) {
    return !counted && epoch == ledger.life();
  }

  private Behavior<Object> onRoll(Balancer.Roll m) {
    if (isAsked(m.epoch())) {
      census.roll(m.sessions());
    }
    return afterCensusNews();
  }

  private Behavior<Object> onHoldsNothing(Balancer.HoldsNothing m) {
    return isAsked(m.epoch()) ? heardOf(m.session()) : this;
  }

  private Behavior<Object> onWaits(Balancer.Waits m) {
    if (!isAsked(m.epoch())) {
      return this;
    }
    acquire(m.wish());
    return heardOf(m.wish().lease().session());
  }

  private Behavior<Object> onHolds(Balancer.Holds m) {
    if (!isAsked(m.epoch())) {
      return this;
    }
    if (!census.isOver(m.lease())) {
      boolean active = m.active() || census.wasConnected(m.lease());
      ledger.holds(m.lease(), m.slot(), active, m.holder());
    }
    return heardOf(m.lease().session());
  }

  private Behavior<Object> heardOf(long session) {
    if (!counted) {
      census.heardOf(session);
    }
    return afterCensusNews();
  }

  private Behavior<Object> afterCensusNews() {
    if (!counted && census.complete()) {
      counted = true;
      ledger.counted();
    }
    return flushSoon();
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
    return this;
  }

  private Behavior<Object> onTick() {
    ledger.tick(around.vitals().majorityAtNanos(), now());
    ledger.flush(true, now());
    counter.tick();
    return this;
  }

  private Behavior<Object> onHome(Nodes.Home m) {
    home = m.here();
    tellWatcher();
    return this;
  }

  // Operators and probes.

  private Behavior<Object> onWatch(Balancer.Watch m) {
    estate.watcher = m.watcher();
    tellWatcher();
    return this;
  }

  /** Nodes other than the pool's home have nothing to probe. */
  private void tellWatcher() {
    if (estate.watcher != null) {
      estate.watcher.tell(new Balancer.RosterChanged(home ? roster.get().backends() : List.of()));
    }
  }

  private Behavior<Object> onOperation(Balancer.Operation m) {
    counter.ask(m);
    return flushSoon();
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
    tellWatcher();
  }

  /** Where the balancer is, it tells of it itself. */
  @Override
  public void healthChanged(ToNode.HealthChanged m) {
    BackendHealthChanged event =
        new BackendHealthChanged(pool, m.backend(), m.healthy(), m.onTrial(), m.reason(), m.at());
    if (home && estate.watcher != null) {
      estate.watcher.tell(event);
    }
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

  @Override
  public void contact(Contact contact) {
    if (estate.promise.ballot.equals(Ballot.NONE)) {
      return; // This node is about to join.
    }
    switch (contact) {
      case KEPT -> getContext().getLog().info("pool {}: in touch with the majority", pool);
      case MISSED ->
          getContext()
              .getLog()
              .warn("pool {}: no majority of the cluster answers, no new slot is used", pool);
      case LOST ->
          getContext()
              .getLog()
              .error(
                  "pool {}: the majority of the cluster is lost, all slots are given back", pool);
    }
  }
}
