package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Balancer.HeldSlot;
import io.tcpbalance.balancer.LeaseId;
import io.tcpbalance.balancer.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What sessions of the generation before have of this proxy's slots, and who of them is to come; a
 * census finds both here. Outlives all lives of the proxy's actors. Any thread may look; what is
 * learnt of it is told by one at a time.
 */
public final class Legacy {

  /** How the sessions of the generation before are told what concerns them. */
  public interface Ancestor {
    /** See {@link Balancer.Evicted}. */
    void evict(LeaseId lease);

    /** See {@link Balancer.BackendLost}. */
    void lose(LeaseId lease, String reason);
  }

  private static final Ancestor NOBODY =
      new Ancestor() {
        @Override
        public void evict(LeaseId lease) {}

        @Override
        public void lose(LeaseId lease, String reason) {}
      };

  private final long lastSession;
  private final Map<LeaseId, HeldSlot> leases = new ConcurrentHashMap<>();
  private final Set<Long> arriving = ConcurrentHashMap.newKeySet();
  private final Map<Long, Long> farmTickets;
  private final Ancestor ancestor;

  private Legacy(long lastSession, Map<Long, Long> farmTickets, Ancestor ancestor) {
    this.lastSession = lastSession;
    this.farmTickets = farmTickets;
    this.ancestor = ancestor;
  }

  /** Nothing. */
  static Legacy none() {
    return new Legacy(0, Map.of(), NOBODY);
  }

  static Legacy of(Bequest bequest, Ancestor ancestor) {
    Legacy legacy = new Legacy(bequest.lastSession(), bequest.farmTickets(), ancestor);
    bequest.leases().forEach(held -> legacy.leases.put(held.lease(), held));
    legacy.arriving.addAll(bequest.waiting());
    return legacy;
  }

  /** Whether there was no generation before. */
  boolean isNone() {
    return ancestor == NOBODY;
  }

  /** The highest number that is taken; of sessions, and of places in the queue. */
  long lastSession() {
    return lastSession;
  }

  Ancestor ancestor() {
    return ancestor;
  }

  /** At this moment. */
  List<HeldSlot> leases() {
    return List.copyOf(leases.values());
  }

  /** Who waits there and has not come yet. */
  Set<Long> arriving() {
    return Set.copyOf(arriving);
  }

  /** The places of sessions there in a queue of several nodes, as they were at the hand-over. */
  Map<Long, Long> farmTickets() {
    return farmTickets;
  }

  /** It has come. */
  void arrived(long session) {
    arriving.remove(session);
  }

  /**
   * Takes what the generation before tells.
   *
   * @param passedOn who has come, though it may not have {@link #arrived} yet
   * @return what the balancer is to be told; null: nothing
   */
  Balancer.@Nullable LeaseFact learn(Balancer.LeaseFact fact, Set<Long> passedOn) {
    if (fact instanceof Balancer.Connected m) {
      leases.computeIfPresent(m.lease(), (id, held) -> new HeldSlot(id, held.slot(), true));
    } else if (fact instanceof Balancer.Release m) {
      leases.remove(m.lease());
    } else if (fact instanceof Balancer.Withdraw m && leases.remove(m.lease()) == null) {
      return end(m.lease().session(), passedOn);
    } else if (fact instanceof Balancer.SessionEnded m) {
      return end(m.session(), passedOn);
    }
    return fact;
  }

  /** One who has come has a session of that number here, which is not meant. */
  private Balancer.@Nullable LeaseFact end(long session, Set<Long> passedOn) {
    if (!passedOn.contains(session) && arriving.remove(session)) {
      return new Balancer.SessionEnded(session);
    }
    for (HeldSlot held : leases.values()) {
      if (held.lease().session() == session) {
        leases.remove(held.lease());
        return new Balancer.Release(held.lease(), held.slot(), new Outcome.Unused());
      }
    }
    return null;
  }
}
