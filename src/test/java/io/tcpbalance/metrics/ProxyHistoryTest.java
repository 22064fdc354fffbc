package io.tcpbalance.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProxyHistoryTest {

  private static final Instant START = Instant.parse("2026-11-23T07:00:00Z");

  private final ProxyHistory history = new ProxyHistory();
  private final DurationHistogram waits = new DurationHistogram();

  private void look(int second, long jobs, long failures) {
    history.add(seen(second, jobs, failures));
  }

  private ProxyHistory.Look seen(int second, long jobs, long failures) {
    return new ProxyHistory.Look(
        START.plusSeconds(second),
        TimeUnit.SECONDS.toNanos(second),
        jobs,
        failures,
        waits.counts(),
        7,
        3,
        8);
  }

  private List<ProxyHistory.Sample> all() {
    return history.after(Instant.MIN);
  }

  @Test
  void tellsRatesBetweenLooks() {
    look(0, 1_000, 50);
    look(5, 1_012, 51);
    look(15, 1_012, 51);

    assertEquals(
        List.of(
            new ProxyHistory.Sample(START.plusSeconds(5), 2.4, 7, null, null, 3, 8, 0.2),
            new ProxyHistory.Sample(START.plusSeconds(15), 0, 7, null, null, 3, 8, 0)),
        all());
  }

  @Test
  void tellsWaitsThatEndedSinceTheLookBefore() {
    waits.record(Duration.ofMinutes(5).toNanos());
    look(0, 0, 0);
    for (int i = 0; i < 98; i++) {
      waits.record(Duration.ofMillis(10).toNanos());
    }
    waits.record(Duration.ofSeconds(2).toNanos());
    waits.record(Duration.ofSeconds(2).toNanos());
    look(5, 0, 0);
    look(10, 0, 0);

    ProxyHistory.Sample busy = all().get(0);
    assertNotNull(busy.waitP50Ms());
    assertNotNull(busy.waitP99Ms());
    assertEquals(10, busy.waitP50Ms(), 0.7);
    assertEquals(2_000, busy.waitP99Ms(), 200);
    assertNull(all().get(1).waitP50Ms());
    assertNull(all().get(1).waitP99Ms());
  }

  @Test
  void goesOnWhereAnotherEnded() {
    for (int i = 0; i <= ProxyHistory.LENGTH; i++) {
      look(5 * i, 1_000_000 + i, 0);
    }
    List<ProxyHistory.Sample> before = all();
    ProxyHistory next = new ProxyHistory(before);

    next.add(seen(5_000, 999_999, 0));
    assertEquals(before, next.after(Instant.MIN), "nobody knows what was between");
    next.add(seen(5_005, 1_000_004, 0));

    List<ProxyHistory.Sample> after = next.after(Instant.MIN);
    assertEquals(ProxyHistory.LENGTH, after.size());
    assertEquals(before.subList(1, before.size()), after.subList(0, after.size() - 1));
    assertEquals(1, after.get(after.size() - 1).jobsPerSecond());
  }

  @Test
  void takesNoMoreOverThanItKeeps() {
    ProxyHistory.Sample old = new ProxyHistory.Sample(START, 0, 0, null, null, 0, 0, 0);
    ProxyHistory.Sample young =
        new ProxyHistory.Sample(START.plusSeconds(1), 0, 0, null, null, 0, 0, 0);
    List<ProxyHistory.Sample> many = new ArrayList<>(Collections.nCopies(100, old));
    many.addAll(Collections.nCopies(ProxyHistory.LENGTH, young));

    assertEquals(many.subList(100, many.size()), new ProxyHistory(many).after(Instant.MIN));
  }

  @Test
  void forgetsWhatIsOlderThanHalfAnHour() {
    for (int i = 0; i <= 400; i++) {
      look(5 * i, i, 0);
    }

    assertEquals(ProxyHistory.LENGTH, all().size());
    assertEquals(START.plusSeconds(5 * 41), all().get(0).at());
    assertEquals(START.plusSeconds(5 * 400), all().get(ProxyHistory.LENGTH - 1).at());
  }

  @Test
  void givesOnlyWhatIsNewerThanWhatIsKnown() {
    for (int i = 0; i <= 4; i++) {
      look(5 * i, i, 0);
    }

    assertEquals(
        List.of(START.plusSeconds(15), START.plusSeconds(20)),
        history.after(START.plusSeconds(10)).stream().map(ProxyHistory.Sample::at).toList());
    assertEquals(List.of(), history.after(START.plusSeconds(20)));
  }

  @Test
  void takesCountsThatBecameLessForThoseOfANewProxy() {
    look(0, 1_000, 40);
    look(5, 10, 5);

    assertEquals(2, all().get(0).jobsPerSecond());
    assertEquals(1, all().get(0).failuresPerSecond());
  }
}
