package io.tcpbalance.balancer;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * For a balancer, and for what stands for one: tells when a new life of it knows what all sessions
 * hold, and remembers what was said of leases that were not reported yet. A plain class.
 */
public final class Census {

  private final Set<Long> heardOf = new HashSet<>();
  private final Set<LeaseId> connected = new HashSet<>();
  private final Set<LeaseId> over = new HashSet<>();
  private final Set<Long> arriving = new HashSet<>();
  private @Nullable Set<Long> missing;

  /** Who there is. A later roll, of a restarted sessions actor, counts instead of the earlier. */
  public void roll(Set<Long> sessions) {
    missing = new HashSet<>(sessions);
    missing.removeAll(heardOf);
  }

  /** Who waits elsewhere and is to come; to be called before {@link #roll}. */
  public void expect(Set<Long> sessions) {
    arriving.addAll(sessions);
  }

  /** The session has told what it holds, or has ended. */
  public void heardOf(long session) {
    heardOf.add(session);
    if (missing != null) {
      missing.remove(session);
    }
  }

  /** The session wishes for a slot; of one that is to arrive that tells all. */
  public void hasAsked(long session) {
    if (arriving.contains(session)) {
      heardOf(session);
    }
  }

  /** A fact that may overtake the report of its lease. */
  public void connected(LeaseId lease) {
    connected.add(lease);
  }

  /** The lease is released; a report of it, sent before, is old news. */
  public void over(LeaseId lease) {
    over.add(lease);
  }

  public boolean isOver(LeaseId lease) {
    return over.contains(lease);
  }

  public boolean wasConnected(LeaseId lease) {
    return connected.contains(lease);
  }

  /** Asked after each answer, so it must not look at all of them. */
  public boolean complete() {
    return missing != null && missing.isEmpty();
  }
}
