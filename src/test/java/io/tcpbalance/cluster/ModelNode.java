package io.tcpbalance.cluster;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Balancer.SessionMessage;
import io.tcpbalance.balancer.Roster;
import io.tcpbalance.cluster.mail.Answer;
import io.tcpbalance.cluster.mail.Ballot;
import io.tcpbalance.cluster.mail.Mail;
import io.tcpbalance.cluster.mail.NodeId;
import io.tcpbalance.cluster.mail.Question;
import io.tcpbalance.cluster.mail.ToNode;
import io.tcpbalance.cluster.mail.ToPool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.pekko.actor.testkit.typed.javadsl.BehaviorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.jspecify.annotations.Nullable;

/** One life of one node of a {@link ModelCluster}: what the actors of a node do, without them. */
final class ModelNode {

  final ModelCluster cluster;
  private final NodeId id;
  private final long joined;
  private final double clockRate;
  private final Pulse pulse;
  private final Graves graves = new Graves(ModelCluster.TIMES);
  private final Promise promise = new Promise();
  private final Map<Long, ModelSession> sessions = new HashMap<>();

  /** Members in this node's view, in the order of their joining. */
  private final Map<NodeId, Long> members = new HashMap<>();

  /** Members that are to be removed: they are not answered any more. */
  private final Set<NodeId> down = new HashSet<>();

  private Roster roster = ModelCluster.ROSTER;
  private AgentLedger<ModelSession> ledger;
  private @Nullable Pool pool;
  private long lastSession;
  private long highestTerm;
  private boolean alive = true;
  private boolean frozen;
  private boolean stutters;

  ModelNode(ModelCluster cluster, NodeId id, long joined) {
    this.cluster = cluster;
    this.id = id;
    this.joined = joined;
    clockRate = 0.98 + cluster.random.nextDouble() * 0.04;
    pulse = new Pulse(id, nanos());
    ledger = newLedger();
    ledger.counted();
    tick(0);
  }

  NodeId id() {
    return id;
  }

  long joined() {
    return joined;
  }

  boolean isAlive() {
    return alive;
  }

  AgentLedger<ModelSession> ledger() {
    return ledger;
  }

  /** Its own monotonic clock, which is not quite that of others. */
  long nanos() {
    return (long) (cluster.nowNanos() * clockRate) + id.uid() * 1_000_000_007L;
  }

  private AgentLedger<ModelSession> newLedger() {
    return new AgentLedger<>("farm", promise, roster, ModelCluster.TIMES, new AgentVoice());
  }

  // Its surroundings.

  void sees(Map<NodeId, Long> all) {
    members.putAll(all);
    members.keySet().removeIf(graves::contains);
    membersChanged();
  }

  void seesDown(Set<NodeId> ids) {
    down.addAll(ids);
  }

  void seesRemoved(Set<NodeId> ids) {
    if (!alive) {
      return;
    }
    for (NodeId gone : ids) {
      members.remove(gone);
      graves.bury(gone, nanos());
      if (pool != null) {
        pool.shared.removed(gone, nanos());
      }
    }
    membersChanged();
  }

  void seesFarewell(NodeId gone) {
    members.remove(gone);
    down.add(gone);
    if (pool != null) {
      pool.shared.gone(gone);
    }
    membersChanged();
  }

  private void membersChanged() {
    pulse.voters(members.keySet());
    if (pool != null) {
      pool.shared.members(members.keySet());
    }
  }

  void freeze(boolean freezes) {
    frozen = freezes;
  }

  /** Besides: a node that is cut off may stutter too, and goes on soon all the same. */
  void stutter(boolean begins) {
    stutters = begins;
  }

  boolean isFrozen() {
    return frozen || stutters;
  }

  void die() {
    alive = false;
    pool = null;
    sessions.values().forEach(ModelSession::die);
    sessions.clear();
  }

  void restartAgent() {
    ledger = newLedger();
    List.copyOf(sessions.values()).forEach(ModelSession::report);
    ledger.counted();
  }

  void restartBalancer() {
    if (pool != null && pool.shared.isOpen()) {
      pool.startBalancer();
    }
  }

  /** Takes itself for the oldest, rightly or not. */
  void startPool() {
    if (pool == null) {
      highestTerm = Math.max(highestTerm, promise.ballot.term());
      pool = new Pool(new Ballot(highestTerm + 1, id));
      pool.shared.members(members.keySet());
      pool.shared.learn(graves.remaining(nanos()), nanos());
    }
  }

  boolean hasOpenPool() {
    return pool != null && pool.shared.isOpen();
  }

  boolean isOldest() {
    return members.entrySet().stream()
        .filter(e -> !down.contains(e.getKey()))
        .allMatch(e -> e.getValue() >= joined);
  }

  private void tick(int round) {
    if (!alive) {
      return;
    }
    if (!isFrozen()) {
      if (round % 3 == 0) {
        long question = pulse.ask(nanos());
        members.keySet().forEach(to -> send(to, new Mail.Pulse(question)));
      }
      graves.over(nanos());
      if (isOldest() && members.containsKey(id) && pool == null && round % 3 == 0) {
        startPool();
      }
      ledger.tick(pulse.majorityAtNanos(nanos()), nanos());
      ledger.flush(true, nanos());
      if (pool != null) {
        pool.shared.tick(nanos());
        pool.shared.flush(true, true, nanos());
      }
    }
    cluster.after(90 + cluster.random.nextInt(20), () -> tick(round + 1));
  }

  private void send(NodeId to, Mail mail) {
    cluster.send(id, to, mail);
  }

  void receive(NodeId from, Mail mail) {
    if (!members.containsKey(from) || down.contains(from)) {
      return;
    }
    if (mail instanceof Mail.Pulse m) {
      send(from, new Mail.Echo(m.number(), graves.remaining(nanos())));
    } else if (mail instanceof Mail.Echo m) {
      pulse.answered(from, m.number());
      graves.learn(m.graves(), nanos());
    } else if (mail instanceof Mail.FromPool m) {
      ledger.receive(m, graves.remaining(nanos()), pulse.majorityAtNanos(nanos()), nanos());
      m.frame().items().forEach(this::noteTicket);
      ledger.flush(false, nanos());
    } else if (mail instanceof Mail.FromNode m && pool != null) {
      Pool it = pool;
      it.shared.receive(from, m, nanos());
      it.shared.flush(false, false, nanos());
    } else if (mail instanceof Mail.Superseded m && pool != null) {
      pool.shared.receive(m);
    }
  }

  /** If the grant was taken. */
  private void noteTicket(ToNode item) {
    if (item instanceof ToNode.Granted m && sessions.containsKey(m.lease().session())) {
      Claim<ModelSession> claim = ledger.claims().find(m.lease());
      if (claim != null && !claim.waits()) {
        sessions.get(m.lease().session()).checkTicket(m.lease(), m.ticket(), ledger.life());
      }
    }
  }

  private void checkTicket(ToPool item) {
    if (item instanceof ToPool.Acquire m && sessions.containsKey(m.lease().session())) {
      sessions.get(m.lease().session()).checkTicket(m.lease(), m.ticket(), ledger.life());
    }
  }

  // Its clients.

  void arrive() {
    ModelSession session = new ModelSession(this, ++lastSession, 1 + cluster.random.nextInt(3));
    sessions.put(lastSession, session);
    session.ask();
  }

  void hangUpOne() {
    new ArrayList<>(sessions.values())
        .stream()
            .skip(cluster.random.nextInt(Math.max(1, sessions.size())))
            .findFirst()
            .ifPresent(ModelSession::hangUp);
  }

  void over(long session) {
    sessions.remove(session);
  }

  int sessions() {
    return sessions.size();
  }

  /** Why it is not at rest, if it is not. */
  Optional<String> unrest() {
    String what = "";
    if (!sessions.isEmpty() || !ledger.claims().isEmpty()) {
      what += sessions.size() + " sessions, " + ledger.claims().sessions() + " claims; ";
    }
    if (pool != null && pool.shared.isOpen()) {
      what += pool.unrest();
    } else if (pool != null) {
      what += "pool waits for " + pool.shared.counting();
    }
    return what.isEmpty() ? Optional.empty() : Optional.of(id + ": " + what);
  }

  private final class AgentVoice implements AgentLedger.Voice<ModelSession> {
    @Override
    public void tell(ModelSession session, SessionMessage message) {
      if (alive) {
        // What a session does of it comes back later: nothing is told from within.
        cluster.after(cluster.random.nextInt(2), () -> deliver(session, message));
      }
    }

    private void deliver(ModelSession session, SessionMessage message) {
      if (alive && !isFrozen()) {
        session.hear(message);
        ledger.flush(false, nanos());
      } else if (alive) {
        cluster.after(50, () -> deliver(session, message));
      }
    }

    @Override
    public void send(NodeId to, Mail mail) {
      if (mail instanceof Mail.FromNode m) {
        m.frame().items().forEach(ModelNode.this::checkTicket);
      }
      ModelNode.this.send(to, mail);
    }

    @Override
    public void roster(Roster newer) {
      roster = newer;
    }

    @Override
    public void healthChanged(ToNode.HealthChanged news) {}

    @Override
    public void answered(long number, Answer answer) {}

    @Override
    public void obeys(Ballot ballot) {}
  }

  /** A life of the shared balancer, with the balancer of its node. */
  private final class Pool implements SharedPool.Voice {
    private final Roster.Holder holder = new Roster.Holder(roster);
    private final TestInbox<SessionMessage> decisions = TestInbox.create();
    private final TestInbox<Balancer.RegistrarMessage> registrar = TestInbox.create();
    final SharedPool shared;
    private @Nullable BehaviorTestKit<Balancer.Command> balancer;

    Pool(Ballot ballot) {
      shared = new SharedPool("farm", ballot, ModelCluster.TIMES, decisions.getRef(), this);
      cluster.note(id + " begins " + ballot.term());
    }

    @Override
    public void send(NodeId to, Mail mail) {
      ModelNode.this.send(to, mail);
    }

    @Override
    public void tell(Balancer.Command command) {
      BehaviorTestKit<Balancer.Command> it = balancer;
      if (it == null) {
        return;
      }
      it.run(command);
      it.getAllEffects();
      dispatch();
    }

    private void dispatch() {
      for (Balancer.RegistrarMessage m : registrar.getAllReceived()) {
        shared.takeCensus(((Balancer.TakeCensus) m).epoch());
      }
      for (SessionMessage m : decisions.getAllReceived()) {
        if (m instanceof Balancer.Granted granted) {
          checkTurn(granted);
        }
        shared.decided(m);
      }
    }

    /** Of those that wait, the one with the smallest ticket is served. */
    private void checkTurn(Balancer.Granted granted) {
      Claim<?> served = shared.claims().find(granted.lease());
      if (served == null || !served.waits()) {
        return;
      }
      Set<Long> tickets = new TreeSet<>();
      for (Claim<?> claim : shared.claims().where(Claim::waits)) {
        if (!tickets.add(claim.ticket)) {
          throw new AssertionError("ticket " + claim.ticket + " was given twice");
        }
      }
      long first = tickets.iterator().next();
      if (first < served.ticket) {
        throw new AssertionError("ticket " + served.ticket + " is served before " + first);
      }
    }

    @Override
    public void open(Optional<Roster> newest) {
      cluster.note(id + " opens with " + shared.claims().sessions());
      startBalancer();
    }

    void startBalancer() {
      balancer =
          BehaviorTestKit.create(
              Balancer.create(
                  "farm",
                  holder,
                  ModelCluster.SETTINGS,
                  ModelNode.this::nanos,
                  ModelCluster.CLOCK,
                  registrar.getRef()));
      dispatch();
    }

    @Override
    public void recount(String reason) {
      throw new AssertionError(reason);
    }

    @Override
    public void asked(NodeId node, long number, Question question) {}

    @Override
    public void superseded(Ballot by) {
      cluster.note(id + " is superseded by " + by);
      highestTerm = Math.max(highestTerm, by.term());
      pool = null;
    }

    String unrest() {
      TestInbox<io.tcpbalance.balancer.PoolStatus> answer = TestInbox.create();
      tell(new Balancer.Describe(answer.getRef()));
      var status = answer.receiveMessage();
      int busy = status.backends().stream().mapToInt(b -> b.pending() + b.active()).sum();
      boolean quiet = busy == 0 && status.waiting() == 0 && shared.claims().isEmpty();
      return quiet
          ? ""
          : busy
              + " busy, "
              + status.waiting()
              + " waiting, claims of "
              + shared.claims().sessions();
    }
  }
}
