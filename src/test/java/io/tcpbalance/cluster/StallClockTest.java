package io.tcpbalance.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpbalance.balancer.Stall;
import io.tcpbalance.balancer.StallChanged;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StallClockTest {

  private static final Instant START = Instant.EPOCH;

  private final StallClock clock = new StallClock("farm");

  private Optional<StallChanged> at(int ms, String trouble) {
    Optional<String> reason = trouble.isEmpty() ? Optional.empty() : Optional.of(trouble);
    return clock.observe(reason, START.plusMillis(ms), Duration.ofMillis(ms).toNanos() - 5);
  }

  @Test
  void saysOnceThatThereAreNoSlotsAndOnceThatTheyAreBack() {
    assertEquals(Optional.empty(), at(0, "nobody answers"));
    assertEquals(Optional.empty(), at(999, "nobody answers"));
    assertEquals(
        Optional.of(new StallChanged("farm", false, "nobody answers", START.plusMillis(1000))),
        at(1000, "nobody answers"));
    assertEquals(Optional.empty(), at(1100, "nobody answers"));
    assertEquals(Optional.of(new Stall("nobody answers", START)), clock.stall());

    assertEquals(
        Optional.of(new StallChanged("farm", true, "after 2.5 s", START.plusMillis(2500))),
        at(2500, ""));
    assertEquals(Optional.empty(), at(2600, ""));
    assertEquals(Optional.empty(), clock.stall());
  }

  @Test
  void saysWhatElseKeepsSlotsBack() {
    at(0, "nobody answers");
    at(1000, "nobody answers");

    Optional<StallChanged> other = at(1100, "b counts");

    assertEquals(
        Optional.of(new StallChanged("farm", false, "b counts", START.plusMillis(1100))), other);
    assertEquals(Optional.of(new Stall("b counts", START)), clock.stall());
  }

  @Test
  void saysNothingOfAMoment() {
    at(0, "b counts");
    at(900, "");
    at(950, "b counts");

    assertEquals(Optional.empty(), at(1500, "b counts"));
    assertEquals(Optional.empty(), at(1600, ""));
  }
}
