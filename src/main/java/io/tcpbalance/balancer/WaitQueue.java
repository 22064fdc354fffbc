package io.tcpbalance.balancer;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
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
  private final Map<Long, SlotRequest<C>> bySession = new HashMap<>();

  boolean isEmpty() {
    return byTicket.isEmpty();
  }

  int size() {
    return byTicket.size();
  }

  /** Adds it; one of the same session that waits already is replaced. */
  void add(SlotRequest<C> request) {
    SlotRequest<C> before = bySession.put(request.lease().session(), request);
    if (before != null) {
      byTicket.remove(before.ticket());
    }
    byTicket.put(request.ticket(), request);
  }

  @Nullable SlotRequest<C> find(LeaseId lease) {
    SlotRequest<C> request = bySession.get(lease.session());
    return request != null && request.lease().equals(lease) ? request : null;
  }

  /** Takes it out, or returns null where it does not wait. */
  @Nullable SlotRequest<C> remove(LeaseId lease) {
    SlotRequest<C> request = find(lease);
    if (request != null) {
      removeSession(lease.session());
    }
    return request;
  }

  /** Takes out whatever the session waits for. */
  void removeSession(long session) {
    SlotRequest<C> request = bySession.remove(session);
    if (request != null) {
      byTicket.remove(request.ticket());
    }
  }

  @Nullable SlotRequest<C> first() {
    return byTicket.isEmpty() ? null : byTicket.firstEntry().getValue();
  }

  /** In order; not to be changed meanwhile. */
  Collection<SlotRequest<C>> all() {
    return byTicket.values();
  }
}
