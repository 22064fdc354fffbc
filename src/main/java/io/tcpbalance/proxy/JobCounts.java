package io.tcpbalance.proxy;

import java.util.Map;

/**
 * What became of a proxy's jobs since it was started.
 *
 * @param finished how many, by how they ended
 * @param replays how often a job went to another host, by reason
 */
public record JobCounts(Map<JobOutcome, Long> finished, Map<ReplayReason, Long> replays) {

  public JobCounts {
    finished = Map.copyOf(finished);
    replays = Map.copyOf(replays);
  }
}
