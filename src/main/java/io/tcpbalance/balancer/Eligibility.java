package io.tcpbalance.balancer;

import java.util.List;
import java.util.Set;

/**
 * Which back-ends may be used for a wish. Those who wait with equal ones may use the same back-ends
 * at any time, so only the first of them need be looked at.
 *
 * @param toolsets those that have the compiler, in the order of the table; none means that nobody
 *     has it
 * @param exclude see {@link Wish}
 */
record Eligibility(List<Toolset> toolsets, Set<String> exclude) {

  boolean includes(Backend backend) {
    return toolsets.contains(backend.toolset);
  }

  int healthy() {
    int healthy = 0;
    for (Toolset toolset : toolsets) {
      healthy += toolset.healthy();
    }
    return healthy;
  }
}
