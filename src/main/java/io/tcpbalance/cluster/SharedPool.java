package io.tcpbalance.cluster;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Balancer.SessionMessage;
import io.tcpbalance.balancer.Balancer.Slot;
import io.tcpbalance.balancer.LeaseId;
import io.tcpbalance.balancer.Roster;
import io.tcpbalance.cluster.Mail.Frame;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * One life of a shared balancer: stands for the sessions of all nodes towards a {@link Balancer} of
 * this one, which decides. Holds no actor, clock or socket. Not thread-safe.
 *
 * <p>{@code counting → open}. It opens, which starts that balancer, when every member has told what
 * it has, and nothing is left of those that were removed. From then on the slots of a node that is
 * removed count as used until nothing can be left of it.
 */
final class SharedPool {

  /** What is said. */
  interface Voice {

    void send(NodeId node, Mail mail);

    /** Only when it is open. */
    void tell(Balancer.Command command);

    /**
     * A balancer may begin.
     *
     * @param newest what the members know of the roster, if there was a shared balancer before
     */
    void open(Optional<Roster> newest);

    /** The balancer has to begin anew: it was wrong about what is held. */
    void recount(String reason);

    void asked(NodeId node, long id, Question question);

    /** An agent obeys another one. */
    void superseded(Ballot by);
  }

  private static final int SESSION_BITS = 40;
  private static final long SESSION_MASK = (1L << SESSION_BITS) - 1;

  /** One member, in this life of it. */
  private static final class Node {
    final NodeId id;

    /** Makes its sessions' numbers unique. */
    final long number;

    Link<ToNode, ToPool> link = new Link<>();

    /** Of its agent; 0: it has not begun. */
    long life;

    /** Whether all that the agent has is known. */
    boolean counted;

    /** Whether it is in its grave: its mail is not read any more. */
    boolean removed;

    /** What an earlier life of its agent had and this one has not told of. */
    final Set<LeaseId> unheard = new HashSet<>();

    Stamp stamp = Stamp.NONE;
    final RosterPart.Assembly rosterParts = new RosterPart.Assembly();

    /** The number of the item that completes the newest roster. */
    long rosterMark;

    Node(NodeId id, long number) {
      this.id = id;
      this.number = number;
    }
  }

  private final String pool;
  private final Ballot ballot;
  private final Voice voice;
  private final ActorRef<SessionMessage> self;
  private final TreeMap<NodeId, Node> nodes = new TreeMap<>();
  private final Claims<Node> claims = new Claims<>();
  private final Graves graves;
  private final List<Balancer.Command> afterOpening = new ArrayList<>();
  private boolean open;
  private long lastNumber;
  private long lastTicket;
  private long reportedEpoch;
  private Stamp newestStamp = Stamp.NONE;
  private @Nullable Roster newestRoster;
  private long version;

  /**
   * Begins to count.
   *
   * @param self who hears the balancer's decisions, and hands them on to this
   */
  SharedPool(
      String pool, Ballot ballot, FenceTimes times, ActorRef<SessionMessage> self, Voice voice) {
    this.pool = pool;
    this.ballot = ballot;
    this.voice = voice;
    this.self = self;
    graves = new Graves(times);
  }

  Ballot ballot() {
    return ballot;
  }

  boolean isOpen() {
    return open;
  }

  /** For the log: whom it waits for. */
  String waitsFor() {
    return nodes.values().stream().filter(n -> !n.counted && !n.removed).map(n -> n.id).toList()
        + ", removed: "
        + graves.remaining(0).keySet();
  }

  /** What the sessions of all nodes have, by numbers of this life's. */
  Claims<?> claims() {
    return claims;
  }

  /** Those that are members by now; one that is not is told of by {@link #removed}. */
  void members(Set<NodeId> members) {
    for (NodeId id : members) {
      if (!graves.contains(id)) {
        nodes.computeIfAbsent(id, i -> new Node(i, ++lastNumber));
      }
    }
  }

  /** What is known of nodes that were removed. */
  void learn(Map<NodeId, Long> remainingMs, long nowNanos) {
    graves.learn(remainingMs, nowNanos);
  }

  /** Its sessions may hold slots for a while yet; who of them waits gets none. */
  void removed(NodeId id, long nowNanos) {
    graves.bury(id, nowNanos);
    Node node = nodes.get(id);
    if (node != null && !node.removed) {
      node.removed = true;
      for (Claim<Node> claim : claims.where(c -> c.holder == node && c.waits())) {
        claims.remove(claim);
        tell(new Balancer.Withdraw(claim.lease));
      }
    }
  }

  /** Nothing is left of it. */
  void gone(NodeId id) {
    Node node = nodes.remove(id);
    if (node != null) {
      for (Claim<Node> claim : claims.where(c -> c.holder == node)) {
        claims.remove(claim);
        tell(new Balancer.SessionEnded(claim.lease.session()));
      }
    }
  }

  void receive(NodeId from, Mail.FromNode mail, long nowNanos) {
    Node node = nodes.get(from);
    if (node == null || node.removed || !mail.ballot().equals(ballot) || mail.life() < node.life) {
      return;
    }
    if (mail.life() > node.life) {
      begin(node, mail.life());
    }
    node.link.receive(mail.frame(), nowNanos, item -> take(node, item, nowNanos));
  }

  void receive(Mail.Superseded mail) {
    if (mail.by().compareTo(ballot) > 0) {
      voice.superseded(mail.by());
    }
  }

  private void begin(Node node, long life) {
    node.life = life;
    node.link = new Link<>();
    node.counted = false;
    node.rosterMark = 0;
    node.unheard.clear();
    claims.where(c -> c.holder == node).forEach(c -> node.unheard.add(c.lease));
  }

  private void take(Node node, ToPool item, long nowNanos) {
    if (item instanceof ToPool.Acquire m) {
      acquire(node, m, nowNanos);
    } else if (item instanceof ToPool.Connected m) {
      LeaseId lease = global(node, m.lease());
      Claim<Node> claim = claims.find(lease);
      if (claim != null) {
        claim.active = true;
      }
      tell(new Balancer.Connected(lease));
    } else if (item instanceof ToPool.Release m) {
      LeaseId lease = global(node, m.lease());
      remove(claims.find(lease));
      tell(new Balancer.Release(lease, m.slot(), m.outcome()));
    } else if (item instanceof ToPool.Withdraw m) {
      LeaseId lease = global(node, m.lease());
      remove(claims.find(lease));
      tell(new Balancer.Withdraw(lease));
    } else if (item instanceof ToPool.SessionEnded m) {
      long session = global(node, m.session());
      claims.removeAll(session);
      tell(new Balancer.SessionEnded(session));
    } else if (item instanceof ToPool.Blame m) {
      tell(new Balancer.Blame(global(node, m.lease()), m.backend(), m.reason()));
    } else if (item instanceof ToPool.Observed m) {
      tell(new Balancer.Observed(m.backend(), m.observation(), m.reason()));
    } else if (item instanceof ToPool.Learned m) {
      tell(new Balancer.Learned(m.backend(), m.slots()));
    } else if (item instanceof ToPool.Ask m) {
      voice.asked(node.id, m.id(), m.question());
    } else {
      takeCensus(node, item, nowNanos);
    }
  }

  private void takeCensus(Node node, ToPool item, long nowNanos) {
    if (item instanceof ToPool.Begin m) {
      node.stamp = m.stamp();
      lastTicket = Math.max(lastTicket, m.lastTicket());
      if (!open) {
        graves.learn(m.graves(), nowNanos);
      }
    } else if (item instanceof RosterPart m) {
      node.rosterParts.add(m).ifPresent(roster -> rosterFound(node.stamp, roster));
    } else if (item instanceof ToPool.Holds m) {
      holds(node, m);
    } else if (item instanceof ToPool.CensusEnd) {
      censusEnd(node);
    } else if (!(item instanceof Unknown)) {
      throw new IllegalArgumentException("no such item: " + item);
    }
  }

  private void rosterFound(Stamp stamp, Roster roster) {
    if (stamp.compareTo(newestStamp) > 0 && !open) {
      newestStamp = stamp;
      newestRoster = roster;
    }
  }

  /** One that is known is said again by a new life of its agent, which may not know of its slot. */
  private void acquire(Node node, ToPool.Acquire m, long nowNanos) {
    LeaseId lease = global(node, m.lease());
    node.unheard.remove(lease);
    Claim<Node> known = claims.find(lease);
    if (known != null) {
      Slot slot = known.slot;
      if (slot != null) {
        node.link.offer(new ToNode.Granted(m.lease(), slot, known.ticket));
      } else if (known.ticket > 0) {
        node.link.offer(new ToNode.Queued(m.lease(), known.ticket));
      }
      return;
    }
    for (Claim<Node> other : claims.of(lease.session()).stream().filter(Claim::waits).toList()) {
      claims.remove(other);
      tell(new Balancer.Withdraw(other.lease));
    }
    Claim<Node> claim =
        new Claim<>(lease, node, m.ticket(), nowNanos - m.agedNanos(), m.wish(), m.client());
    lastTicket = Math.max(lastTicket, m.ticket());
    claims.add(claim);
    if (open) {
      giveTicket(claim);
      tell(wishOf(claim));
    }
  }

  private void giveTicket(Claim<Node> claim) {
    if (claim.ticket == 0) {
      claim.ticket = ++lastTicket;
    }
  }

  private void holds(Node node, ToPool.Holds m) {
    LeaseId lease = global(node, m.lease());
    node.unheard.remove(lease);
    Claim<Node> known = claims.find(lease);
    if (known != null && m.slot().equals(known.slot)) {
      known.active = m.active();
      return;
    }
    remove(known);
    claims.add(Claim.holding(lease, node, m.slot(), m.active()));
    if (open) {
      voice.recount(node.id + " holds a slot of which nobody knew");
    }
  }

  private void censusEnd(Node node) {
    for (LeaseId lease : node.unheard) {
      remove(claims.find(lease));
      tell(new Balancer.Withdraw(lease));
    }
    node.unheard.clear();
    node.counted = true;
    if (open && newestRoster != null) {
      tellRoster(node, newestRoster);
    }
  }

  private void remove(@Nullable Claim<Node> claim) {
    if (claim != null) {
      claims.remove(claim);
    }
  }

  /** What it says before the balancer has begun is kept for it. */
  private void tell(Balancer.Command command) {
    if (open) {
      voice.tell(command);
    } else if (command instanceof Balancer.Release || command instanceof Balancer.Blame) {
      afterOpening.add(command);
    }
  }

  /** What time brings about. */
  void tick(long nowNanos) {
    graves.over(nowNanos).forEach(this::gone);
    boolean complete = nodes.values().stream().allMatch(node -> node.counted && !node.removed);
    if (!open && complete && graves.isEmpty() && !nodes.isEmpty()) {
      open();
    }
    for (Node node : nodes.values()) {
      node.link.tick(nowNanos);
    }
  }

  private void open() {
    claims.where(claim -> claim.waits() && claim.ticket == 0).stream()
        .sorted(Comparator.comparingLong(claim -> claim.arrivedAtNanos))
        .forEach(this::giveTicket);
    open = true;
    voice.open(Optional.ofNullable(newestRoster));
    afterOpening.forEach(voice::tell);
    afterOpening.clear();
  }

  /** The balancer begins, or begins anew: it is told what all sessions have. */
  void takeCensus(long epoch) {
    reportedEpoch = epoch;
    Set<Long> sessions = new HashSet<>();
    for (Claim<Node> claim : claims.all()) {
      sessions.add(claim.lease.session());
      Slot slot = claim.slot;
      voice.tell(
          slot == null
              ? new Balancer.Waits(epoch, wishOf(claim))
              : new Balancer.Holds(epoch, claim.lease, slot, claim.active, self));
    }
    voice.tell(new Balancer.Roll(epoch, sessions));
  }

  private Balancer.Acquire wishOf(Claim<Node> claim) {
    return new Balancer.Acquire(
        claim.lease, claim.ticket, claim.arrivedAtNanos, claim.wish, claim.client, self);
  }

  /** A decision of the balancer's. */
  void decided(SessionMessage message) {
    if (message instanceof Balancer.Granted m) {
      Claim<Node> claim = claims.find(m.lease());
      if (claim != null && claim.waits() && m.epoch() >= reportedEpoch) {
        claim.slot = m.slot();
        offer(claim, new ToNode.Granted(local(m.lease()), m.slot(), claim.ticket));
      }
    } else if (message instanceof Balancer.Queued m) {
      Claim<Node> claim = claims.find(m.lease());
      if (claim != null) {
        offer(claim, new ToNode.Queued(local(m.lease()), claim.ticket));
      }
    } else if (message instanceof Balancer.Refused m) {
      Claim<Node> claim = claims.find(m.lease());
      if (claim != null && claim.waits()) {
        claims.remove(claim);
        offer(claim, new ToNode.Refused(local(m.lease()), m.reason()));
      }
    } else if (message instanceof Balancer.Evicted m) {
      Claim<Node> claim = claims.find(m.lease());
      if (claim != null) {
        offer(claim, new ToNode.Evicted(local(m.lease())));
      }
    } else if (message instanceof Balancer.BackendLost m) {
      Claim<Node> claim = claims.find(m.lease());
      if (claim != null) {
        offer(claim, new ToNode.BackendLost(local(m.lease()), m.reason()));
      }
    } else {
      throw new IllegalArgumentException("no such decision: " + message);
    }
  }

  private static void offer(Claim<Node> claim, ToNode item) {
    if (!claim.holder.removed) {
      claim.holder.link.offer(item);
    }
  }

  /** The balancer's roster is another one: every member is to have it. */
  void rosterIs(Roster roster) {
    newestStamp = new Stamp(ballot.term(), ++version);
    newestRoster = roster;
    everyone().forEach(node -> tellRoster(node, roster));
  }

  /** Of the roster that the members have or are to have. */
  Stamp rosterStamp() {
    return newestStamp;
  }

  private void tellRoster(Node node, Roster roster) {
    RosterPart.of(newestStamp, roster).forEach(node.link::offer);
    node.rosterMark = node.link.offered();
  }

  private List<Node> everyone() {
    return nodes.values().stream().filter(node -> node.counted && !node.removed).toList();
  }

  /** Whether the newest roster would survive the loss of any minority of the members. */
  boolean rosterIsSafe() {
    List<Node> everyone = everyone();
    long having =
        everyone.stream().filter(node -> node.link.acknowledged() >= node.rosterMark).count();
    return 2 * having > everyone.size();
  }

  void healthChanged(ToNode.HealthChanged news) {
    everyone().forEach(node -> node.link.offer(news));
  }

  void answer(NodeId id, ToNode.Answered answer) {
    Node node = nodes.get(id);
    if (node != null && !node.removed) {
      node.link.offer(answer);
    }
  }

  /**
   * Sends what there is to be sent.
   *
   * @param everyone something to every member: that it obeys, or that it acknowledges
   */
  void flush(boolean everyone, long nowNanos) {
    for (Node node : nodes.values()) {
      if (node.removed) {
        continue;
      }
      boolean said = false;
      Optional<Frame<ToNode>> frame = node.link.next(nowNanos);
      while (frame.isPresent()) {
        send(node, frame.get());
        said = true;
        frame = node.link.next(nowNanos);
      }
      if (!said && everyone) {
        send(node, node.link.acknowledgement());
      }
    }
  }

  private void send(Node node, Frame<ToNode> frame) {
    voice.send(node.id, new Mail.FromPool(pool, ballot, node.life, frame));
  }

  /** The number that the session has on its node. */
  static long local(long session) {
    return session & SESSION_MASK;
  }

  private static LeaseId local(LeaseId lease) {
    return new LeaseId(local(lease.session()), lease.attempt());
  }

  private static long global(Node node, long session) {
    return (node.number << SESSION_BITS) | session;
  }

  private static LeaseId global(Node node, LeaseId lease) {
    return new LeaseId(global(node, lease.session()), lease.attempt());
  }

  /** The node on which it is, for a person to read. */
  String nodeOf(long session) {
    return nodes.values().stream()
        .filter(node -> node.number == (session >> SESSION_BITS))
        .map(node -> node.id.toString())
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no such node: " + session));
  }
}
