package io.tcpbalance.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FenceTimesTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 10, 600})
  void severalSignsOfLifeMayBeLostBeforeANodeIsQuiet(int fenceAfterSeconds) {
    FenceTimes times = FenceTimes.of(Duration.ofSeconds(fenceAfterSeconds));

    assertTrue(5 * times.beatNanos() <= times.quietAfterNanos());
    assertTrue(times.quietAfterNanos() < times.fenceAfterNanos());
  }
}
