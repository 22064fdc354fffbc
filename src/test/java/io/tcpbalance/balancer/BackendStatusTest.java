package io.tcpbalance.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpbalance.config.OperatorState;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class BackendStatusTest {

  @ParameterizedTest
  @CsvSource({
    "UP,    true,  false, up",
    "UP,    false, false, failed",
    "DRAIN, true,  false, draining",
    "DRAIN, false, false, draining",
    "DOWN,  true,  false, down",
    "DOWN,  false, false, down",
    "UP,    true,  true,  draining",
    "UP,    false, true,  draining",
    "DRAIN, true,  true,  draining",
    "DOWN,  true,  true,  draining",
  })
  void saysInOneWordWhatIsWantedAndObserved(
      OperatorState state, boolean healthy, boolean removing, String word) {
    assertEquals(word, Hosts.status("a", 1, state, healthy, removing).status());
  }
}
