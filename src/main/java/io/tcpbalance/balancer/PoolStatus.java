package io.tcpbalance.balancer;

import java.time.Instant;
import java.util.List;

/**
 * A pool at one moment.
 *
 * @param startedAt when it was started or last reset
 * @param waiting how many clients wait for a slot
 * @param backends fastest first
 */
public record PoolStatus(Instant startedAt, int waiting, List<BackendStatus> backends) {

  public PoolStatus {
    backends = List.copyOf(backends);
  }
}
