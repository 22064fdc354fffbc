package io.tcpbalance.balancer;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A pool at one moment.
 *
 * @param startedAt when it was started or last reset
 * @param waiting how many clients wait for a slot
 * @param backends fastest first
 * @param elsewhere who has slots of it in other daemons, with which it is shared; of very many only
 *     some
 * @param stall why it gives no slots, if it gives none
 */
public record PoolStatus(
    Instant startedAt,
    int waiting,
    List<BackendStatus> backends,
    List<RemoteSession> elsewhere,
    Optional<Stall> stall) {

  /** One that is this daemon's own. */
  public PoolStatus(Instant startedAt, int waiting, List<BackendStatus> backends) {
    this(startedAt, waiting, backends, List.of(), Optional.empty());
  }

  /** One for which nobody waits. */
  public static PoolStatus unused(Roster roster) {
    return new PoolStatus(roster.startedAt(), 0, roster.backends());
  }

  public PoolStatus {
    backends = List.copyOf(backends);
    elsewhere = List.copyOf(elsewhere);
  }
}
