package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.dns.Resolver;
import io.tcpbalance.health.TrialCompiles;
import io.tcpbalance.metrics.ProxyMetrics;
import io.tcpbalance.relay.Relay;
import io.tcpbalance.relay.TrialRelay;
import io.tcpbalance.supervision.Kill;
import io.tcpbalance.supervision.Supervision;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * The parent of all sessions of a proxy, and the balancer's registrar of them. Its restart costs no
 * session: they go on, and the registry knows them.
 */
final class Sessions extends AbstractBehavior<Balancer.RegistrarMessage> {

  /** What it is told by others than the balancer. */
  sealed interface Command extends Balancer.RegistrarMessage {}

  /** Names the balancer; comes before all else. */
  record Serve(ActorRef<Balancer.Command> balancer) implements Command {}

  /** Who comes from now on is served so. */
  record Reconfigure(Session.Jobs jobs, TrialRelays trials) implements Command {}

  /** A new client. */
  record Accepted(Relay relay) implements Command {}

  /** A client that another generation has given away. */
  record Adopted(Relay relay, Past past) implements Command {}

  /** No trial compile is begun until it is told {@link GoOn}. */
  record Pause(ActorRef<Paused> replyTo) implements Command {}

  /**
   * What there is.
   *
   * @param last the highest number of a session, and of a place in the queue
   * @param wantSlots those that wish for a slot, or are about to, as far as they are known here
   */
  record Paused(long last, Set<Long> wantSlots) {
    Paused {
      wantSlots = Set.copyOf(wantSlots);
    }
  }

  /** All is as before {@link Pause}. */
  enum GoOn implements Command {
    INSTANCE
  }

  /**
   * Who wants a slot is given away from now on.
   *
   * @param announced those that the heir waits for
   */
  record GiveAway(Heir heir, Set<Long> announced) implements Command {}

  /** Passes a message on to a session, if it is there. */
  record Tell(long session, Balancer.SessionMessage message) implements Command {}

  /** Begins a trial compile, which is a session but nobody's. */
  record Try(TrialSession.Trial trial) implements Command {}

  /** Asks for the clients' sessions, in the order of their accept. */
  record ListSessions(int limit, ActorRef<List<SessionStatus>> replyTo) implements Command {}

  /**
   * Asks for the clients' sessions that have a slot, in the order of their accept, and for these
   * others, in any order.
   */
  record ListServed(int limit, Set<Long> others, ActorRef<List<SessionStatus>> replyTo)
      implements Command {}

  /** Ends one session; answers whether there was one. */
  record CloseSession(long id, ActorRef<Boolean> replyTo) implements Command {}

  /** Makes the actor of one session throw, where drills are on; answers whether there was one. */
  record KillSession(long id, Kill kill, ActorRef<Boolean> replyTo) implements Command {}

  /** Asks to be told, once, when there is no session any more. */
  record TellWhenEmpty(ProxySupervisor.Drained answer, ActorRef<ProxySupervisor.Drained> replyTo)
      implements Command {}

  private record SocketsClosed(SessionEntry entry) implements Command {}

  /** What outlives the actor. */
  static final class Surroundings {
    final SessionRegistry registry;
    final Legacy legacy;
    final ActorRef<Balancer.SessionMessage> legacyHolder;
    final AtomicReference<@Nullable Heir> heir = new AtomicReference<>();
    final Supervision supervision;
    final Resolver resolver;
    final Complaints complaints;
    final ProxyMetrics metrics;
    final ClientQuota quota;
    final AtomicLong tickets;
    final LongSupplier nanoTime;
    final InstantSource wallClock;
    private Session.Jobs jobs;
    private TrialRelays trials;
    private @Nullable ActorRef<Balancer.Command> balancer;
    private @Nullable TellWhenEmpty toTellWhenEmpty;
    private boolean paused;

    Surroundings(
        Supervision supervision,
        Resolver resolver,
        Complaints complaints,
        ProxyMetrics metrics,
        ClientQuota quota,
        Session.Jobs jobs,
        TrialRelays trials,
        Legacy legacy,
        ActorRef<Balancer.SessionMessage> legacyHolder,
        LongSupplier nanoTime,
        InstantSource wallClock) {
      this.supervision = supervision;
      this.resolver = resolver;
      this.complaints = complaints;
      this.metrics = metrics;
      this.quota = quota;
      this.jobs = jobs;
      this.trials = trials;
      this.legacy = legacy;
      this.legacyHolder = legacyHolder;
      registry = new SessionRegistry(legacy.lastSession());
      tickets = new AtomicLong(legacy.lastSession());
      this.nanoTime = nanoTime;
      this.wallClock = wallClock;
    }
  }

  private final Surroundings around;
  private final SessionRegistry registry;

  /** The latest census, and whom it asked that may not have answered. */
  private long epoch;

  private final Set<Long> polled = new HashSet<>();

  private Sessions(ActorContext<Balancer.RegistrarMessage> context, Surroundings around) {
    super(context);
    this.around = around;
    registry = around.registry;
    if (around.balancer != null) {
      around.balancer.tell(Balancer.RegistrarStarted.INSTANCE);
    }
  }

  /** How others ask it for trial compiles. */
  static TrialCompiles trials(ActorRef<Balancer.RegistrarMessage> sessions) {
    return (backend, compiler) -> {
      CompletableFuture<TrialCompiles.Result> result = new CompletableFuture<>();
      sessions.tell(new Try(new TrialSession.Trial(backend, compiler, result)));
      return result;
    };
  }

  static Behavior<Balancer.RegistrarMessage> create(Surroundings around) {
    return Behaviors.setup(context -> new Sessions(context, around));
  }

  @Override
  public Receive<Balancer.RegistrarMessage> createReceive() {
    return newReceiveBuilder()
        .onMessage(Accepted.class, this::onAccepted)
        .onMessage(Adopted.class, this::onAdopted)
        .onMessage(Pause.class, this::onPause)
        .onMessage(GoOn.class, m -> onGoOn())
        .onMessage(GiveAway.class, this::onGiveAway)
        .onMessage(Tell.class, this::onTell)
        .onMessage(Try.class, this::onTry)
        .onMessage(SocketsClosed.class, this::onSocketsClosed)
        .onMessage(Balancer.TakeCensus.class, this::onTakeCensus)
        .onMessage(Serve.class, this::onServe)
        .onMessage(Reconfigure.class, this::onReconfigure)
        .onMessage(ListSessions.class, this::onListSessions)
        .onMessage(ListServed.class, this::onListServed)
        .onMessage(CloseSession.class, this::onCloseSession)
        .onMessage(KillSession.class, this::onKillSession)
        .onMessage(TellWhenEmpty.class, this::onTellWhenEmpty)
        .onSignal(Terminated.class, this::onStopped)
        .build();
  }

  private Behavior<Balancer.RegistrarMessage> onServe(Serve m) {
    around.balancer = m.balancer();
    return this;
  }

  private Behavior<Balancer.RegistrarMessage> onReconfigure(Reconfigure m) {
    around.jobs = m.jobs();
    around.trials = m.trials();
    return this;
  }

  private Behavior<Balancer.RegistrarMessage> onAccepted(Accepted m) {
    if (!around.quota.tryEnter(m.relay().clientAddress())) {
      return refuse(m.relay());
    }
    SessionEntry entry = entry(m.relay());
    begin(entry, Session.create(entry, forSession(), null));
    around.metrics.sessionBegan();
    return this;
  }

  /**
   * It is in already, so no quota holds it up, and is counted. Its number and its place in the
   * queue are kept.
   */
  private Behavior<Balancer.RegistrarMessage> onAdopted(Adopted m) {
    Past past =
        m.past().ticket() <= around.legacy.lastSession() ? m.past() : m.past().withoutTicket();
    around.quota.enter(m.relay().clientAddress());
    SessionEntry entry =
        new SessionEntry(past.session(), m.relay(), past.acceptedAt(), past.acceptedAtNanos());
    around.legacy.arrived(entry.id);
    polled.add(entry.id);
    begin(entry, Session.create(entry, forSession(), past));
    return this;
  }

  private Behavior<Balancer.RegistrarMessage> onPause(Pause m) {
    around.paused = true;
    Set<Long> wantSlots = new HashSet<>();
    for (SessionRegistry.Listed session : registry.all()) {
      if (session.entry().wantsSlot()) {
        wantSlots.add(session.entry().id);
      }
    }
    m.replyTo().tell(new Paused(Math.max(registry.lastId(), around.tickets.get()), wantSlots));
    return this;
  }

  private Behavior<Balancer.RegistrarMessage> onGoOn() {
    around.paused = false;
    return this;
  }

  private Behavior<Balancer.RegistrarMessage> onGiveAway(GiveAway m) {
    around.heir.set(m.heir());
    m.announced().stream()
        .filter(id -> registry.find(id) == null)
        .forEach(id -> balancer().tell(new Balancer.SessionEnded(id)));
    registry.all().forEach(session -> session.actor().tell(Session.LeaveIfWaiting.INSTANCE));
    return this;
  }

  private Behavior<Balancer.RegistrarMessage> onTell(Tell m) {
    SessionRegistry.Listed session = registry.find(m.session());
    if (session != null) {
      session.actor().tell(m.message());
    }
    return this;
  }

  private Behavior<Balancer.RegistrarMessage> refuse(Relay relay) {
    relay.close();
    around.complaints.add(
        Complaint.MAX_PER_CLIENT,
        "client "
            + relay.clientAddress()
            + " refused: its machine has as many sessions as it may have (max-per-client)");
    return this;
  }

  /** When the proxy ends there is nothing to be found out any more. */
  private Behavior<Balancer.RegistrarMessage> onTry(Try m) {
    TrialSession.Trial trial = m.trial();
    if (around.toTellWhenEmpty != null || around.paused) {
      trial.result().complete(TrialCompiles.Result.NOT_TRIED);
      return this;
    }
    TrialRelay relay = around.trials.open(trial.compiler());
    SessionEntry entry = entry(relay);
    begin(entry, TrialSession.create(entry, relay, trial, forSession()));
    CompletableFuture<?> unused = trial.result().whenComplete((result, cancelled) -> relay.close());
    return this;
  }

  private SessionEntry entry(Relay relay) {
    return new SessionEntry(
        registry.nextId(), relay, around.wallClock.instant(), around.nanoTime.getAsLong());
  }

  private Session.Surroundings forSession() {
    return new Session.Surroundings(
        balancer(),
        around.resolver,
        around.complaints,
        around.metrics,
        around.nanoTime,
        around.jobs,
        around.tickets,
        around.heir);
  }

  private void begin(SessionEntry entry, Behavior<Balancer.SessionMessage> session) {
    ActorRef<Balancer.SessionMessage> actor =
        getContext()
            .spawn(
                around.supervision.stopping(session),
                SessionPath.name(entry.id),
                DispatcherSelector.sameAsParent());
    registry.add(entry, actor);
    // Not watchWith: Pekko would keep the failure of each one that dies, and all that hangs on it.
    getContext().watch(actor);
  }

  /**
   * One that finished has settled its affairs, which does not tell a census that it will not be
   * answered. For one that died they are settled here.
   */
  private Behavior<Balancer.RegistrarMessage> onStopped(Terminated stopped) {
    SessionEntry entry = registry.get(SessionPath.id(stopped.getRef())).entry();
    if (entry.finished()) {
      if (polled.remove(entry.id)) {
        balancer().tell(new Balancer.HoldsNothing(epoch, entry.id));
      }
      return forget(entry);
    }
    settle(registry.markDead(entry.id));
    entry.relay.close();
    getContext().pipeToSelf(entry.relayEnded(), (ended, failure) -> new SocketsClosed(entry));
    return this;
  }

  /**
   * Tells the balancer what a dead session holds; a lease in its relay's hands will be released by
   * that.
   */
  private void settle(SessionRegistry.Listed session) {
    SessionEntry entry = session.entry();
    boolean asked = polled.remove(entry.id);
    SessionEntry.Held held = entry.held();
    if (held == null) {
      balancer().tell(new Balancer.SessionEnded(entry.id));
    } else if (asked) {
      balancer()
          .tell(
              new Balancer.Holds(
                  epoch, held.lease(), held.slot(), entry.connected(), session.actor()));
    }
  }

  private Behavior<Balancer.RegistrarMessage> onSocketsClosed(SocketsClosed m) {
    if (m.entry().clear() != null) {
      balancer().tell(new Balancer.SessionEnded(m.entry().id));
    }
    return forget(m.entry());
  }

  private Behavior<Balancer.RegistrarMessage> forget(SessionEntry entry) {
    registry.remove(entry.id);
    if (around.heir.get() != null) {
      balancer().tell(new Balancer.SessionEnded(entry.id));
    }
    if (!entry.isTrial()) {
      around.quota.leave(entry.relay.clientAddress());
    }
    if (!entry.isTrial() && !entry.givenAway()) {
      around.metrics.sessionEnded(
          around.nanoTime.getAsLong() - entry.acceptedAtNanos,
          entry.relay.bytesIn(),
          entry.relay.bytesOut());
    }
    tellIfEmpty();
    return this;
  }

  /** A session that stops instead of reporting is spoken for when its end is noticed. */
  private Behavior<Balancer.RegistrarMessage> onTakeCensus(Balancer.TakeCensus m) {
    epoch = m.epoch();
    polled.clear();
    registry.all().forEach(session -> polled.add(session.entry().id));
    tellRoll(m);
    for (SessionRegistry.Listed session : registry.all()) {
      if (session.dead()) {
        settle(session);
      } else {
        session.actor().tell(new Balancer.Report(epoch, m.replyTo()));
      }
    }
    return this;
  }

  /** Those of the generation before are there as much as ours. */
  private void tellRoll(Balancer.TakeCensus m) {
    List<Balancer.HeldSlot> inherited = around.legacy.leases();
    Set<Long> arriving = around.legacy.arriving();
    Set<Long> all = new HashSet<>(polled);
    all.addAll(arriving);
    inherited.forEach(held -> all.add(held.lease().session()));
    m.replyTo().tell(new Balancer.Roll(epoch, all, arriving, around.legacy.farmTickets()));
    for (Balancer.HeldSlot held : inherited) {
      m.replyTo()
          .tell(
              new Balancer.Holds(
                  epoch, held.lease(), held.slot(), held.active(), around.legacyHolder));
    }
  }

  private Behavior<Balancer.RegistrarMessage> onListSessions(ListSessions m) {
    m.replyTo().tell(clients().limit(m.limit()).map(SessionStatus::of).toList());
    return this;
  }

  private Stream<SessionEntry> clients() {
    return registry.all().stream()
        .map(SessionRegistry.Listed::entry)
        .filter(entry -> !entry.isTrial());
  }

  private Behavior<Balancer.RegistrarMessage> onListServed(ListServed m) {
    Stream<SessionEntry> served = clients().filter(e -> e.slot() != null).limit(m.limit());
    Stream<SessionEntry> others =
        m.others().stream()
            .map(registry::find)
            .filter(Objects::nonNull)
            .map(SessionRegistry.Listed::entry);
    m.replyTo().tell(Stream.concat(served, others).distinct().map(SessionStatus::of).toList());
    return this;
  }

  private Behavior<Balancer.RegistrarMessage> onCloseSession(CloseSession m) {
    SessionRegistry.Listed session = registry.find(m.id());
    if (session != null) {
      session.actor().tell(Session.Close.INSTANCE);
    }
    m.replyTo().tell(session != null);
    return this;
  }

  private Behavior<Balancer.RegistrarMessage> onKillSession(KillSession m) {
    SessionRegistry.Listed session = registry.find(m.id());
    if (session != null) {
      m.kill().send(session.actor());
    }
    m.replyTo().tell(session != null);
    return this;
  }

  private Behavior<Balancer.RegistrarMessage> onTellWhenEmpty(TellWhenEmpty m) {
    around.toTellWhenEmpty = m;
    tellIfEmpty();
    return this;
  }

  private void tellIfEmpty() {
    TellWhenEmpty asked = around.toTellWhenEmpty;
    if (asked != null && registry.isEmpty()) {
      around.toTellWhenEmpty = null;
      asked.replyTo().tell(asked.answer());
    }
  }

  private ActorRef<Balancer.Command> balancer() {
    return Objects.requireNonNull(around.balancer, "Serve comes first");
  }
}
