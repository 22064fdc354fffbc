package io.tcpbalance.balancer;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.SlotLimit;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * Gives sessions their slots. A thin shell around {@link SlotPool}: messages in, decisions out,
 * time from outside.
 *
 * <p>Each life begins with a census: it asks the registrar who there is and each session what it
 * holds, and grants nothing until all have answered or ended; wishes that come meanwhile are
 * queued. So a restart costs nobody a session, a place in the queue or a slot. The roster of
 * back-ends is kept in a holder beyond its lives, written before an operator is answered.
 */
public final class Balancer extends AbstractBehavior<Balancer.Command> {

  /** What a balancer is told. */
  public sealed interface Command {}

  /**
   * A session wants a slot. Answered by {@link Granted}, or by {@link Queued} and later one of the
   * others. May be repeated.
   *
   * @param ticket its place in the queue, given on arrival; smaller is served first
   * @param arrivedAtNanos when the client came, on the monotonic clock
   */
  public record Acquire(
      LeaseId lease,
      long ticket,
      long arrivedAtNanos,
      Wish wish,
      SocketAddress client,
      ActorRef<SessionMessage> replyTo)
      implements Command {}

  /** What becomes of leases and wishes; a balancer that has retired passes it on to its heir. */
  public sealed interface LeaseFact extends Command {}

  /** The back-end of a lease has accepted. */
  public record Connected(LeaseId lease) implements LeaseFact {}

  /**
   * The back-end socket of a lease is closed. Sent once for each lease, by whoever saw that, after
   * it told the session.
   *
   * @param slot where the lease led, for a life of the balancer that has not heard of the lease
   */
  public record Release(LeaseId lease, Slot slot, Outcome outcome) implements LeaseFact {}

  /**
   * A job died on the back-end without that being unreachable, and another one did it. Sent by the
   * session when that is known; two in a row, of different sessions and with no good job in
   * between, make the back-end failed.
   *
   * @param lease which the session had there
   */
  public record Blame(LeaseId lease, String backend, String reason) implements LeaseFact {}

  /** The session wants nothing any more, and uses no back-end. */
  public record Withdraw(LeaseId lease) implements LeaseFact {}

  /** The session died; leases that a relay still holds are not meant. Sent by the registrar. */
  public record SessionEnded(long session) implements LeaseFact {}

  /** The registrar (re)started: a census that is under way begins anew. */
  public enum RegistrarStarted implements Command {
    INSTANCE
  }

  /**
   * The registrar's answer to {@link TakeCensus}: the numbers of all sessions.
   *
   * @param arriving those among them that wait elsewhere and are to wait here: their wish is their
   *     report
   * @param farmTickets places in a queue of several nodes, by session, as {@link Frozen} has them
   */
  public record Roll(
      long epoch, Set<Long> sessions, Set<Long> arriving, Map<Long, Long> farmTickets)
      implements Command {
    public Roll {
      sessions = Set.copyOf(sessions);
      arriving = Set.copyOf(arriving);
      farmTickets = Map.copyOf(farmTickets);
    }

    /** Nobody is to come. */
    public Roll(long epoch, Set<Long> sessions) {
      this(epoch, sessions, Set.of(), Map.of());
    }
  }

  /**
   * A session's answer to {@link Report}, or the registrar's for one that has finished: it neither
   * waits nor holds anything.
   */
  public record HoldsNothing(long epoch, long session) implements Command {}

  /** A session's answer to {@link Report}: it waits. */
  public record Waits(long epoch, Acquire wish) implements Command {}

  /**
   * A session's answer to {@link Report}, or the registrar's for a dead one whose sockets are not
   * closed yet.
   */
  public record Holds(
      long epoch, LeaseId lease, Slot slot, boolean active, ActorRef<SessionMessage> holder)
      implements Command {}

  /**
   * A session of another node has had this lease before that node was known here: it counts, even
   * if more slots are used by that than there are.
   */
  public record Adopt(LeaseId lease, Slot slot, boolean active, ActorRef<SessionMessage> holder)
      implements Command {}

  /**
   * A probe's judgement of a back-end. May be repeated: it counts where it is news, and is answered
   * by {@link BackendHealthChanged} then. That one is unreachable is repeated as long as it is, for
   * it may have failed before for another reason, and have jobs yet.
   */
  public record Observed(String backend, Observation observation, String reason)
      implements Command {}

  /**
   * What a back-end's host told of how many sessions it takes. May be repeated: it counts where it
   * is news.
   *
   * @param slots 1 to 100000
   */
  public record Learned(String backend, int slots) implements Command {}

  /**
   * From now on this one is told of the back-ends, instead of the one before. Answered by {@link
   * RosterChanged}.
   */
  public record Watch(ActorRef<WatcherMessage> watcher) implements Command {}

  /**
   * The configuration is a new one. What sessions have is left to them: a back-end that is not
   * wanted any more is drained, then forgotten, and one that leads to another address from now on
   * is a new one, while the sessions at the old address go on.
   *
   * @param backends what the back-ends are to be, fastest first, given what they are, without those
   *     that are being removed: a pure function, so that no operator's word is lost in between
   */
  public record Reconfigure(
      UnaryOperator<List<BackendSettings>> backends,
      PoolSettings settings,
      ActorRef<Reconfigured> replyTo)
      implements Command {}

  /**
   * Nothing is granted from now on, nor is an operator's wish fulfilled, until it is told {@link
   * Thaw} or {@link Retire}.
   */
  public record Freeze(ActorRef<Frozen> replyTo) implements Command {}

  /** Goes on as before it was told {@link Freeze}. */
  public enum Thaw implements Command {
    INSTANCE
  }

  /**
   * Another balancer has begun with what this one answered to {@link Freeze}. From now on this one
   * only passes on to it what becomes of its leases, and sends those who wish to wait away; in this
   * life and those to come.
   */
  public record Retire(Consumer<LeaseFact> heir) implements Command {}

  /** What operators say and ask. */
  public sealed interface Operation extends Command {}

  /** Asks for the pool's state. */
  public record Describe(ActorRef<PoolStatus> replyTo) implements Operation {}

  /**
   * Asks why the pool gives no slots, if it gives none; answered at once, wherever it is decided.
   */
  public record AskStall(ActorRef<Optional<Stall>> replyTo) implements Operation {}

  /** Asks who waits, in order. */
  public record ListWaiting(int limit, ActorRef<List<WaitingClient>> replyTo)
      implements Operation {}

  /** Adds a back-end. Fails with {@link OperationRefused}. */
  public record Add(
      BackendSettings backend, Placement placement, ActorRef<StatusReply<BackendStatus>> replyTo)
      implements Operation {}

  /** Changes what is given. Fails with {@link OperationRefused}, and changes nothing then. */
  public record Change(
      String name,
      Optional<OperatorState> state,
      Optional<SlotLimit> maxConnections,
      Optional<Placement> placement,
      Optional<List<String>> compilers,
      ActorRef<StatusReply<BackendStatus>> replyTo)
      implements Operation {}

  /**
   * Puts one back-end in service and forgets that it failed. Fails with {@link OperationRefused}.
   */
  public record Reset(String name, ActorRef<StatusReply<BackendStatus>> replyTo)
      implements Operation {}

  /** Resets all back-ends and the pool's start time. */
  public record ResetAll(ActorRef<StatusReply<PoolStatus>> replyTo) implements Operation {}

  /**
   * Drains a back-end, then forgets it. Fails with {@link OperationRefused}.
   *
   * @param force closes its sessions at once
   */
  public record Remove(String name, boolean force, ActorRef<StatusReply<BackendStatus>> replyTo)
      implements Operation {}

  /** The back-ends before and after, fastest first, without those that are being removed. */
  public record Reconfigured(List<BackendSettings> before, List<BackendSettings> after) {
    public Reconfigured {
      before = List.copyOf(before);
      after = List.copyOf(after);
    }
  }

  /**
   * What a balancer has at the moment from which on it grants nothing.
   *
   * @param ready whether it knows what all sessions have; if not, it is to be told {@link Thaw}
   * @param waiting the sessions that wait
   * @param farmTickets the places of sessions in a queue of several nodes; sessions do not know
   *     these, as they know those that they have with a balancer of their own
   */
  public record Frozen(
      boolean ready,
      Roster roster,
      List<HeldSlot> leases,
      Set<Long> waiting,
      Map<Long, Long> farmTickets) {
    public Frozen {
      leases = List.copyOf(leases);
      waiting = Set.copyOf(waiting);
      farmTickets = Map.copyOf(farmTickets);
    }
  }

  /** One lease. */
  public record HeldSlot(LeaseId lease, Slot slot, boolean active) {}

  private enum Tick implements Command {
    INSTANCE
  }

  /** What a session understands of the balancer; its own protocol extends this. */
  public interface SessionMessage {}

  /** Where a lease leads. */
  public record Slot(String backend, String host, int port) {}

  /**
   * The session may connect to the slot. To be ignored when older than the session's last report.
   */
  public record Granted(long epoch, LeaseId lease, Slot slot) implements SessionMessage {}

  /** The session waits in the queue. */
  public record Queued(LeaseId lease) implements SessionMessage {}

  /** The session gets nothing. */
  public record Refused(LeaseId lease, Refusal reason) implements SessionMessage {}

  /** The session is to wait elsewhere: this balancer has retired. */
  public record SentAway(LeaseId lease) implements SessionMessage {}

  /** The session is to give its lease back at once: an operator removed the back-end by force. */
  public record Evicted(LeaseId lease) implements SessionMessage {}

  /**
   * The back-end of an active lease refused another session's connect or a probe's, or did not
   * answer: what runs there may be lost, though its socket may stay open for long. Told once in a
   * life of the balancer; the lease stays the session's until it is released.
   */
  public record BackendLost(LeaseId lease, String reason) implements SessionMessage {}

  /**
   * Asks a session what it holds. Answered by {@link Holds}, {@link Waits} or {@link HoldsNothing}.
   */
  public record Report(long epoch, ActorRef<Command> replyTo) implements SessionMessage {}

  /** What the sessions' registrar understands of the balancer; its own protocol extends this. */
  public interface RegistrarMessage {}

  /** Asks for a {@link Roll}, and that each session be sent a {@link Report}. */
  public record TakeCensus(long epoch, ActorRef<Command> replyTo) implements RegistrarMessage {}

  /** What a watcher of the back-ends understands; its own protocol extends this. */
  public interface WatcherMessage {}

  /**
   * All back-ends; sent after each change that an operator made, and when the balancer has begun a
   * new life.
   */
  public record RosterChanged(List<BackendStatus> backends) implements WatcherMessage {
    public RosterChanged {
      backends = List.copyOf(backends);
    }
  }

  /** What outlives a life of this actor, beside the roster. */
  private static final class Estate {
    PoolSettings settings;
    final Succession succession = new Succession();

    Estate(PoolSettings settings) {
      this.settings = settings;
    }
  }

  private final String proxy;
  private final TimerScheduler<Command> timers;
  private final Watcher watcher;
  private final Estate estate;
  private final Roster.Holder holder;
  private final LongSupplier nanoTime;
  private final InstantSource wallClock;
  private final ActorRef<RegistrarMessage> registrar;
  private final long epoch;
  private final SlotPool<ActorRef<SessionMessage>> pool;
  private final Operations operations;
  private @Nullable Census census;
  private OptionalLong armedForNanos = OptionalLong.empty();

  private Balancer(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      String proxy,
      Watcher watcher,
      Roster.Holder holder,
      Estate estate,
      LongSupplier nanoTime,
      InstantSource wallClock,
      ActorRef<RegistrarMessage> registrar) {
    super(context);
    context.setLoggerName(Balancer.class);
    this.timers = timers;
    this.proxy = proxy;
    this.watcher = watcher;
    this.estate = estate;
    this.holder = holder;
    this.nanoTime = nanoTime;
    this.wallClock = wallClock;
    this.registrar = registrar;
    epoch = holder.nextEpoch();
    pool = new SlotPool<>(holder.get(), estate.settings, nanoTime.getAsLong(), new Answers());
    operations = new Operations(pool, wallClock, holder);
    tellOfRoster();
    beginCensus();
  }

  /**
   * A balancer.
   *
   * @param proxy whose balancer it is
   * @param holder of the roster, which survives its restarts
   * @param settings until it is told of others, which survive its restarts too
   * @param nanoTime the monotonic clock
   * @param registrar who knows all sessions
   */
  public static Behavior<Command> create(
      String proxy,
      Roster.Holder holder,
      PoolSettings settings,
      LongSupplier nanoTime,
      InstantSource wallClock,
      ActorRef<RegistrarMessage> registrar) {
    Watcher watcher = new Watcher();
    Estate estate = new Estate(settings);
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                context -> {
                  Consumer<LeaseFact> heir = estate.succession.heir();
                  return heir == null
                      ? new Balancer(
                          context, timers, proxy, watcher, holder, estate, nanoTime, wallClock,
                          registrar)
                      : RetiredBalancer.create(heir, PoolStatus.unused(holder.get())).narrow();
                }));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Acquire.class, this::onAcquire)
        .onMessage(Connected.class, this::onConnected)
        .onMessage(Release.class, this::onRelease)
        .onMessage(Blame.class, this::onBlame)
        .onMessage(Withdraw.class, this::onWithdraw)
        .onMessage(SessionEnded.class, this::onSessionEnded)
        .onMessage(Tick.class, this::onTick)
        .onMessage(RegistrarStarted.class, this::onRegistrarStarted)
        .onMessage(Roll.class, this::onRoll)
        .onMessage(HoldsNothing.class, this::onHoldsNothing)
        .onMessage(Waits.class, this::onWaits)
        .onMessage(Holds.class, this::onHolds)
        .onMessage(Adopt.class, this::onAdopt)
        .onMessage(ListWaiting.class, this::onListWaiting)
        .onMessage(Freeze.class, this::onFreeze)
        .onMessage(Thaw.class, m -> onThaw())
        .onMessage(Retire.class, this::onRetire)
        .onMessage(Operation.class, this::onOperation)
        .onMessage(Reconfigure.class, this::onReconfigure)
        .onMessage(Observed.class, this::onObserved)
        .onMessage(Learned.class, this::onLearned)
        .onMessage(Watch.class, this::onWatch)
        .onSignal(PreRestart.class, signal -> onEnd())
        .onSignal(PostStop.class, signal -> onEnd())
        .build();
  }

  private Behavior<Command> onAcquire(Acquire m) {
    pool.acquire(requestOf(m));
    if (census == null) {
      return armed();
    }
    census.hasAsked(m.lease().session());
    return afterCensusNews();
  }

  private Behavior<Command> onConnected(Connected m) {
    estate.succession.note(m);
    if (!pool.connected(m.lease(), nanoTime.getAsLong()) && census != null) {
      census.connected(m.lease());
    }
    return this;
  }

  /**
   * The lease may be unknown: its report is overtaken, or is never to come, or its session was
   * counted out before. What was learnt of the back-end counts all the same.
   */
  private Behavior<Command> onRelease(Release m) {
    estate.succession.note(m);
    if (!release(m)) {
      adopt(m.lease(), m.slot(), false, getContext().getSystem().deadLetters());
      release(m);
    }
    if (census != null) {
      census.over(m.lease());
    }
    return armed();
  }

  private boolean release(Release m) {
    return pool.release(m.lease(), m.outcome(), nanoTime.getAsLong(), wallClock.instant());
  }

  private Behavior<Command> onBlame(Blame m) {
    estate.succession.note(m);
    pool.blame(
        m.lease().session(), m.backend(), m.reason(), nanoTime.getAsLong(), wallClock.instant());
    return armed();
  }

  private Behavior<Command> onWithdraw(Withdraw m) {
    estate.succession.note(m);
    pool.withdraw(m.lease(), nanoTime.getAsLong(), wallClock.instant());
    return armed();
  }

  private Behavior<Command> onSessionEnded(SessionEnded m) {
    estate.succession.note(m);
    pool.sessionEnded(m.session(), nanoTime.getAsLong(), wallClock.instant());
    if (census != null) {
      census.heardOf(m.session());
    }
    return afterCensusNews();
  }

  private Behavior<Command> onTick(Tick m) {
    armedForNanos = OptionalLong.empty();
    pool.tick(nanoTime.getAsLong());
    return armed();
  }

  private void beginCensus() {
    census = new Census();
    registrar.tell(new TakeCensus(epoch, getContext().getSelf()));
  }

  private Behavior<Command> onRegistrarStarted(RegistrarStarted m) {
    if (census != null) {
      registrar.tell(new TakeCensus(epoch, getContext().getSelf()));
    }
    return this;
  }

  private Behavior<Command> onRoll(Roll m) {
    if (census != null && m.epoch() == epoch) {
      census.expect(m.arriving());
      census.roll(m.sessions());
    }
    return afterCensusNews();
  }

  private Behavior<Command> onHoldsNothing(HoldsNothing m) {
    if (census != null && m.epoch() == epoch) {
      census.heardOf(m.session());
    }
    return afterCensusNews();
  }

  private Behavior<Command> onWaits(Waits m) {
    if (census != null && m.epoch() == epoch) {
      pool.acquire(requestOf(m.wish()));
      census.heardOf(m.wish().lease().session());
    }
    return afterCensusNews();
  }

  private Behavior<Command> onHolds(Holds m) {
    if (census == null || m.epoch() != epoch) {
      return this;
    }
    if (!census.isOver(m.lease())) {
      adopt(m.lease(), m.slot(), m.active(), m.holder());
    }
    census.heardOf(m.lease().session());
    return afterCensusNews();
  }

  private Behavior<Command> onAdopt(Adopt m) {
    adopt(m.lease(), m.slot(), m.active(), m.holder());
    return armed();
  }

  private void adopt(LeaseId lease, Slot slot, boolean active, ActorRef<SessionMessage> holder) {
    pool.adopt(lease, goneHost(slot), active, holder);
    if (census != null && census.wasConnected(lease)) {
      pool.connected(lease, nanoTime.getAsLong());
    }
  }

  private static BackendStatus goneHost(Slot slot) {
    return Roster.unused(
        new BackendSettings(
            slot.backend(), slot.host(), slot.port(), 1, OperatorState.UP, List.of()));
  }

  private Behavior<Command> afterCensusNews() {
    if (census != null && census.complete()) {
      census = null;
      if (epoch > 1) {
        getContext()
            .getLog()
            .info(
                "{}: balancer is back: {} leases and {} waiting clients found",
                proxyName(),
                pool.leaseCount(),
                pool.queue().size());
      }
      if (!estate.succession.isFrozen()) {
        pool.startGranting();
      }
    }
    return armed();
  }

  private Behavior<Command> onFreeze(Freeze m) {
    boolean ready = census == null;
    estate.succession.freeze();
    pool.stopGranting();
    Set<Long> waiting =
        pool.queue().all().stream().map(r -> r.lease().session()).collect(toUnmodifiableSet());
    m.replyTo().tell(new Frozen(ready, pool.roster(), pool.heldSlots(), waiting, Map.of()));
    return this;
  }

  private Behavior<Command> onThaw() {
    estate.succession.thaw();
    if (census == null) {
      pool.startGranting();
    }
    return armed();
  }

  private Behavior<Command> onRetire(Retire m) {
    estate.succession.retire(m.heir());
    timers.cancelAll();
    return RetiredBalancer.create(m.heir(), operations.status()).narrow();
  }

  private Behavior<Command> onListWaiting(ListWaiting m) {
    List<WaitingClient> clients = new ArrayList<>();
    long nowNanos = nanoTime.getAsLong();
    for (SlotRequest<?> r : pool.queue().clients(m.limit())) {
      long waitedMs = (nowNanos - r.arrivedAtNanos()) / 1_000_000;
      clients.add(
          new WaitingClient(
              clients.size() + 1, r.lease().session(), r.client(), waitedMs, Optional.empty()));
    }
    m.replyTo().tell(List.copyOf(clients));
    return this;
  }

  private Behavior<Command> onOperation(Operation m) {
    if (estate.succession.isFrozen()) {
      operations.performFrozen(m);
      return this;
    }
    Roster before = holder.get();
    operations.perform(m);
    if (!holder.get().equals(before)) {
      tellOfRoster();
    }
    return armed();
  }

  private Behavior<Command> onReconfigure(Reconfigure m) {
    long nowNanos = nanoTime.getAsLong();
    List<BackendSettings> before = holder.get().staying();
    estate.settings = m.settings();
    pool.reconfigure(m.settings(), nowNanos);
    pool.rearrange(m.backends().apply(before), nowNanos);
    holder.set(pool.roster());
    tellOfRoster();
    m.replyTo().tell(new Reconfigured(before, holder.get().staying()));
    return armed();
  }

  private Behavior<Command> onObserved(Observed m) {
    pool.observed(
        m.backend(), m.observation(), m.reason(), nanoTime.getAsLong(), wallClock.instant());
    return armed();
  }

  private Behavior<Command> onLearned(Learned m) {
    Backend backend = pool.find(m.backend());
    int before = backend == null ? 0 : backend.maxConnections();
    if (pool.learned(m.backend(), m.slots())) {
      holder.set(pool.roster());
      getContext()
          .getLog()
          .info(
              "{}: back-end {} takes {} sessions at once, says its distccd (until now: {})",
              proxyName(),
              m.backend(),
              m.slots(),
              before);
    }
    return armed();
  }

  private Behavior<Command> onWatch(Watch m) {
    watcher.becomes(m.watcher());
    tellOfRoster();
    return this;
  }

  private void tellOfRoster() {
    watcher.tell(new RosterChanged(holder.get().backends()));
  }

  /** What happened since the last operator's word is worth keeping too: the counters. */
  private Behavior<Command> onEnd() {
    holder.set(pool.roster());
    return this;
  }

  /** Several proxies write into one log. */
  private String proxyName() {
    return getContext().getSelf().path().parent().name();
  }

  private static SlotRequest<ActorRef<SessionMessage>> requestOf(Acquire m) {
    return new SlotRequest<>(
        m.lease(), m.ticket(), m.arrivedAtNanos(), m.wish(), m.client(), m.replyTo());
  }

  /** Sees to it that a {@link Tick} comes no later than the pool needs it. */
  private Behavior<Command> armed() {
    OptionalLong next = pool.nextDeadlineNanos();
    boolean tooLate =
        armedForNanos.isEmpty()
            || (next.isPresent() && next.getAsLong() - armedForNanos.getAsLong() < 0);
    if (next.isPresent() && tooLate) {
      armedForNanos = next;
      long delayNanos = Math.max(0, next.getAsLong() - nanoTime.getAsLong());
      timers.startSingleTimer(Tick.INSTANCE, Duration.ofNanos(delayNanos));
    }
    return this;
  }

  private final class Answers implements SlotPool.Decisions<ActorRef<SessionMessage>> {

    @Override
    public void granted(LeaseId lease, Backend backend, ActorRef<SessionMessage> to) {
      to.tell(new Granted(epoch, lease, new Slot(backend.name, backend.host, backend.port)));
    }

    @Override
    public void queued(SlotRequest<ActorRef<SessionMessage>> request) {
      request.holder().tell(new Queued(request.lease()));
    }

    @Override
    public void refused(SlotRequest<ActorRef<SessionMessage>> request, Refusal reason) {
      request.holder().tell(new Refused(request.lease(), reason));
    }

    @Override
    public void evicted(LeaseId lease, ActorRef<SessionMessage> to) {
      to.tell(new Evicted(lease));
    }

    @Override
    public void lost(LeaseId lease, ActorRef<SessionMessage> to, String reason) {
      to.tell(new BackendLost(lease, reason));
    }

    @Override
    public void trialEnded(Backend backend) {
      holder.set(pool.roster());
      getContext().getLog().info("{}: back-end {} is on trial no more", proxyName(), backend.name);
    }

    @Override
    public void healthChanged(Backend backend, String reason) {
      holder.set(pool.roster());
      BackendHealthChanged event =
          new BackendHealthChanged(
              proxy, backend.name, backend.healthy, backend.onTrial, reason, wallClock.instant());
      watcher.tell(event);
      getContext().getSystem().eventStream().tell(new EventStream.Publish<>(event));
      if (backend.healthy) {
        getContext()
            .getLog()
            .info("{}: back-end {} is healthy: {}", proxyName(), backend.name, reason);
      } else {
        getContext().getLog().warn("{}: back-end {} failed: {}", proxyName(), backend.name, reason);
      }
    }
  }
}
