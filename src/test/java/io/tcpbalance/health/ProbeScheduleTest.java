package io.tcpbalance.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProbeScheduleTest {

  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final long seed = new Random().nextLong();
  private final ProbeSchedule schedule = new ProbeSchedule(INTERVAL, new Random(seed));

  @Test
  void firstProbesAreSpreadOverTheWholeInterval() {
    int[] perSecond = new int[10];
    for (int i = 0; i < 10_000; i++) {
      perSecond[(int) schedule.first().toSeconds()]++;
    }

    for (int count : perSecond) {
      assertTrue(count > 500, () -> "seed " + seed + ": only " + count + " in one second");
    }
  }

  @Test
  void theNextProbeComesAfterTheIntervalGiveOrTakeATenth() {
    Duration least = INTERVAL;
    Duration most = INTERVAL;
    for (int i = 0; i < 10_000; i++) {
      Duration next = schedule.nextAfter(Duration.ZERO);
      least = next.compareTo(least) < 0 ? next : least;
      most = next.compareTo(most) > 0 ? next : most;
    }

    String story = "seed " + seed + ": " + least + " to " + most;
    assertTrue(least.toMillis() >= 9_000 && least.toMillis() < 9_200, story);
    assertTrue(most.toMillis() <= 11_000 && most.toMillis() > 10_800, story);
  }

  @Test
  void theIntervalRunsFromTheStartOfAProbe() {
    assertTrue(schedule.nextAfter(Duration.ofSeconds(8)).compareTo(Duration.ofSeconds(3)) <= 0);
    assertEquals(Duration.ZERO, schedule.nextAfter(Duration.ofSeconds(12)));
  }
}
