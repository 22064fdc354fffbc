package io.tcpbalance.balancer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait, in the order of their tickets. Knows nothing of back-ends.
 *
 * <p>A ticket is given once, on arrival; who comes back with it after a failed connect stands where
 * it stood.
 *
 * @param <C> whom to tell
 */
final class WaitQueue<C> {

  private final TreeMap<Long, SlotRequest<C>> byTicket = new TreeMap<>();
  private final Map<LeaseId, SlotRequest<C>> byLease = new HashMap<>();

  boolean isEmpty() {
    return byTicket.isEmpty();
  }

  int size() {
    return byTicket.size();
  }

  /** Adds it; one of the same session that waits already is replaced. */
  void add(SlotRequest<C> request) {
    SlotRequest<C> before = byTicket.put(request.ticket(), request);
    if (before != null) {
      byLease.remove(before.lease());
    }
    byLease.put(request.lease(), request);
  }

  @Nullable SlotRequest<C> find(LeaseId lease) {
    return byLease.get(lease);
  }

  /** Takes it out, or returns null where it does not wait. */
  @Nullable SlotRequest<C> remove(LeaseId lease) {
    SlotRequest<C> request = byLease.remove(lease);
    if (request != null) {
      byTicket.remove(request.ticket());
    }
    return request;
  }

  @Nullable SlotRequest<C> first() {
    return byTicket.isEmpty() ? null : byTicket.firstEntry().getValue();
  }

  /** In order; not to be changed meanwhile. */
  Collection<SlotRequest<C>> all() {
    return byTicket.values();
  }

  /** Takes out all that match, wherever they stand. */
  List<SlotRequest<C>> removeIf(Predicate<SlotRequest<C>> condition) {
    List<SlotRequest<C>> removed =
        new ArrayList<>(byTicket.values().stream().filter(condition).toList());
    removed.forEach(r -> remove(r.lease()));
    return removed;
  }
}
