package io.tcpbalance.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.config.HealthCheck;
import io.tcpbalance.config.HealthSettings;
import io.tcpbalance.config.TrialSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Without jitter; probes every 2 s, trials every 60 s. */
@Timeout(10)
class TrialPlanTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final HealthSettings SETTINGS =
      new HealthSettings(
          HealthCheck.COMPILE,
          Duration.ofSeconds(2),
          Duration.ofSeconds(2),
          2,
          2,
          Duration.ZERO,
          Duration.ofSeconds(60),
          Duration.ofSeconds(10),
          new TrialSettings(
              Duration.ofSeconds(60), Duration.ofSeconds(30), List.of("gcc", "clang")));

  /** Near the end of the range of long, where sums wrap around. */
  private long now = Long.MAX_VALUE - 10 * SECOND;

  private final TrialPlan plan = new TrialPlan(SETTINGS, () -> Long.MIN_VALUE, now);

  private long secondsUntilDue() {
    long seconds = 0;
    while (!plan.isDue(now)) {
      now += SECOND;
      seconds++;
    }
    return seconds;
  }

  @Test
  void firstTrialsAreSpreadOverTheInterval() {
    assertEquals(30, secondsUntilDue());
  }

  @Test
  void triesEachCompilerInTurn() {
    assertEquals("gcc", plan.begin());
    assertEquals(Optional.of("clang"), plan.next());
    assertEquals(Optional.empty(), plan.next());
    assertEquals("gcc", plan.begin());
  }

  @Test
  void isNotDueWhileATrialGoesOn() {
    plan.hostFailed(now);
    assertTrue(plan.isDue(now));

    plan.begin();

    assertFalse(plan.isDue(now + 600 * SECOND));
  }

  @Test
  void comesOnceAnIntervalWhileAllIsWell() {
    plan.passed(now);
    assertEquals(60, secondsUntilDue());
    plan.notTried(true, now);
    assertEquals(60, secondsUntilDue());
  }

  @Test
  void failedHostIsTriedAtOnceAndThenLessAndLessOften() {
    plan.hostFailed(now);
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      pauses.add(secondsUntilDue());
      plan.begin();
      plan.failed(now);
    }

    assertEquals(List.of(0L, 2L, 4L, 8L, 16L, 32L, 60L), pauses);
  }

  @Test
  void failedHostThatWasBusyIsTriedAgainAtTheNextProbe() {
    plan.begin();
    plan.notTried(false, now);

    assertTrue(plan.isDue(now));
  }
}
