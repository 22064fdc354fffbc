package io.tcpbalance.upgrade;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is played before the hand-over. */
@Timeout(60)
class RehearsalTest {

  @Test
  void isPlayedToItsEndAndLeavesNothingBehind() throws Exception {
    try (TestGeneration generation = new TestGeneration("listen.port = 0, backends = []")) {
      int rounds = generation.rehearse();

      assertTrue(rounds > 0, "rounds: " + rounds);
    }
  }
}
