package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Roster;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.relay.RelayGroup;
import io.tcpbalance.supervision.Kill;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.StashBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One proxy: owns its listening socket, the group of its relays and the roster, and is the parent
 * of its balancer, sessions, listener and health monitor. The way in for operators.
 *
 * <p>{@code starting → running → draining}. Its restart closes all of its clients, and binds anew
 * only after the last of their sockets is closed, so that no back-end ever sees two lives' sessions
 * at once. The roster survives it.
 */
public final class ProxySupervisor extends AbstractBehavior<ProxySupervisor.Command> {

  /** What a proxy is told. */
  public sealed interface Command
      permits Order, Succession, Reconfiguration.Step, Bequeathal.Step, Arrivals.Over {}

  /** What others tell it, and it itself. */
  sealed interface Order extends Command {}

  /** Asks what this proxy is. Not answered before it listens. */
  public record Describe(ActorRef<ProxyDescription> replyTo) implements Order {}

  /** Something for its balancer. */
  public record Operate(Balancer.Operation operation) implements Order {}

  /** Asks for the sessions, in the order of their accept. */
  public record ListSessions(int limit, ActorRef<List<SessionStatus>> replyTo) implements Order {}

  /**
   * Asks for the sessions that have a slot, in the order of their accept, and for these others, in
   * any order.
   */
  public record ListServed(int limit, Set<Long> others, ActorRef<List<SessionStatus>> replyTo)
      implements Order {
    public ListServed {
      others = Set.copyOf(others);
    }
  }

  /** Ends one session; answers whether there was one. */
  public record CloseSession(long id, ActorRef<Boolean> replyTo) implements Order {}

  /** Makes the actor of one session throw, where drills are on; answers whether there was one. */
  public record KillSession(long id, Kill kill, ActorRef<Boolean> replyTo) implements Order {}

  /**
   * Goes on by other settings of the same proxy and protocol, in this life and those to come. No
   * session is closed; what is said of time-outs holds for those that there are too, but for those
   * of jobs. An address that cannot be bound changes nothing.
   */
  public record Reconfigure(ProxySettings settings, ActorRef<Reconfigured> replyTo)
      implements Order {}

  /**
   * What came of it.
   *
   * @param changes in words, none if everything is as it was
   * @param overruled what operators had changed and the configuration says otherwise by now
   * @param failure why nothing, or not all, was changed
   */
  public record Reconfigured(
      List<String> changes, List<String> overruled, Optional<String> failure) {
    public Reconfigured {
      changes = List.copyOf(changes);
      overruled = List.copyOf(overruled);
    }

    /** Nothing has changed. */
    public static Reconfigured failed(String reason) {
      return new Reconfigured(List.of(), List.of(), Optional.of(reason));
    }
  }

  /** Stops accepting; answered when the address is free for others. {@link Drain} is to follow. */
  public record StopListening(ActorRef<Done> replyTo) implements Order {}

  /** Stops accepting; answered when the last session has ended. */
  public record Drain(ActorRef<Drained> replyTo) implements Order {}

  /** All sessions of the proxy have ended, and no new ones come. */
  public record Drained(ActorRef<Command> proxy) {}

  private enum SocketsClosed implements Order {
    INSTANCE
  }

  private record NotListeningAnyMore(ActorRef<Done> replyTo) implements Order {}

  private record DoorClosed(ActorRef<Drained> replyTo) implements Order {}

  /** Told once in each life, when the proxy listens or cannot. */
  public interface Birth {

    /** It listens. */
    void listening(ProxySettings proxy, InetSocketAddress address);

    /** The address cannot be bound. */
    void notListening(ProxySettings proxy, String reason);
  }

  private static final int MOST_EARLY_MESSAGES = 1000;

  private final StashBuffer<Command> early;
  private final ProxySurroundings around;
  private final Estate estate;
  private final Birth birth;
  private final RelayGroup group;
  private final Reconfiguration reconfiguration;
  private final Bequeathal bequeathal;
  private @Nullable Household household;

  private ProxySupervisor(
      ActorContext<Command> context,
      StashBuffer<Command> early,
      ProxySurroundings around,
      Estate estate,
      Birth birth) {
    super(context);
    this.early = early;
    this.around = around;
    this.estate = estate;
    this.birth = birth;
    group = Policies.group(estate.settings, around.loops());
    reconfiguration = new Reconfiguration(context, estate);
    bequeathal = new Bequeathal(context, estate);
    context.pipeToSelf(estate.socketsClosed, (done, failure) -> SocketsClosed.INSTANCE);
  }

  /** A proxy whose back-ends are as they are configured, not yet supervised. */
  public static Behavior<Command> create(
      ProxySettings settings, ProxySurroundings around, Birth birth) {
    Roster roster = Roster.of(settings.backends(), around.wallClock().instant());
    return create(settings, new Roster.Holder(roster), around, birth, Optional.empty());
  }

  /**
   * A proxy, not yet supervised.
   *
   * @param roster its back-ends, which need not be those of the settings
   * @param inheritance what the generation before has left, if there was one
   */
  public static Behavior<Command> create(
      ProxySettings settings,
      Roster.Holder roster,
      ProxySurroundings around,
      Birth birth,
      Optional<Succession.Inheritance> inheritance) {
    Complaints complaints = new Complaints(settings.name(), around.nanoTime());
    Estate estate = new Estate(roster, settings, complaints, inheritance);
    return Behaviors.withStash(
        MOST_EARLY_MESSAGES,
        early ->
            Behaviors.setup(context -> new ProxySupervisor(context, early, around, estate, birth)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(SocketsClosed.class, m -> onSocketsClosed())
        .onMessage(Describe.class, this::onDescribe)
        .onMessage(Operate.class, this::onOperate)
        .onMessage(ListSessions.class, this::onListSessions)
        .onMessage(ListServed.class, this::onListServed)
        .onMessage(CloseSession.class, this::onCloseSession)
        .onMessage(KillSession.class, this::onKillSession)
        .onMessage(Reconfigure.class, this::onReconfigure)
        .onMessage(Reconfiguration.Step.class, this::onReconfigurationStep)
        .onMessage(Succession.Bequeath.class, this::onBequeath)
        .onMessage(Bequeathal.Step.class, this::onBequeathalStep)
        .onMessage(Succession.KeepAll.class, m -> onKeepAll())
        .onMessage(Succession.GiveAway.class, this::onGiveAway)
        .onMessage(Succession.TellHolder.class, this::onTellHolder)
        .onMessage(Succession.Adopt.class, this::onAdopt)
        .onMessage(Succession.Learn.class, this::onLearn)
        .onMessage(Succession.AncestorGone.class, this::onAncestorGone)
        .onMessage(Succession.Count.class, this::onCount)
        .onMessage(Succession.OpenDoor.class, m -> onOpenDoor())
        .onMessage(Arrivals.Over.class, m -> onArrivalsOver())
        .onMessage(StopListening.class, this::onStopListening)
        .onMessage(Drain.class, this::onDrain)
        .onMessage(DoorClosed.class, this::onDoorClosed)
        .onMessage(NotListeningAnyMore.class, this::onNotListeningAnyMore)
        .onSignal(Terminated.class, this::onChildGone)
        .onSignal(PreRestart.class, signal -> onRestart())
        .onSignal(PostStop.class, signal -> onEnd())
        .build();
  }

  /** Those of an earlier life, if there was one: now nobody is served by it any more. */
  private Behavior<Command> onSocketsClosed() throws IOException {
    if (estate.isFollowed()) {
      estate.tellHeirEnds();
      early.clear();
    }
    if (estate.toldWhenDrained != null) {
      estate.toldWhenDrained.tell(new Drained(getContext().getSelf()));
      return this;
    }
    return estate.isFollowed() ? this : listen();
  }

  private Behavior<Command> listen() throws IOException {
    ServerSocketChannel kept = estate.takeKeptDoor();
    ServerSocketChannel door;
    try {
      door = kept != null ? kept : Doors.bind(estate.settings.listen(), estate.port);
    } catch (IOException e) {
      if (estate.hasListened) {
        throw e;
      }
      birth.notListening(estate.settings, e.getMessage() == null ? e.toString() : e.getMessage());
      return Behaviors.stopped();
    }
    estate.hasListened = true;
    try {
      open(door);
    } catch (IOException | RuntimeException e) {
      if (kept != null) {
        estate.keepDoor(kept);
      } else {
        door.close();
      }
      throw e;
    }
    return early.unstashAll(this);
  }

  private void open(ServerSocketChannel door) throws IOException {
    Household started = new Household(getContext(), around, estate, group, door);
    household = started;
    listensAt(started.doors.address());
  }

  private void listensAt(InetSocketAddress address) {
    estate.port = address.getPort();
    birth.listening(estate.settings, address);
  }

  private Behavior<Command> onDescribe(Describe m) {
    return onceRunning(
        m,
        h ->
            m.replyTo()
                .tell(
                    new ProxyDescription(
                        estate.settings,
                        h.doors.address(),
                        estate.toldWhenDrained == null,
                        h.clients(),
                        estate.metrics.snapshot(),
                        estate.jobCounters.snapshot(),
                        estate.complaints.counts())));
  }

  private Behavior<Command> onOperate(Operate m) {
    return onceRunning(m, h -> h.balancer.tell(m.operation()));
  }

  private Behavior<Command> onListSessions(ListSessions m) {
    return onceRunning(m, h -> h.sessions.tell(new Sessions.ListSessions(m.limit(), m.replyTo())));
  }

  private Behavior<Command> onListServed(ListServed m) {
    return onceRunning(
        m, h -> h.sessions.tell(new Sessions.ListServed(m.limit(), m.others(), m.replyTo())));
  }

  private Behavior<Command> onCloseSession(CloseSession m) {
    return onceRunning(m, h -> h.sessions.tell(new Sessions.CloseSession(m.id(), m.replyTo())));
  }

  private Behavior<Command> onKillSession(KillSession m) {
    return onceRunning(
        m, h -> h.sessions.tell(new Sessions.KillSession(m.id(), m.kill(), m.replyTo())));
  }

  private Behavior<Command> onReconfigure(Reconfigure m) {
    if (estate.toldWhenDrained != null) {
      m.replyTo().tell(Reconfigured.failed("it is being stopped"));
      return this;
    }
    return onceRunning(m, h -> reconfigure(m, h));
  }

  private void reconfigure(Reconfigure m, Household h) {
    if (reconfiguration.begin(m, h)) {
      listensAt(h.doors.address());
    }
  }

  private Behavior<Command> onReconfigurationStep(Reconfiguration.Step m) throws IOException {
    reconfiguration.goOn(m);
    return this;
  }

  private Behavior<Command> onBequeath(Succession.Bequeath m) {
    return onceRunning(m, h -> bequeathal.begin(m, h));
  }

  private Behavior<Command> onBequeathalStep(Bequeathal.Step m) {
    return onceRunning(m, h -> bequeathal.goOn(m, h));
  }

  private Behavior<Command> onKeepAll() {
    if (household != null) {
      bequeathal.keepAll(household);
    } else {
      Bequeathal.keepAll(estate);
    }
    return this;
  }

  private Behavior<Command> onGiveAway(Succession.GiveAway m) {
    return onceRunning(m, h -> bequeathal.giveAway(m.heir(), h));
  }

  private Behavior<Command> onTellHolder(Succession.TellHolder m) {
    if (household != null) {
      household.sessions.tell(new Sessions.Tell(m.session(), m.message()));
    }
    return this;
  }

  private Behavior<Command> onAdopt(Succession.Adopt m) {
    if (household == null && early.isFull()) {
      refuse(m);
      return this;
    }
    return onceRunning(m, h -> h.arrivals.adopt(m));
  }

  /** Between two lives it is enough to know it: the next balancer asks. */
  private Behavior<Command> onLearn(Succession.Learn m) {
    if (household != null) {
      household.arrivals.learn(m.fact());
    } else {
      Balancer.LeaseFact unused = estate.legacy.learn(m.fact(), Set.of());
    }
    return this;
  }

  /** Too many have come between two lives. */
  private void refuse(Succession.Adopt m) {
    getContext().getLog().error("a client that was given away is closed: there is no room for it");
    m.client().discard();
    Balancer.LeaseFact unused =
        estate.legacy.learn(new Balancer.SessionEnded(m.past().session()), Set.of());
  }

  private Behavior<Command> onAncestorGone(Succession.AncestorGone m) {
    return onceRunning(m, h -> h.arrivals.ancestorGone());
  }

  private Behavior<Command> onCount(Succession.Count m) {
    estate.add(m.more());
    return this;
  }

  private Behavior<Command> onOpenDoor() {
    estate.doorIsLent = false;
    if (household != null) {
      household.arrivals.openDoor();
    }
    return this;
  }

  private Behavior<Command> onArrivalsOver() {
    if (household != null) {
      household.arrivals.end();
    }
    return this;
  }

  private Behavior<Command> onStopListening(StopListening m) {
    return onceRunning(
        m,
        h ->
            getContext()
                .pipeToSelf(
                    h.doors.close(), (done, failure) -> new NotListeningAnyMore(m.replyTo())));
  }

  private Behavior<Command> onNotListeningAnyMore(NotListeningAnyMore m) {
    m.replyTo().tell(Done.getInstance());
    return this;
  }

  private Behavior<Command> onDrain(Drain m) {
    estate.toldWhenDrained = m.replyTo();
    if (household != null) {
      getContext()
          .pipeToSelf(household.doors.close(), (done, failure) -> new DoorClosed(m.replyTo()));
    } else if (estate.isFollowed()) {
      getContext().pipeToSelf(estate.socketsClosed, (done, failure) -> SocketsClosed.INSTANCE);
    }
    return this;
  }

  private Behavior<Command> onDoorClosed(DoorClosed m) {
    Drained drained = new Drained(getContext().getSelf());
    if (household != null) {
      household.sessions.tell(new Sessions.TellWhenEmpty(drained, m.replyTo()));
    }
    return this;
  }

  /** Between two lives there is nobody to ask: who does must wait for milliseconds. */
  private Behavior<Command> onceRunning(Command m, Consumer<Household> action) {
    if (household != null) {
      action.accept(household);
    } else if (!early.isFull() && !estate.isFollowed()) {
      early.stash(m);
    }
    return this;
  }

  /** A child stops only when it has failed too often: then this actor fails too. */
  private Behavior<Command> onChildGone(Terminated gone) {
    throw new IllegalStateException(gone.getRef().path().name() + " has failed for good");
  }

  /** A door that another has too is the next life's, which would not get the address else. */
  private Behavior<Command> onRestart() {
    if (household == null) {
      return end(CompletableFuture.completedStage(null));
    }
    estate.keepDoor(household.doors.shared());
    return end(household.doors.closeUntilNextLife());
  }

  private Behavior<Command> onEnd() {
    return end(
        household == null ? CompletableFuture.completedStage(null) : household.doors.close());
  }

  private Behavior<Command> end(CompletionStage<?> doorsClosed) {
    estate.tellHeirCounts();
    CompletionStage<?> relaysClosed = group.close();
    estate.socketsClosed = doorsClosed.thenCombine(relaysClosed, (doors, relays) -> null);
    return this;
  }
}
