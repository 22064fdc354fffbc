package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Balancer.Slot;
import io.tcpbalance.balancer.LeaseId;
import io.tcpbalance.balancer.Outcome;
import io.tcpbalance.balancer.Wish;
import io.tcpbalance.dns.Resolver;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * One client of a plain TCP proxy: it waits for a slot, has the relay connect to it, and ends when
 * the relay ends.
 *
 * <p>A back-end that does not accept is never shown to the client: the session asks again with its
 * old ticket, avoiding that one. When this actor dies, {@link Sessions} closes its relay and
 * settles its affairs with the balancer.
 */
final class Session extends AbstractBehavior<Balancer.SessionMessage> {

  /** What a session is told by others than the balancer. */
  sealed interface Command extends Balancer.SessionMessage {}

  /**
   * The relay's connect failed. The slot's release is told by others.
   *
   * @param backend who did not accept
   * @param local whether it is this machine's fault
   */
  record ConnectFailed(String backend, boolean local) implements Command {}

  /** Both of the relay's sockets are closed. The slot's release is told by others. */
  enum RelayEnded implements Command {
    INSTANCE
  }

  /** Ends the session. */
  enum Close implements Command {
    INSTANCE
  }

  private record Resolved(LeaseId lease, List<InetSocketAddress> addresses) implements Command {}

  private record NotResolved(LeaseId lease, String reason) implements Command {}

  private enum AskAgain implements Command {
    INSTANCE
  }

  /** What all sessions of a proxy share. */
  record Surroundings(ActorRef<Balancer.Command> balancer, Resolver resolver) {}

  /** Between attempts while this machine itself is out of descriptors or ports. */
  private static final Duration LOCAL_TROUBLE_PAUSE = Duration.ofMillis(200);

  private final SessionEntry entry;
  private final Surroundings around;
  private final Set<String> avoid = new HashSet<>(2);
  private LeaseId wish;
  private boolean waiting;

  private long reportedEpoch;

  private Session(
      ActorContext<Balancer.SessionMessage> context, SessionEntry entry, Surroundings around) {
    super(context);
    this.entry = entry;
    this.around = around;
    wish = new LeaseId(entry.id, 1);
    entry.relay.start(new RelayCallbacks(entry, context.getSelf(), around.balancer()));
    ask();
  }

  static Behavior<Balancer.SessionMessage> create(SessionEntry entry, Surroundings around) {
    return Behaviors.setup(context -> new Session(context, entry, around));
  }

  @Override
  public Receive<Balancer.SessionMessage> createReceive() {
    return newReceiveBuilder()
        .onMessage(Balancer.Granted.class, this::onGranted)
        .onMessage(RelayEnded.class, m -> onRelayEnded())
        .onMessage(Balancer.Queued.class, m -> onQueued())
        .onMessage(Balancer.Refused.class, this::onRefused)
        .onMessage(Balancer.Evicted.class, this::onEvicted)
        .onMessage(Balancer.BackendLost.class, m -> onBackendLost())
        .onMessage(Balancer.Report.class, this::onReport)
        .onMessage(ConnectFailed.class, this::onConnectFailed)
        .onMessage(Resolved.class, this::onResolved)
        .onMessage(NotResolved.class, this::onNotResolved)
        .onMessage(AskAgain.class, m -> onAskAgain())
        .onMessage(Close.class, m -> onClose())
        .build();
  }

  private void ask() {
    waiting = true;
    around.balancer().tell(acquire());
  }

  private Balancer.Acquire acquire() {
    return new Balancer.Acquire(
        wish,
        entry.id,
        entry.acceptedAtNanos,
        new Wish("", avoid, Set.of(), Optional.empty()),
        entry.relay.clientAddress(),
        getContext().getSelf());
  }

  private Behavior<Balancer.SessionMessage> onQueued() {
    entry.relay.watch();
    return this;
  }

  private Behavior<Balancer.SessionMessage> onGranted(Balancer.Granted m) {
    if (!waiting || m.epoch() < reportedEpoch || !m.lease().equals(wish)) {
      return this;
    }
    waiting = false;
    Slot slot = m.slot();
    List<InetSocketAddress> addresses = around.resolver().known(slot.host(), slot.port());
    if (!addresses.isEmpty()) {
      connect(slot, addresses);
    } else {
      entry.markResolving(slot);
      entry.relay.watch();
      getContext()
          .pipeToSelf(
              around.resolver().resolve(slot.host(), slot.port()),
              (found, failure) -> resolution(m.lease(), found, failure));
    }
    return this;
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
    if (slot != null && m.lease().equals(wish)) {
      entry.markResolving(null);
      connect(slot, m.addresses());
    }
    return this;
  }

  private Behavior<Balancer.SessionMessage> onNotResolved(NotResolved m) {
    Slot slot = entry.resolving();
    if (slot != null && m.lease().equals(wish)) {
      entry.markResolving(null);
      Outcome outcome = new Outcome.ConnectFailed(m.reason());
      around.balancer().tell(new Balancer.Release(wish, slot, outcome));
      askElsewhere(slot.backend());
    }
    return this;
  }

  /** All addresses of the slot's host, in turn, count as one connect. */
  private void connect(Slot slot, List<InetSocketAddress> addresses) {
    entry.hold(wish, slot, addresses.subList(1, addresses.size()));
    entry.relay.connect(addresses.get(0));
  }

  /** Our own lack of ports may be towards one host only, so another is preferred then too. */
  private Behavior<Balancer.SessionMessage> onConnectFailed(ConnectFailed m) {
    if (m.local()) {
      avoid.add(m.backend());
      getContext().scheduleOnce(LOCAL_TROUBLE_PAUSE, getContext().getSelf(), AskAgain.INSTANCE);
    } else {
      askElsewhere(m.backend());
    }
    return this;
  }

  private void askElsewhere(String failed) {
    avoid.add(failed);
    onAskAgain();
  }

  private Behavior<Balancer.SessionMessage> onAskAgain() {
    wish = new LeaseId(entry.id, wish.attempt() + 1);
    ask();
    return this;
  }

  private Behavior<Balancer.SessionMessage> onRefused(Balancer.Refused m) {
    if (waiting && m.lease().equals(wish)) {
      getContext()
          .getLog()
          .info("client {} closed: {}", entry.relay.clientAddress(), m.reason().sentence());
      waiting = false;
      entry.relay.close();
    }
    return this;
  }

  private Behavior<Balancer.SessionMessage> onEvicted(Balancer.Evicted m) {
    if (m.lease().equals(wish)) {
      entry.relay.close();
    }
    return this;
  }

  /** A stream cannot be replayed: it may still go on, and ends when its socket does. */
  private Behavior<Balancer.SessionMessage> onBackendLost() {
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
  private Behavior<Balancer.SessionMessage> onRelayEnded() {
    if (waiting || entry.resolving() != null || entry.clear() != null) {
      around.balancer().tell(new Balancer.Withdraw(wish));
    }
    entry.markFinished();
    return Behaviors.stopped();
  }
}
