package io.tcpbalance.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.config.HealthCheck;
import io.tcpbalance.config.HealthSettings;
import io.tcpbalance.health.Judge.Verdict;
import io.tcpbalance.testing.TestSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JudgeTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final HealthSettings SETTINGS =
      new HealthSettings(
          HealthCheck.CONNECT,
          Duration.ofSeconds(2),
          Duration.ofSeconds(2),
          2,
          2,
          Duration.ZERO,
          Duration.ofSeconds(60),
          Duration.ofSeconds(10),
          TestSettings.TRIALS);

  private final Judge judge = new Judge(SETTINGS, true);
  private long now;

  @Test
  void failsAHealthyBackendAfterFallProbes() {
    assertFalse(judge.probeFailed());
    assertTrue(judge.probeFailed());
  }

  @Test
  void repeatsItselfUntilItIsHeard() {
    judge.probeFailed();
    judge.probeFailed();

    assertTrue(judge.probeFailed());
    judge.becomes(false, now);

    assertFalse(judge.probeFailed());
  }

  @Test
  void bringsAFailedBackendBackAfterRiseProbes() {
    judge.becomes(false, now);

    assertEquals(Verdict.NO_NEWS, judge.probeSucceeded(now));
    assertEquals(Verdict.SHOULD_BE_HEALTHY, judge.probeSucceeded(now));
    judge.becomes(true, now);

    assertEquals(Verdict.NO_NEWS, judge.probeSucceeded(now));
  }

  @Test
  void whatWentWellBeforeItFailedDoesNotBringItBack() {
    judge.probeSucceeded(now);
    judge.probeSucceeded(now);

    judge.becomes(false, now);

    assertEquals(Verdict.NO_NEWS, judge.probeSucceeded(now));
  }

  @Test
  void hearingWhatItKnowsChangesNothing() {
    judge.probeFailed();

    judge.becomes(true, now);

    assertTrue(judge.probeFailed());
  }

  @Test
  void oneThatFlapsHasToWaitWhichIsToldOnce() {
    flap(2);
    assertEquals(4 * SECOND, judge.waitNanos());

    assertEquals(Verdict.NO_NEWS, judge.probeSucceeded(now));
    now += SECOND;
    assertEquals(Verdict.HAS_TO_WAIT, judge.probeSucceeded(now));
    assertEquals(3 * SECOND, judge.leftNanos(now));
    now += SECOND;
    assertEquals(Verdict.NO_NEWS, judge.probeSucceeded(now));
    now += 2 * SECOND;

    assertEquals(Verdict.SHOULD_BE_HEALTHY, judge.probeSucceeded(now));
  }

  @Test
  void aFailureWhileItWaitsCostsItsRise() {
    flap(2);
    judge.probeSucceeded(now);
    judge.probeSucceeded(now);

    judge.probeFailed();
    now += 10 * SECOND;

    assertEquals(Verdict.NO_NEWS, judge.probeSucceeded(now));
    assertEquals(Verdict.SHOULD_BE_HEALTHY, judge.probeSucceeded(now));
  }

  @Test
  void anOperatorsWordEndsTheWaitAndForgetsTheFlapping() {
    flap(3);

    judge.becomes(true, now);
    judge.becomes(false, now);

    assertEquals(0, judge.waitNanos());
  }

  /** Fails, comes back by its probes, and fails again, so often. */
  private void flap(int times) {
    judge.becomes(false, now);
    for (int i = 0; i < times; i++) {
      now += judge.leftNanos(now);
      judge.probeSucceeded(now);
      assertEquals(Verdict.SHOULD_BE_HEALTHY, judge.probeSucceeded(now));
      judge.becomes(true, now);
      now += SECOND;
      judge.becomes(false, now);
    }
  }
}
