package io.tcpbalance.supervision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.config.SupervisionSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetriesTest {

  private static final Duration WITHIN = Duration.ofSeconds(30);

  private final Retries retries = new Retries(new SupervisionSettings(2, WITHIN));
  private long nowNanos = Long.MAX_VALUE - 5;

  private List<Long> pausesOf(int failures) {
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < failures; i++) {
      Duration pause = retries.failed(nowNanos);
      pauses.add(pause.toSeconds());
      nowNanos += pause.toNanos();
    }
    return pauses;
  }

  @Test
  void pausesForLongerAndLongerBeyondTheLimit() {
    assertEquals(
        List.of(0L, 0L, 10L, 0L, 0L, 20L, 0L, 0L, 40L, 0L, 0L, 60L, 0L, 0L, 60L), pausesOf(15));
  }

  @Test
  void doesNotBeginDuringAPause() {
    assertTrue(retries.mayBegin(nowNanos));
    retries.failed(nowNanos);
    retries.failed(nowNanos);
    assertTrue(retries.mayBegin(nowNanos));

    retries.failed(nowNanos);

    assertFalse(retries.mayBegin(nowNanos + Duration.ofSeconds(10).toNanos() - 1));
    assertTrue(retries.mayBegin(nowNanos + Duration.ofSeconds(10).toNanos()));
  }

  @Test
  void forgetsFailuresThatAreLongAgo() {
    for (int i = 0; i < 10; i++) {
      assertEquals(List.of(0L), pausesOf(1));
      nowNanos += WITHIN.toNanos();
    }
  }

  @Test
  void pausesForAShortTimeAgainAfterACalm() {
    assertEquals(List.of(0L, 0L, 10L, 0L, 0L, 20L), pausesOf(6));

    nowNanos += Duration.ofSeconds(121).toNanos();

    assertEquals(List.of(0L, 0L, 10L), pausesOf(3));
  }
}
