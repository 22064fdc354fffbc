package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Balancer.Slot;
import io.tcpbalance.balancer.LeaseId;
import io.tcpbalance.balancer.Outcome;
import io.tcpbalance.balancer.Refusal;
import io.tcpbalance.balancer.Wish;
import io.tcpbalance.config.JobSettings;
import io.tcpbalance.dns.Resolver;
import io.tcpbalance.metrics.ProxyMetrics;
import io.tcpbalance.metrics.ProxyMetrics.ConnectFailure;
import io.tcpbalance.relay.JobRelay;
import io.tcpbalance.relay.RelayEnd;
import io.tcpbalance.relay.StreamRelay;
import io.tcpbalance.state.AuditTrail;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.ReceiveBuilder;
import org.jspecify.annotations.Nullable;

/**
 * One client: how it comes to a slot and to a back-end that accepts, and what it tells a census.
 * What it wants a slot for, and when, is the matter of the kinds: {@link StreamSession}, {@link
 * JobSession} and {@link TrialSession}.
 *
 * <p>A back-end that does not accept is never shown to the client: the session asks again with its
 * old ticket, avoiding that one. When this actor dies, {@link Sessions} closes its relay and
 * settles its affairs with the balancer.
 */
abstract sealed class Session extends AbstractBehavior<Balancer.SessionMessage>
    permits StreamSession, JobSession, TrialSession {

  /** What a session is told by others than the balancer. */
  interface Command extends Balancer.SessionMessage {}

  /**
   * The relay's connect failed. The slot's release is told by others.
   *
   * @param backend who did not accept
   * @param local whether it is this machine's fault
   */
  record ConnectFailed(String backend, boolean local) implements Command {}

  /** Both of the relay's sockets are closed. The slot's release is told by others. */
  record RelayEnded(RelayEnd end) implements Command {}

  /** Ends the session. */
  enum Close implements Command {
    INSTANCE
  }

  /** Gives the client away if it waits; there is an heir. */
  enum LeaveIfWaiting implements Command {
    INSTANCE
  }

  private record Resolved(LeaseId lease, List<InetSocketAddress> addresses) implements Command {}

  private record NotResolved(LeaseId lease, String reason) implements Command {}

  private enum AskAgain implements Command {
    INSTANCE
  }

  /** What jobs need beside. */
  record Jobs(
      String proxy, JobSettings settings, JobLog log, JobCounters counters, AuditTrail audit) {}

  /**
   * What all sessions of a proxy share.
   *
   * @param tickets the last place in the queue that was given to a job whose request is whole
   * @param heir who takes those that want a slot, once there is one
   */
  record Surroundings(
      ActorRef<Balancer.Command> balancer,
      Resolver resolver,
      Complaints complaints,
      ProxyMetrics metrics,
      LongSupplier nanoTime,
      Jobs jobs,
      AtomicLong tickets,
      AtomicReference<@Nullable Heir> heir) {}

  /** Between attempts while this machine itself is out of descriptors or ports. */
  private static final Duration LOCAL_TROUBLE_PAUSE = Duration.ofMillis(200);

  final SessionEntry entry;
  final Surroundings around;
  final Set<String> avoid = new HashSet<>(2);
  private LeaseId wish;
  private boolean waiting;
  private long ticket;
  private long arrivedAtNanos;
  private long askedAtNanos;
  private long reportedEpoch;

  /**
   * @param past where it goes on; null if it begins
   */
  Session(
      ActorContext<Balancer.SessionMessage> context,
      SessionEntry entry,
      Surroundings around,
      @Nullable Past past) {
    super(context);
    this.entry = entry;
    this.around = around;
    wish = new LeaseId(entry.id, past == null ? 0 : past.wishes());
    if (past != null) {
      avoid.addAll(past.avoid());
    }
  }

  static Behavior<Balancer.SessionMessage> create(
      SessionEntry entry, Surroundings around, @Nullable Past past) {
    return Behaviors.setup(
        context ->
            entry.relay instanceof JobRelay job
                ? new JobSession(context, entry, job, around, past)
                : new StreamSession(context, entry, (StreamRelay) entry.relay, around, past));
  }

  final ReceiveBuilder<Balancer.SessionMessage> slotMessages() {
    return newReceiveBuilder()
        .onMessage(Balancer.Granted.class, this::onGranted)
        .onMessage(RelayEnded.class, this::onRelayEnded)
        .onMessage(Balancer.Queued.class, m -> onQueued())
        .onMessage(Balancer.SentAway.class, this::onSentAway)
        .onMessage(LeaveIfWaiting.class, m -> onLeaveIfWaiting())
        .onMessage(Balancer.Refused.class, this::onRefused)
        .onMessage(Balancer.Report.class, this::onReport)
        .onMessage(ConnectFailed.class, this::onConnectFailed)
        .onMessage(Resolved.class, this::onResolved)
        .onMessage(NotResolved.class, this::onNotResolved)
        .onMessage(AskAgain.class, m -> onAskAgain())
        .onMessage(Close.class, m -> onClose());
  }

  @Override
  public abstract Receive<Balancer.SessionMessage> createReceive();

  /** What the slot is to be. */
  abstract Wish wish();

  /** It will take some time until there is a back-end. */
  abstract void waits();

  /** There is a slot: the relay is told to connect. */
  void granted(Slot slot, long nowNanos) {}

  /**
   * The slot's host was not reached, and the slot is given back. Our own lack of ports may be
   * towards one host only, so another is preferred then too.
   *
   * @param local whether it is this machine's fault
   */
  void notReached(String backend, boolean local) {
    avoid.add(backend);
    replayed(ReplayReason.UNREACHABLE);
    if (local) {
      getContext().scheduleOnce(LOCAL_TROUBLE_PAUSE, getContext().getSelf(), AskAgain.INSTANCE);
    } else {
      ask();
    }
  }

  /** It asks for another slot. */
  void replayed(ReplayReason reason) {}

  /** There is to be no slot. */
  abstract void refused(Refusal reason);

  /** Counts, and logs now and then, that the client is not served. */
  final void complain(Refusal reason, String text) {
    Complaint complaint =
        switch (reason) {
          case QUEUE_FULL -> Complaint.QUEUE_FULL;
          case QUEUE_TIMEOUT -> Complaint.QUEUE_TIMEOUT;
          case NO_COMPILER, NO_FREE_SLOT, NO_SUCH_BACKEND -> Complaint.NO_BACKEND;
        };
    around.complaints().add(complaint, text + ": " + reason.sentence());
  }

  /** The relay has ended. */
  void ended(RelayEnd end) {}

  /** From here on it has a place in the queue. */
  final void arrive(long newTicket, long nanos) {
    ticket = newTicket;
    arrivedAtNanos = nanos;
    ask(nanos);
  }

  /** Wishes for a slot, at its place in the queue. */
  final void ask() {
    ask(nowNanos());
  }

  private void ask(long nanos) {
    askedAtNanos = nanos;
    wish = new LeaseId(entry.id, wish.attempt() + 1);
    waiting = true;
    entry.markSince(arrivedAtNanos);
    around.balancer().tell(acquire());
  }

  /** Whether the lease is what it wished for last. */
  final boolean isCurrent(LeaseId lease) {
    return lease.equals(wish);
  }

  /** What it wished for last. */
  final LeaseId current() {
    return wish;
  }

  private Balancer.Acquire acquire() {
    return new Balancer.Acquire(
        wish, ticket, arrivedAtNanos, wish(), entry.relay.clientAddress(), getContext().getSelf());
  }

  private Behavior<Balancer.SessionMessage> onQueued() {
    waits();
    return this;
  }

  private Behavior<Balancer.SessionMessage> onSentAway(Balancer.SentAway m) {
    return isCurrent(m.lease()) ? onLeaveIfWaiting() : this;
  }

  private Behavior<Balancer.SessionMessage> onLeaveIfWaiting() {
    Heir heir = around.heir().get();
    if (waiting && heir != null) {
      giveAwayTo(heir);
    }
    return this;
  }

  /** Its relay ends by that; a client that leaves at the same moment is told of as ever. */
  final void giveAwayTo(Heir heir) {
    Past past = past();
    entry.relay.surrender(client -> heir.adopt(client, past));
  }

  /** What it has been through. */
  Past past() {
    return new Past(
        entry.id,
        wish.attempt(),
        ticket,
        arrivedAtNanos,
        entry.acceptedAt,
        entry.acceptedAtNanos,
        avoid,
        Set.of(),
        0,
        List.of());
  }

  private Behavior<Balancer.SessionMessage> onGranted(Balancer.Granted m) {
    if (!waiting || m.epoch() < reportedEpoch || !isCurrent(m.lease())) {
      return this;
    }
    long nowNanos = nowNanos();
    waitIsOver(nowNanos);
    Slot slot = m.slot();
    entry.markSince(nowNanos);
    granted(slot, nowNanos);
    List<InetSocketAddress> addresses = around.resolver().known(slot.host(), slot.port());
    if (!addresses.isEmpty()) {
      connect(slot, addresses);
    } else {
      entry.markResolving(slot);
      waits();
      getContext()
          .pipeToSelf(
              around.resolver().resolve(slot.host(), slot.port()),
              (found, failure) -> resolution(m.lease(), found, failure));
    }
    return this;
  }

  private void waitIsOver(long nowNanos) {
    waiting = false;
    if (!entry.isTrial()) {
      around.metrics().waited(nowNanos - askedAtNanos);
    }
  }

  final long nowNanos() {
    return around.nanoTime().getAsLong();
  }

  private static Command resolution(
      LeaseId lease, @Nullable List<InetSocketAddress> found, @Nullable Throwable failure) {
    if (found != null) {
      return new Resolved(lease, found);
    }
    return new NotResolved(lease, Resolver.reason(failure));
  }

  private Behavior<Balancer.SessionMessage> onResolved(Resolved m) {
    Slot slot = entry.resolving();
    if (slot != null && isCurrent(m.lease())) {
      entry.markResolving(null);
      connect(slot, m.addresses());
    }
    return this;
  }

  /** Gives the slot back if its host's address is still being looked up; returns whether it was. */
  final boolean giveUpResolving() {
    Slot slot = entry.resolving();
    if (slot == null) {
      return false;
    }
    entry.markResolving(null);
    around.balancer().tell(new Balancer.Release(wish, slot, new Outcome.Unused()));
    return true;
  }

  private Behavior<Balancer.SessionMessage> onNotResolved(NotResolved m) {
    Slot slot = entry.resolving();
    if (slot != null && isCurrent(m.lease())) {
      entry.markResolving(null);
      Outcome outcome = new Outcome.ConnectFailed(m.reason(), false);
      around.balancer().tell(new Balancer.Release(wish, slot, outcome));
      connectFailed(ConnectFailure.UNRESOLVED);
      notReached(slot.backend(), false);
    }
    return this;
  }

  /** All addresses of the slot's host, in turn, count as one connect. */
  private void connect(Slot slot, List<InetSocketAddress> addresses) {
    entry.hold(wish, slot, addresses.subList(1, addresses.size()));
    entry.relay.connect(addresses.get(0));
  }

  private Behavior<Balancer.SessionMessage> onConnectFailed(ConnectFailed m) {
    connectFailed(m.local() ? ConnectFailure.LOCAL : ConnectFailure.UNREACHABLE);
    notReached(m.backend(), m.local());
    return this;
  }

  private void connectFailed(ConnectFailure why) {
    if (!entry.isTrial()) {
      around.metrics().connectFailed(why);
    }
  }

  private Behavior<Balancer.SessionMessage> onAskAgain() {
    ask();
    return this;
  }

  private Behavior<Balancer.SessionMessage> onRefused(Balancer.Refused m) {
    if (waiting && isCurrent(m.lease())) {
      waitIsOver(nowNanos());
      refused(m.reason());
    }
    return this;
  }

  private Behavior<Balancer.SessionMessage> onClose() {
    entry.relay.close();
    return this;
  }

  private Behavior<Balancer.SessionMessage> onReport(Balancer.Report m) {
    reportedEpoch = m.epoch();
    m.replyTo().tell(holding(m.epoch()));
    return this;
  }

  private Balancer.Command holding(long epoch) {
    SessionEntry.Held held = entry.held();
    ActorRef<Balancer.SessionMessage> self = getContext().getSelf();
    if (held != null) {
      return new Balancer.Holds(epoch, held.lease(), held.slot(), entry.connected(), self);
    }
    Slot resolving = entry.resolving();
    if (resolving != null) {
      return new Balancer.Holds(epoch, wish, resolving, false, self);
    }
    return waiting
        ? new Balancer.Waits(epoch, acquire())
        : new Balancer.HoldsNothing(epoch, entry.id);
  }

  /**
   * The last message of a life: what the balancer still believes is taken back. A relay that ended
   * just before it was told to connect has released nothing.
   */
  private Behavior<Balancer.SessionMessage> onRelayEnded(RelayEnded m) {
    boolean waited = waiting;
    if (waited) {
      waitIsOver(nowNanos());
    }
    boolean givenAway = m.end().cause() == RelayEnd.Cause.SURRENDERED;
    if (givenAway) {
      entry.markGivenAway();
    }
    boolean wants = waited && !givenAway;
    if (wants || entry.resolving() != null || entry.clear() != null) {
      around.balancer().tell(new Balancer.Withdraw(wish));
    }
    ended(m.end());
    entry.markFinished();
    return Behaviors.stopped();
  }
}
