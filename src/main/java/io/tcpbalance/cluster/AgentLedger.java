package io.tcpbalance.cluster;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Balancer.SessionMessage;
import io.tcpbalance.balancer.Balancer.Slot;
import io.tcpbalance.balancer.LeaseId;
import io.tcpbalance.balancer.Outcome;
import io.tcpbalance.balancer.Roster;
import io.tcpbalance.balancer.Wish;
import io.tcpbalance.cluster.Mail.Frame;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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

    void contact(Contact contact);
  }

  private final String pool;
  private final Promise promise;
  private final long life;
  private final FenceTimes times;
  private final Voice<S> voice;
  private final Claims<S> claims = new Claims<>();
  private final Places places = new Places();
  private final RosterPart.Assembly rosterParts = new RosterPart.Assembly();
  private Roster roster;
  private @Nullable Link<ToPool, ToNode> link;
  private boolean counted;
  private Contact contact = Contact.MISSED;

  /**
   * A ledger of nothing.
   *
   * @param roster the node's copy, as new as the promise says
   */
  AgentLedger(String pool, Promise promise, Roster roster, FenceTimes times, Voice<S> voice) {
    this.pool = pool;
    this.promise = promise;
    this.roster = roster;
    this.times = times;
    this.voice = voice;
    life = promise.nextLife();
  }

  /** The number of this life; grants to sessions carry it as their epoch. */
  long life() {
    return life;
  }

  /** From now on the claims are all that the node's sessions have, and may be told of. */
  void counted() {
    counted = true;
  }

  boolean holdsNothing() {
    return claims.where(claim -> !claim.waits()).isEmpty();
  }

  int sessions() {
    return claims.sessions();
  }

  Claims<S> claims() {
    return claims;
  }

  Contact contact() {
    return contact;
  }

  /** Whether the shared balancer has heard all that was said. */
  boolean isHeard() {
    return link != null && link.acknowledged() == link.offered();
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
    say(wishOf(claim, nowNanos));
  }

  /** A session has a slot; only before all are {@link #counted}. */
  void holds(LeaseId lease, Slot slot, boolean active, S session) {
    if (claims.find(lease) == null) {
      claims.add(Claim.holding(lease, session, slot, active));
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
    if (link != null) {
      link.offer(item);
    }
    return link != null;
  }

  /**
   * Mail from one that takes itself for the shared balancer.
   *
   * @param majorityAtNanos as {@link #tick} has it: what comes after a standstill of this process
   *     must not be believed
   */
  void receive(Mail.FromPool mail, Map<NodeId, Long> graves, long majorityAtNanos, long nowNanos) {
    observe(majorityAtNanos, nowNanos);
    int comparison = mail.ballot().compareTo(promise.ballot);
    if (comparison < 0) {
      voice.send(mail.ballot().node(), new Mail.Superseded(pool, promise.ballot));
      return;
    }
    if (!counted) {
      return; // It asks again.
    }
    Link<ToPool, ToNode> current = link;
    if (comparison > 0 || current == null) {
      promise.ballot = mail.ballot();
      voice.obeys(mail.ballot());
      link = begin(graves, nowNanos);
    } else if (mail.life() == life) {
      current.receive(mail.frame(), nowNanos, item -> take(item, nowNanos));
    }
  }

  private Link<ToPool, ToNode> begin(Map<NodeId, Long> graves, long nowNanos) {
    Link<ToPool, ToNode> begun = new Link<>();
    begun.offer(new ToPool.Begin(promise.stamp, places.last(), graves));
    if (!promise.stamp.equals(Stamp.NONE)) {
      RosterPart.of(promise.stamp, roster).forEach(begun::offer);
    }
    for (Claim<S> claim : claims.all()) {
      if (!claim.told) {
        claim.slot = null; // Nobody uses it, and whoever granted it is gone.
      }
      Slot slot = claim.slot;
      begun.offer(
          slot == null
              ? wishOf(claim, nowNanos)
              : new ToPool.Holds(claim.lease, slot, claim.active));
    }
    begun.offer(new ToPool.CensusEnd());
    return begun;
  }

  private ToPool.Acquire wishOf(Claim<S> claim, long nowNanos) {
    return new ToPool.Acquire(
        claim.lease,
        places.of(claim.lease.session()),
        nowNanos - claim.arrivedAtNanos,
        claim.wish,
        claim.client);
  }

  private void take(ToNode item, long nowNanos) {
    if (item instanceof ToNode.Granted m) {
      takeGrant(m);
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
      evict(claims.find(m.lease()), nowNanos);
    } else if (item instanceof ToNode.BackendLost m) {
      Claim<S> claim = claims.find(m.lease());
      if (claim != null && claim.told) {
        voice.tell(claim.holder, new Balancer.BackendLost(m.lease(), m.reason()));
      }
    } else if (item instanceof RosterPart m) {
      rosterParts.add(m).ifPresent(whole -> rosterIs(m.stamp(), whole));
    } else if (item instanceof ToNode.HealthChanged m) {
      voice.healthChanged(m);
    } else if (item instanceof ToNode.Answered m) {
      voice.answered(m.id(), m.answer());
    } else if (!(item instanceof Unknown)) {
      throw new IllegalArgumentException("no such item: " + item);
    }
  }

  private void rosterIs(Stamp stamp, Roster newer) {
    promise.stamp = stamp;
    roster = newer;
    voice.roster(newer);
  }

  /** A claim that is not there, or has a slot, was given up when the grant was under way. */
  private void takeGrant(ToNode.Granted m) {
    Claim<S> claim = claims.find(m.lease());
    if (claim == null) {
      say(new ToPool.Release(m.lease(), m.slot(), new Outcome.Unused()));
    } else if (claim.waits()) {
      claim.slot = m.slot();
      places.gave(m.lease().session(), m.ticket());
      if (contact == Contact.KEPT) {
        tellSlot(claim);
      }
    }
  }

  private void tellSlot(Claim<S> claim) {
    claim.told = true;
    Slot slot = Objects.requireNonNull(claim.slot);
    voice.tell(claim.holder, new Balancer.Granted(life, claim.lease, slot));
  }

  private void evict(@Nullable Claim<S> claim, long nowNanos) {
    if (claim != null && claim.told) {
      voice.tell(claim.holder, new Balancer.Evicted(claim.lease));
    } else if (claim != null && !claim.waits()) {
      giveBack(claim, nowNanos);
    }
  }

  /** A slot of which the session was never told; it goes on waiting. */
  private void giveBack(Claim<S> claim, long nowNanos) {
    Slot slot = Objects.requireNonNull(claim.slot);
    claim.slot = null;
    say(new ToPool.Release(claim.lease, slot, new Outcome.Unused()));
    say(wishOf(claim, nowNanos));
  }

  /**
   * What time brings about.
   *
   * @param majorityAtNanos when the majority is known to have been in touch with this node
   */
  void tick(long majorityAtNanos, long nowNanos) {
    observe(majorityAtNanos, nowNanos);
    if (contact == Contact.KEPT) {
      claims.where(claim -> !claim.waits() && !claim.told).forEach(this::tellSlot);
    } else if (contact == Contact.LOST) {
      fence(nowNanos);
    }
    places.prune(nowNanos);
    if (link != null) {
      link.tick(nowNanos);
    }
  }

  private void observe(long majorityAtNanos, long nowNanos) {
    Contact now = times.contact(nowNanos - majorityAtNanos);
    if (now != contact) {
      contact = now;
      voice.contact(now);
    }
  }

  private void fence(long nowNanos) {
    for (Claim<S> claim : claims.where(claim -> !claim.waits() && !claim.fenced)) {
      if (claim.told) {
        claim.fenced = true;
        voice.tell(claim.holder, new Balancer.Evicted(claim.lease));
      } else {
        giveBack(claim, nowNanos);
      }
    }
  }

  /** Sends what there is to be sent. */
  void flush(boolean acknowledges, long nowNanos) {
    if (link == null) {
      return;
    }
    Optional<Frame<ToPool>> frame = link.next(nowNanos);
    while (frame.isPresent()) {
      send(frame.get());
      frame = link.next(nowNanos);
    }
    if (acknowledges && link.owesAcknowledgement()) {
      send(link.acknowledgement());
    }
  }

  private void send(Frame<ToPool> frame) {
    voice.send(promise.ballot.node(), new Mail.FromNode(pool, promise.ballot, life, frame));
  }
}
