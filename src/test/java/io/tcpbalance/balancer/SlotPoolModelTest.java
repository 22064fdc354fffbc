package io.tcpbalance.balancer;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random histories. A failure names its seed; {@code -Dtcpbalance.seed=N} lives that history again.
 */
@Timeout(600)
class SlotPoolModelTest {

  private static final int STEPS = 500;

  @Test
  void decidesAsTheNaivePoolDoes() {
    live(100_000);
  }

  @Test
  @Tag("long")
  void decidesAsTheNaivePoolDoesForLong() {
    live(2_000_000);
  }

  private static void live(int steps) {
    long first = Long.getLong("tcpbalance.seed", System.nanoTime());
    for (int i = 0; i < steps / STEPS; i++) {
      episode(first + i);
    }
  }

  private static void episode(long seed) {
    PoolEpisode episode = new PoolEpisode(new Random(seed));
    try {
      episode.steps(STEPS);
      episode.rest();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "-Dtcpbalance.seed=" + seed + " at: " + episode.step() + ": " + e.getMessage(), e);
    }
  }
}
