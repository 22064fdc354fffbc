package io.tcpbalance.health;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ProbeHistoryTest {

  /** {@code +} is a success, {@code -} a failure, of a history with fall 2 and rise 3. */
  @ParameterizedTest
  @CsvSource({
    "'',      false, false",
    "-,       false, false",
    "--,      true,  false",
    "-----,   true,  false",
    "-+-,     false, false",
    "-+--,    true,  false",
    "++,      false, false",
    "+++,     false, true",
    "++++++,  false, true",
    "++-+++,  false, true",
    "++-++,   false, false",
    "+++-,    false, false",
    "--+,     false, false",
  })
  void countsWhatCameInARow(String probes, boolean fallen, boolean risen) {
    ProbeHistory history = new ProbeHistory(2, 3);

    probes.chars().forEach(probe -> record(history, probe == '+'));

    assertEquals(fallen, history.hasFallen());
    assertEquals(risen, history.hasRisen());
  }

  @Test
  void aClearedHistoryBeginsAnew() {
    ProbeHistory history = new ProbeHistory(2, 2);
    record(history, false);

    history.clear();
    record(history, false);

    assertEquals(false, history.hasFallen());
  }

  private static void record(ProbeHistory history, boolean success) {
    if (success) {
      history.succeeded();
    } else {
      history.failed();
    }
  }
}
