package io.tcpbalance.cluster;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Balancer.SessionMessage;
import io.tcpbalance.balancer.Balancer.Slot;
import io.tcpbalance.balancer.LeaseId;
import io.tcpbalance.balancer.Outcome;
import io.tcpbalance.balancer.Refusal;
import io.tcpbalance.balancer.Roster;
import io.tcpbalance.balancer.Wish;
import io.tcpbalance.cluster.mail.Answer;
import io.tcpbalance.cluster.mail.Ballot;
import io.tcpbalance.cluster.mail.Mail;
import io.tcpbalance.cluster.mail.NodeId;
import io.tcpbalance.cluster.mail.RosterPart;
import io.tcpbalance.cluster.mail.Stamp;
import io.tcpbalance.cluster.mail.ToNode;
import io.tcpbalance.cluster.mail.ToPool;
import io.tcpbalance.cluster.mail.Unknown;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one node's sessions hold and await of a shared pool, and what there is to say of it, to them
 * and to the shared balancer. Holds no actor, clock or socket. Not thread-safe.
 *
 * <p>It obeys the greatest ballot that it has heard of; to each it tells all that it has, once, and
 * then what changes. While its node misses the majority no session is told of a new slot; when that
 * is lost, all slots are given back.
 *
 * @param <S> sessions
 */
final class AgentLedger<S> {

  /** What is said. */
  interface Voice<S> {

    void tell(S session, SessionMessage message);

    void send(NodeId node, Mail mail);

    /** There is a newer roster. */
    void roster(Roster roster);

    void healthChanged(ToNode.HealthChanged news);

    void answered(long id, Answer answer);

    /** Another life of the shared balancer: what the one before was asked is not answered. */
    void obeys(Ballot ballot);
  }

  private final Promise promise;
  private final Voice<S> voice;
  private final Claims<S> claims = new Claims<>();
  private final Places places = new Places();
  private final BalancerLine line;
  private final NodeSlots<S> slots;
  private final BalancerSight sight;
  private final RosterPart.Assembly rosterParts = new RosterPart.Assembly();
  private Roster roster;
  private boolean counted;

  /**
   * A ledger of nothing.
   *
   * @param roster the node's copy, as new as the promise says
   */
  AgentLedger(String pool, Promise promise, Roster roster, FenceTimes times, Voice<S> voice) {
    this.promise = promise;
    this.roster = roster;
    this.voice = voice;
    line = new BalancerLine(pool, promise, voice::send);
    sight = new BalancerSight(times);
    slots = new NodeSlots<>(times, claims, places, line, voice);
  }

  /** The number of this life; grants to sessions carry it as their epoch. */
  long life() {
    return line.life();
  }

  /** From now on the claims are all that the node's sessions have, and may be told of. */
  void counted() {
    counted = true;
  }

  Claims<S> claims() {
    return claims;
  }

  /** Why no session of this node gets a slot, if none does: a clause for a person. */
  Optional<String> trouble(long nowNanos) {
    return sight.trouble(slots.contact(), nowNanos);
  }

  /** Whether the shared balancer that is obeyed knows all that was there when it came. */
  boolean isHeard() {
    return line.isCensusHeard();
  }

  boolean isCounted() {
    return counted;
  }

  /** While frozen, no session is told of a new slot; those that are granted are kept. */
  void freeze(boolean frozen) {
    slots.freeze(frozen);
  }

  /** The slots that sessions know of. */
  List<Balancer.HeldSlot> held() {
    List<Balancer.HeldSlot> held = new ArrayList<>();
    for (Claim<S> claim : claims.where(c -> c.told)) {
      Slot slot = claim.slot;
      if (slot != null) {
        held.add(new Balancer.HeldSlot(claim.lease, slot, claim.active));
      }
    }
    return held;
  }

  /** The clients' sessions that wait, as far as they know. */
  Set<Long> waiting() {
    return claims.where(claim -> !claim.told && !claim.isTrial()).stream()
        .map(claim -> claim.lease.session())
        .collect(Collectors.toSet());
  }

  /** Trial compiles that wait are not begun any more, here or elsewhere. */
  void refuseTrials() {
    claims
        .where(claim -> !claim.told && claim.isTrial())
        .forEach(
            claim ->
                voice.tell(claim.holder, new Balancer.Refused(claim.lease, Refusal.NO_FREE_SLOT)));
  }

  /** The places that sessions have in the queue. */
  Map<Long, Long> tickets() {
    return places.all();
  }

  /**
   * Whether the shared balancer is about to say which place one has who waits. Trial compiles get
   * none.
   */
  boolean awaitsTickets() {
    return counted
        && !claims
            .where(c -> c.waits() && !c.isTrial() && places.of(c.lease.session()) == 0)
            .isEmpty();
  }

  /** Sessions have these already, also who comes late; only before all are {@link #counted}. */
  void inherit(Map<Long, Long> tickets) {
    places.inherit(tickets);
    claims.all().forEach(claim -> places.uses(claim.lease.session()));
  }

  /** A session waits; one that it had waited for is replaced. */
  void acquire(
      LeaseId lease,
      long arrivedAtNanos,
      Wish wish,
      InetSocketAddress client,
      S session,
      long nowNanos) {
    Claim<S> known = claims.find(lease);
    if (known != null && !known.waits()) {
      return;
    }
    for (Claim<S> other : claims.of(lease.session()).stream().filter(Claim::waits).toList()) {
      claims.remove(other);
    }
    Claim<S> claim =
        new Claim<>(lease, session, places.of(lease.session()), arrivedAtNanos, wish, client);
    claims.add(claim);
    places.uses(lease.session());
    voice.tell(session, new Balancer.Queued(lease));
    say(places.wishOf(claim, nowNanos));
  }

  /** A session has a slot; only before all are {@link #counted}. */
  void holds(LeaseId lease, Slot slot, boolean active, S session) {
    if (claims.find(lease) == null) {
      claims.add(Claim.holding(lease, session, slot, active));
      places.uses(lease.session());
    }
  }

  void connected(LeaseId lease) {
    Claim<S> claim = claims.find(lease);
    if (claim != null) {
      claim.active = true;
    }
    say(new ToPool.Connected(lease));
  }

  void release(LeaseId lease, Slot slot, Outcome outcome, long nowNanos) {
    drop(claims.find(lease), nowNanos);
    say(new ToPool.Release(lease, slot, outcome));
  }

  void withdraw(LeaseId lease, long nowNanos) {
    drop(claims.find(lease), nowNanos);
    say(new ToPool.Withdraw(lease));
  }

  void sessionEnded(long session) {
    claims.removeAll(session);
    places.forget(session);
    say(new ToPool.SessionEnded(session));
  }

  private void drop(@Nullable Claim<S> claim, long nowNanos) {
    if (claim != null) {
      claims.remove(claim);
      if (claims.of(claim.lease.session()).isEmpty()) {
        places.leaves(claim.lease.session(), nowNanos);
      }
    }
  }

  /** What needs no claim; returns whether there is somebody to say it to. */
  boolean say(ToPool item) {
    return line.say(item);
  }

  /**
   * Mail from one that takes itself for the shared balancer.
   *
   * @param majorityAtNanos as {@link #tick} has it: what comes after a standstill of this process
   *     must not be believed
   */
  void receive(Mail.FromPool mail, Map<NodeId, Long> graves, long majorityAtNanos, long nowNanos) {
    slots.observe(nowNanos - majorityAtNanos);
    if (line.isOfThePast(mail.ballot())) {
      line.tellOfTheGreater(mail.ballot());
    } else if (counted && line.isNew(mail.ballot())) {
      line.begin(mail.ballot());
      sight.begins(mail.ballot(), nowNanos);
      tellAll(graves, nowNanos);
      voice.obeys(mail.ballot());
    } else if (counted) {
      sight.heard(nowNanos);
      line.receive(mail, nowNanos, item -> take(item, nowNanos));
    }
  }

  private void tellAll(Map<NodeId, Long> graves, long nowNanos) {
    say(new ToPool.Begin(promise.stamp, places.last(), graves));
    if (!promise.stamp.equals(Stamp.NONE)) {
      RosterPart.of(promise.stamp, roster).forEach(this::say);
    }
    for (Claim<S> claim : claims.all()) {
      if (!claim.told) {
        claim.slot = null; // Nobody uses it, and whoever granted it is gone.
      }
      Slot slot = claim.slot;
      say(
          slot == null
              ? places.wishOf(claim, nowNanos)
              : new ToPool.Holds(claim.lease, slot, claim.active));
    }
    line.endCensus();
  }

  private void take(ToNode item, long nowNanos) {
    if (item instanceof ToNode.Granted m) {
      slots.granted(m);
    } else if (item instanceof ToNode.Queued m) {
      if (claims.find(m.lease()) != null) {
        places.gave(m.lease().session(), m.ticket());
      }
    } else if (item instanceof ToNode.Refused m) {
      Claim<S> claim = claims.find(m.lease());
      if (claim != null && claim.waits()) {
        claims.remove(claim);
        places.forget(m.lease().session());
        voice.tell(claim.holder, new Balancer.Refused(m.lease(), m.reason()));
      }
    } else if (item instanceof ToNode.Evicted m) {
      slots.evicted(m, nowNanos);
    } else if (item instanceof ToNode.BackendLost m) {
      Claim<S> claim = claims.find(m.lease());
      if (claim != null && claim.told) {
        voice.tell(claim.holder, new Balancer.BackendLost(m.lease(), m.reason()));
      }
    } else if (item instanceof RosterPart m) {
      rosterParts.add(m).ifPresent(whole -> rosterIs(m.stamp(), whole));
    } else if (item instanceof ToNode.HealthChanged m) {
      voice.healthChanged(m);
    } else if (item instanceof ToNode.Counting m) {
      sight.counts(m);
    } else if (item instanceof ToNode.Answered m) {
      voice.answered(m.id(), m.answer());
    } else if (!(item instanceof Unknown)) {
      throw new IllegalArgumentException("no such item: " + item);
    }
  }

  private void rosterIs(Stamp stamp, Roster newer) {
    sight.rosterIs(stamp);
    promise.stamp = stamp;
    roster = newer;
    voice.roster(newer);
  }

  /**
   * What time brings about.
   *
   * @param majorityAtNanos when the majority is known to have been in touch with this node
   */
  void tick(long majorityAtNanos, long nowNanos) {
    slots.observe(nowNanos - majorityAtNanos);
    slots.settle(nowNanos);
    places.prune(nowNanos);
    line.tick(nowNanos);
  }

  /** Sends what there is to be sent. */
  void flush(boolean acknowledges, long nowNanos) {
    line.flush(acknowledges, nowNanos);
  }
}
