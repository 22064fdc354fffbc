package io.tcpbalance.cluster;

import io.tcpbalance.cluster.mail.ToPool;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The tickets of a node's sessions. A session that gives a slot back and asks for another stands
 * where it stood; whether it will ask is not known, so its ticket is kept for a while.
 */
final class Places {

  private static final long KEPT_NANOS = Duration.ofSeconds(5).toNanos();

  private record Idle(long session, long sinceNanos) {}

  private static final class Place {
    final long ticket;
    long idleSinceNanos;
    boolean idle;

    Place(long ticket) {
      this.ticket = ticket;
    }
  }

  private final Map<Long, Place> places = new HashMap<>();

  /** Those of before, who may come at any time: never pruned, as it does not grow. */
  private Map<Long, Long> inherited = Map.of();

  private final Deque<Idle> idle = new ArrayDeque<>();
  private long last;

  /** The session's ticket, or 0. */
  long of(long session) {
    Place place = places.get(session);
    return place == null ? inherited.getOrDefault(session, 0L) : place.ticket;
  }

  /** What there is to say of one that waits, with its ticket. */
  ToPool.Acquire wishOf(Claim<?> claim, long nowNanos) {
    return new ToPool.Acquire(
        claim.lease,
        of(claim.lease.session()),
        nowNanos - claim.arrivedAtNanos,
        claim.wish,
        claim.client);
  }

  /** The greatest that was ever given. */
  long last() {
    return last;
  }

  void gave(long session, long ticket) {
    places.put(session, new Place(ticket));
    last = Math.max(last, ticket);
  }

  /** Sessions of the generation before have these, whether and whenever they come. */
  void inherit(Map<Long, Long> tickets) {
    inherited = tickets;
    tickets.values().forEach(ticket -> last = Math.max(last, ticket));
  }

  /** The session has a claim. */
  void uses(long session) {
    Place place = places.get(session);
    if (place != null) {
      place.idle = false;
    } else if (inherited.containsKey(session)) {
      places.put(session, new Place(inherited.get(session)));
    }
  }

  /** The session has no claim for now. */
  void leaves(long session, long nowNanos) {
    Place place = places.get(session);
    if (place != null) {
      place.idle = true;
      place.idleSinceNanos = nowNanos;
      idle.add(new Idle(session, nowNanos));
    }
  }

  /** Those of all sessions that are here. */
  Map<Long, Long> all() {
    return places.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, place -> place.getValue().ticket));
  }

  void forget(long session) {
    places.remove(session);
  }

  void prune(long nowNanos) {
    while (!idle.isEmpty() && nowNanos - idle.element().sinceNanos >= KEPT_NANOS) {
      Idle gone = idle.remove();
      Place place = places.get(gone.session);
      if (place != null && place.idle && place.idleSinceNanos == gone.sinceNanos) {
        places.remove(gone.session);
      }
    }
  }
}
