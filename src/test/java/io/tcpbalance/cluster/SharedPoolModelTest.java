package io.tcpbalance.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Nodes crash, stand still, are cut off, leave and come back, the shared balancer moves, its actors
 * and agents restart: no host ever has too many sessions, tickets are served in order, and
 * everybody is served in the end.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SharedPoolModelTest {

  private static final int EPISODES = Integer.getInteger("tcpbalance.episodes", 20);
  private static final long FIRST_SEED = Long.getLong("tcpbalance.seed", 1);

  @Test
  void neverExceedsSlotsWhateverHappensToNodes() {
    long served = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + EPISODES; seed++) {
      ModelCluster cluster = new ModelCluster(seed, List.of(3, 3, 5, 2, 1).get((int) seed % 5));
      try {
        cluster.run(Duration.ofSeconds(90));
        cluster.calmDown();
        cluster.run(Duration.ofMinutes(2));
        assertEquals(List.of(), cluster.unrest(), "unrest at the end");
        served += cluster.farm.served();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e + "\n" + cluster.notes(), e);
      }
    }
    assertTrue(served > EPISODES * 100L, "only " + served + " sessions were served");
  }
}
