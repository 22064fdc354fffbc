package io.tcpbalance.balancer;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells when a new life of the balancer knows what all sessions hold, and remembers what was said
 * of leases that were not reported yet. A plain class.
 */
final class Census {

  private final Set<Long> reported = new HashSet<>();
  private final Set<Long> ended = new HashSet<>();
  private final Set<LeaseId> connected = new HashSet<>();
  private final Map<LeaseId, Outcome> released = new HashMap<>();
  private final Set<LeaseId> over = new HashSet<>();
  private @Nullable Set<Long> expected;

  /** Who there is. A later roll, of a restarted sessions actor, counts instead of the earlier. */
  void roll(Set<Long> sessions) {
    expected = sessions;
  }

  void reported(long session) {
    reported.add(session);
  }

  void ended(long session) {
    ended.add(session);
  }

  /** A fact that may overtake the report of its lease. */
  void connected(LeaseId lease) {
    connected.add(lease);
  }

  /** A fact that may overtake the report of its lease. */
  void released(LeaseId lease, Outcome outcome) {
    released.put(lease, outcome);
  }

  /** The lease is reported and released; another report of it, sent before, is old news. */
  void over(LeaseId lease) {
    over.add(lease);
  }

  boolean isOver(LeaseId lease) {
    return over.contains(lease);
  }

  boolean wasConnected(LeaseId lease) {
    return connected.contains(lease);
  }

  /** How the lease ended before it was reported, or null where it did not. */
  @Nullable Outcome outcomeOf(LeaseId lease) {
    return released.get(lease);
  }

  boolean complete() {
    return expected != null
        && expected.stream().allMatch(id -> reported.contains(id) || ended.contains(id));
  }

  int missing() {
    return expected == null
        ? -1
        : (int)
            expected.stream().filter(id -> !reported.contains(id) && !ended.contains(id)).count();
  }
}
