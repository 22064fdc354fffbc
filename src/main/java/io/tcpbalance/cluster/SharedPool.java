package io.tcpbalance.cluster;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Balancer.SessionMessage;
import io.tcpbalance.balancer.Roster;
import io.tcpbalance.balancer.WaitingClient;
import io.tcpbalance.cluster.mail.Answer;
import io.tcpbalance.cluster.mail.Ballot;
import io.tcpbalance.cluster.mail.Mail;
import io.tcpbalance.cluster.mail.Mail.Frame;
import io.tcpbalance.cluster.mail.NodeId;
import io.tcpbalance.cluster.mail.Question;
import io.tcpbalance.cluster.mail.RosterPart;
import io.tcpbalance.cluster.mail.Stamp;
import io.tcpbalance.cluster.mail.ToNode;
import io.tcpbalance.cluster.mail.ToPool;
import io.tcpbalance.cluster.mail.Unknown;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;

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

  /** How many sessions are told of at once: fewer than a message may have. */
  static final int MOST_SHOWN = 1000;

  private final String pool;
  private final Ballot ballot;
  private final Voice voice;
  private final TreeMap<NodeId, PoolMember> members = new TreeMap<>();
  private final PoolLedger ledger;
  private final RosterCopies roster;
  private final Graves graves;
  private boolean open;
  private long lastNumber;
  private ToNode.Counting toldCounting = new ToNode.Counting(List.of(), List.of());

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
    ledger = new PoolLedger(self, voice::tell, voice::recount);
    roster = new RosterCopies(ballot.term());
    graves = new Graves(times);
  }

  boolean isOpen() {
    return open;
  }

  /** Whom it waits for. */
  ToNode.Counting counting() {
    List<NodeId> silent =
        members.values().stream()
            .filter(m -> !m.isCounted() && !m.isRemoved())
            .map(m -> m.id)
            .toList();
    return new ToNode.Counting(silent, graves.all());
  }

  /** What the sessions of all nodes have, by numbers of this life's. */
  Claims<?> claims() {
    return ledger.claims();
  }

  /** Those that are members by now; one that is not is told of by {@link #removed}. */
  void members(Set<NodeId> ids) {
    for (NodeId id : ids) {
      if (!graves.contains(id)) {
        members.computeIfAbsent(id, i -> new PoolMember(i, ++lastNumber));
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
    PoolMember member = members.get(id);
    if (member != null && !member.isRemoved()) {
      member.remove();
      ledger.removed(member);
    }
  }

  /** Nothing is left of it. */
  void gone(NodeId id) {
    PoolMember member = members.remove(id);
    if (member != null) {
      roster.forget(member);
      ledger.gone(member);
    }
  }

  void receive(NodeId from, Mail.FromNode mail, long nowNanos) {
    PoolMember member = members.get(from);
    if (member == null
        || member.isRemoved()
        || !mail.ballot().equals(ballot)
        || mail.life() < member.life()) {
      return;
    }
    if (mail.life() > member.life()) {
      member.begin(mail.life());
      roster.forget(member);
      ledger.begins(member);
    }
    member.receive(mail.frame(), nowNanos, item -> take(member, item, nowNanos));
  }

  void receive(Mail.Superseded mail) {
    if (mail.by().compareTo(ballot) > 0) {
      voice.superseded(mail.by());
    }
  }

  private void take(PoolMember member, ToPool item, long nowNanos) {
    if (item instanceof ToPool.Begin m) {
      ledger.ticketsWereGiven(m.lastTicket());
      if (!open) {
        graves.learn(m.graves(), nowNanos);
      }
    } else if (item instanceof RosterPart m) {
      if (!open) {
        roster.found(member.id, m);
      }
    } else if (item instanceof ToPool.CensusEnd) {
      ledger.counted(member);
      member.count();
      if (open) {
        roster.tell(member);
      } else {
        member.offer(counting());
      }
    } else if (item instanceof ToPool.Observed m) {
      tellBalancer(new Balancer.Observed(m.backend(), m.observation(), m.reason()));
    } else if (item instanceof ToPool.Learned m) {
      tellBalancer(new Balancer.Learned(m.backend(), m.slots()));
    } else if (item instanceof ToPool.Ask m) {
      voice.asked(member.id, m.id(), m.question());
    } else if (!(item instanceof Unknown)) {
      ledger.take(member, item, nowNanos);
    }
  }

  private void tellBalancer(Balancer.Command command) {
    if (open) {
      voice.tell(command);
    }
  }

  /** What time brings about. */
  void tick(long nowNanos) {
    graves.over(nowNanos).forEach(this::gone);
    boolean complete = members.values().stream().allMatch(PoolMember::isCounted);
    if (!open && complete && graves.isEmpty() && !members.isEmpty()) {
      open = true;
      ledger.open(() -> voice.open(roster.newest()));
    } else if (!open && !counting().equals(toldCounting)) {
      toldCounting = counting();
      everyone().forEach(member -> member.offer(toldCounting));
    }
    for (PoolMember member : members.values()) {
      member.link().tick(nowNanos);
    }
  }

  /** The balancer begins, or begins anew: it is told what all sessions have. */
  void takeCensus(long epoch) {
    ledger.takeCensus(epoch);
  }

  /** A decision of the balancer's. */
  void decided(SessionMessage message) {
    ledger.decided(message);
  }

  /** The balancer's roster is another one: every member is to have it. */
  void rosterIs(Roster newer) {
    roster.becomes(newer, everyone());
  }

  /** Of the roster that the members have or are to have. */
  Stamp rosterStamp() {
    return roster.stamp();
  }

  private List<PoolMember> everyone() {
    return members.values().stream().filter(PoolMember::isCounted).toList();
  }

  /** Whether the newest roster would survive the loss of any minority of the members. */
  boolean rosterIsSafe() {
    return roster.isSafe(members.values().stream().filter(m -> !m.isRemoved()).toList());
  }

  void healthChanged(ToNode.HealthChanged news) {
    everyone().forEach(member -> member.offer(news));
  }

  /** The same, with sessions by the numbers of their own nodes. */
  Answer shown(Answer answer) {
    if (answer instanceof Answer.Pool a) {
      return new Answer.Pool(a.startedAt(), a.waiting(), a.counts(), ledger.holders(MOST_SHOWN));
    } else if (answer instanceof Answer.Waiting a) {
      return new Answer.Waiting(a.clients().stream().map(this::shown).toList());
    }
    return answer;
  }

  private WaitingClient shown(WaitingClient c) {
    Optional<String> node =
        members.values().stream()
            .filter(member -> member.has(c.session()))
            .map(member -> member.id.toString())
            .findFirst();
    long session = PoolMember.local(c.session());
    return new WaitingClient(c.position(), session, c.client(), c.waitedMs(), node);
  }

  void answer(NodeId id, ToNode.Answered answer) {
    PoolMember member = members.get(id);
    if (member != null) {
      member.offer(answer);
    }
  }

  /**
   * Sends what there is to be sent.
   *
   * @param acknowledges what has come, also where there is nothing else to say; and tells who has
   *     not told what it holds that it is to obey
   * @param everyone something to every member: that it obeys somebody who is there
   */
  void flush(boolean acknowledges, boolean everyone, long nowNanos) {
    for (PoolMember member : members.values()) {
      if (!member.isRemoved()) {
        boolean owed = member.link().owesAcknowledgement() || !member.isCounted();
        flush(member, everyone || (acknowledges && owed), nowNanos);
      }
    }
  }

  private void flush(PoolMember member, boolean always, long nowNanos) {
    boolean said = false;
    Optional<Frame<ToNode>> frame = member.link().next(nowNanos);
    while (frame.isPresent()) {
      send(member, frame.get());
      said = true;
      frame = member.link().next(nowNanos);
    }
    if (!said && always) {
      send(member, member.link().acknowledgement());
    }
  }

  private void send(PoolMember member, Frame<ToNode> frame) {
    voice.send(member.id, new Mail.FromPool(pool, ballot, member.life(), frame));
  }
}
