package io.tcpbalance.cluster;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Balancer.SessionMessage;
import io.tcpbalance.balancer.Balancer.Slot;
import io.tcpbalance.balancer.LeaseId;
import io.tcpbalance.balancer.RemoteSession;
import io.tcpbalance.cluster.mail.ToNode;
import io.tcpbalance.cluster.mail.ToPool;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * What the sessions of all nodes hold and await of a shared pool: tells the pool's {@link Balancer}
 * of it as a crowd of sessions would, and each member what was decided for its own. Holds no actor,
 * clock or socket. Not thread-safe.
 */
final class PoolLedger {

  private final ActorRef<SessionMessage> self;
  private final Consumer<Balancer.Command> balancer;
  private final Consumer<String> recount;
  private final Claims<PoolMember> claims = new Claims<>();
  private final List<Balancer.Command> afterOpening = new ArrayList<>();
  private boolean open;
  private long lastTicket;
  private long reportedEpoch;

  /**
   * A ledger of nothing.
   *
   * @param self who hears the balancer's decisions
   * @param balancer is told only after {@link #open}
   * @param recount is told why what is held cannot be what was decided
   */
  PoolLedger(
      ActorRef<SessionMessage> self,
      Consumer<Balancer.Command> balancer,
      Consumer<String> recount) {
    this.self = self;
    this.balancer = balancer;
    this.recount = recount;
  }

  /** By numbers that the sessions of all nodes have here. */
  Claims<PoolMember> claims() {
    return claims;
  }

  /** Who has slots, by the numbers of their own nodes; not more than so many. */
  List<RemoteSession> holders(int limit) {
    List<RemoteSession> holders = new ArrayList<>();
    for (Claim<PoolMember> claim : claims.all()) {
      Slot slot = claim.slot;
      if (slot != null && holders.size() < limit) {
        String node = claim.holder.id.toString();
        long session = PoolMember.local(claim.lease.session());
        holders.add(new RemoteSession(node, session, slot.backend(), claim.active));
      }
    }
    return holders;
  }

  /** Tickets up to this one were given by balancers before. */
  void ticketsWereGiven(long last) {
    lastTicket = Math.max(lastTicket, last);
  }

  /** All is known, and the balancer begins. */
  void open(Runnable beginBalancer) {
    claims.where(claim -> claim.waits() && claim.ticket == 0).stream()
        .sorted(Comparator.comparingLong(claim -> claim.arrivedAtNanos))
        .forEach(this::giveTicket);
    open = true;
    beginBalancer.run();
    afterOpening.forEach(balancer);
    afterOpening.clear();
  }

  // What members say.

  /** A new life of its agent will tell again what it has. */
  void begins(PoolMember member) {
    claims.where(c -> c.holder == member).forEach(c -> member.unheard.add(c.lease));
  }

  /** It has, and all else of it is over. */
  void counted(PoolMember member) {
    for (LeaseId lease : member.unheard) {
      remove(lease);
      tell(new Balancer.Withdraw(lease));
    }
  }

  void take(PoolMember member, ToPool item, long nowNanos) {
    if (item instanceof ToPool.Acquire m) {
      acquire(member, m, nowNanos);
    } else if (item instanceof ToPool.Holds m) {
      holds(member, m);
    } else if (item instanceof ToPool.Connected m) {
      connected(member.global(m.lease()));
    } else if (item instanceof ToPool.Release m) {
      LeaseId lease = member.global(m.lease());
      remove(lease);
      tell(new Balancer.Release(lease, m.slot(), m.outcome()));
    } else if (item instanceof ToPool.Withdraw m) {
      LeaseId lease = member.global(m.lease());
      remove(lease);
      tell(new Balancer.Withdraw(lease));
    } else if (item instanceof ToPool.SessionEnded m) {
      long session = member.global(m.session());
      claims.removeAll(session);
      tell(new Balancer.SessionEnded(session));
    } else if (item instanceof ToPool.Blame m) {
      tell(new Balancer.Blame(member.global(m.lease()), m.backend(), m.reason()));
    } else {
      throw new IllegalArgumentException("no such item: " + item);
    }
  }

  /** One that is known is said again by a new life of its agent, which may not know of its slot. */
  private void acquire(PoolMember member, ToPool.Acquire m, long nowNanos) {
    LeaseId lease = member.global(m.lease());
    member.unheard.remove(lease);
    Claim<PoolMember> known = claims.find(lease);
    if (known != null) {
      sayAgain(known);
      return;
    }
    for (Claim<PoolMember> other : List.copyOf(claims.of(lease.session()))) {
      if (other.waits()) {
        withdraw(other);
      }
    }
    Claim<PoolMember> claim =
        new Claim<>(lease, member, m.ticket(), nowNanos - m.agedNanos(), m.wish(), m.client());
    ticketsWereGiven(m.ticket());
    claims.add(claim);
    if (open) {
      giveTicket(claim);
      tell(wishOf(claim));
    }
  }

  private static void sayAgain(Claim<PoolMember> known) {
    LeaseId lease = PoolMember.local(known.lease);
    Slot slot = known.slot;
    if (slot != null) {
      known.holder.offer(new ToNode.Granted(lease, slot, known.ticket));
    } else if (known.ticket > 0) {
      known.holder.offer(new ToNode.Queued(lease, known.ticket));
    }
  }

  private void withdraw(Claim<PoolMember> claim) {
    claims.remove(claim);
    tell(new Balancer.Withdraw(claim.lease));
  }

  private void giveTicket(Claim<PoolMember> claim) {
    if (claim.ticket == 0) {
      claim.ticket = ++lastTicket;
    }
  }

  /** One of which nobody knew is what the generation before it on its machine had. */
  private void holds(PoolMember member, ToPool.Holds m) {
    LeaseId lease = member.global(m.lease());
    member.unheard.remove(lease);
    Claim<PoolMember> known = claims.find(lease);
    if (known != null && m.slot().equals(known.slot)) {
      known.active = m.active();
      return;
    }
    remove(lease);
    claims.add(Claim.holding(lease, member, m.slot(), m.active()));
    if (known == null) {
      tell(new Balancer.Adopt(lease, m.slot(), m.active(), self));
    } else if (open) {
      recount.accept(member.id + " holds another slot than it was given");
    }
  }

  private void connected(LeaseId lease) {
    Claim<PoolMember> claim = claims.find(lease);
    if (claim != null) {
      claim.active = true;
    }
    tell(new Balancer.Connected(lease));
  }

  private void remove(LeaseId lease) {
    Claim<PoolMember> claim = claims.find(lease);
    if (claim != null) {
      claims.remove(claim);
    }
  }

  /** What it says before the balancer has begun is kept for it. */
  private void tell(Balancer.Command command) {
    if (open) {
      balancer.accept(command);
    } else if (command instanceof Balancer.Release || command instanceof Balancer.Blame) {
      afterOpening.add(command);
    }
  }

  // What becomes of members.

  /** Its sessions may hold slots for a while yet; who of them waits gets none. */
  void removed(PoolMember member) {
    claims.where(c -> c.holder == member && c.waits()).forEach(this::withdraw);
  }

  /** Nothing is left of it. */
  void gone(PoolMember member) {
    for (Claim<PoolMember> claim : claims.where(c -> c.holder == member)) {
      claims.remove(claim);
      tell(new Balancer.SessionEnded(claim.lease.session()));
    }
  }

  // What the balancer says.

  /** It begins, or begins anew: it is told what all sessions have. */
  void takeCensus(long epoch) {
    reportedEpoch = epoch;
    Set<Long> sessions = new HashSet<>();
    for (Claim<PoolMember> claim : claims.all()) {
      sessions.add(claim.lease.session());
      Slot slot = claim.slot;
      tell(
          slot == null
              ? new Balancer.Waits(epoch, wishOf(claim))
              : new Balancer.Holds(epoch, claim.lease, slot, claim.active, self));
    }
    tell(new Balancer.Roll(epoch, sessions));
  }

  private Balancer.Acquire wishOf(Claim<PoolMember> claim) {
    return new Balancer.Acquire(
        claim.lease, claim.ticket, claim.arrivedAtNanos, claim.wish, claim.client, self);
  }

  void decided(SessionMessage message) {
    if (message instanceof Balancer.Granted m) {
      granted(claims.find(m.lease()), m);
    } else if (message instanceof Balancer.Refused m) {
      refused(claims.find(m.lease()), m);
    } else if (message instanceof Balancer.Queued m) {
      Claim<PoolMember> claim = claims.find(m.lease());
      if (claim != null) {
        claim.holder.offer(new ToNode.Queued(PoolMember.local(m.lease()), claim.ticket));
      }
    } else if (message instanceof Balancer.Evicted m) {
      tellHolder(m.lease(), new ToNode.Evicted(PoolMember.local(m.lease())));
    } else if (message instanceof Balancer.BackendLost m) {
      tellHolder(m.lease(), new ToNode.BackendLost(PoolMember.local(m.lease()), m.reason()));
    } else {
      throw new IllegalArgumentException("no such decision: " + message);
    }
  }

  private void granted(@Nullable Claim<PoolMember> claim, Balancer.Granted m) {
    if (claim != null && claim.waits() && m.epoch() >= reportedEpoch) {
      claim.slot = m.slot();
      LeaseId lease = PoolMember.local(m.lease());
      claim.holder.offer(new ToNode.Granted(lease, m.slot(), claim.ticket));
    }
  }

  private void refused(@Nullable Claim<PoolMember> claim, Balancer.Refused m) {
    if (claim != null && claim.waits()) {
      claims.remove(claim);
      claim.holder.offer(new ToNode.Refused(PoolMember.local(m.lease()), m.reason()));
    }
  }

  private void tellHolder(LeaseId lease, ToNode news) {
    Claim<PoolMember> claim = claims.find(lease);
    if (claim != null) {
      claim.holder.offer(news);
    }
  }
}
