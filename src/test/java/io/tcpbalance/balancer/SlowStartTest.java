package io.tcpbalance.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpbalance.config.SlotLimit;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SlowStartTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  /** Near the end of the range of long, where sums wrap around. */
  private static final long START = Long.MAX_VALUE - 5 * SECOND;

  private final SlowStart slowStart = new SlowStart(12 * SECOND);

  @Test
  void hasOneSlotAtFirstAndGrowsLinearlyToAll() {
    Backend backend = backend(4);

    slowStart.begin(backend, START);

    assertEquals(1, backend.slots());
    assertGrowsAt(4, 2, backend);
    assertGrowsAt(8, 3, backend);
    assertGrowsAt(12, 4, backend);
    assertEquals(OptionalLong.empty(), slowStart.nextNanos());
  }

  private void assertGrowsAt(int seconds, int slots, Backend backend) {
    assertEquals(OptionalLong.of(START + seconds * SECOND), slowStart.nextNanos());
    assertEquals(List.of(), slowStart.due(START + seconds * SECOND - 1));
    assertEquals(List.of(backend), slowStart.due(START + seconds * SECOND));
    assertEquals(slots, backend.slots());
  }

  @Test
  void catchesUpWhereItWasNotAskedForLong() {
    Backend backend = backend(4);
    slowStart.begin(backend, START);

    assertEquals(List.of(backend), slowStart.due(START + 9 * SECOND));

    assertEquals(3, backend.slots());
    assertEquals(OptionalLong.of(START + 12 * SECOND), slowStart.nextNanos());
  }

  /** Each moment that it names brings one slot or more, so that nobody is woken in vain. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 7, 1000, 100_000})
  void eachGrowthMomentBringsASlotUntilItHasAll(int max) {
    Backend backend = backend(max);
    SlowStart anHour = new SlowStart(Duration.ofHours(1).toNanos());
    anHour.begin(backend, START);

    int before = 1;
    while (anHour.nextNanos().isPresent()) {
      anHour.due(anHour.nextNanos().getAsLong());
      assertEquals(before + 1, backend.slots());
      before = backend.slots();
    }

    assertEquals(max, before);
  }

  @Test
  void startsNothingSlowlyWhereItIsOff() {
    Backend backend = backend(4);
    SlowStart off = new SlowStart(0);

    off.begin(backend, START);

    assertEquals(4, backend.slots());
    assertEquals(OptionalLong.empty(), off.nextNanos());
  }

  @Test
  void aBackendWithOneSlotHasItAtOnce() {
    Backend backend = backend(1);

    slowStart.begin(backend, START);

    assertEquals(1, backend.slots());
    assertEquals(OptionalLong.empty(), slowStart.nextNanos());
  }

  @Test
  void anEndedStartGrowsNoMore() {
    Backend backend = backend(4);
    slowStart.begin(backend, START);

    slowStart.end(backend);

    assertEquals(4, backend.slots());
    assertEquals(OptionalLong.empty(), slowStart.nextNanos());
    assertEquals(List.of(), slowStart.due(START + 20 * SECOND));
  }

  @Test
  void aSecondStartBeginsAtOneSlotAgain() {
    Backend backend = backend(4);
    slowStart.begin(backend, START);
    slowStart.due(START + 8 * SECOND);

    slowStart.begin(backend, START + 9 * SECOND);

    assertEquals(1, backend.slots());
    assertEquals(OptionalLong.of(START + 13 * SECOND), slowStart.nextNanos());
  }

  @ParameterizedTest
  @CsvSource({"4, 12", "3, 8", "2, 4"})
  void resumesWhereItWas(int slots, int secondsDone) {
    Backend backend = backend(5);
    SlowStart longer = new SlowStart(16 * SECOND);

    longer.resume(backend, slots, START);

    assertEquals(slots, backend.slots());
    assertEquals(OptionalLong.of(START + 4 * SECOND), longer.nextNanos());
    longer.due(START + (16 - secondsDone) * SECOND);
    assertEquals(5, backend.slots());
  }

  @Test
  void followsANewMaximum() {
    Backend backend = backend(4);
    slowStart.begin(backend, START);

    backend.limit = SlotLimit.of(13);
    slowStart.resized(backend);
    assertEquals(OptionalLong.of(START + SECOND), slowStart.nextNanos());
    slowStart.due(START + 6 * SECOND);
    assertEquals(7, backend.slots());
    backend.limit = SlotLimit.of(5);
    slowStart.resized(backend);

    assertEquals(5, backend.slots());
    assertEquals(OptionalLong.empty(), slowStart.nextNanos());
  }

  @Test
  void servesSeveralInTheOrderOfTheirTime() {
    Backend slow = backend(2);
    Backend fast = backend(13);
    slowStart.begin(slow, START);
    slowStart.begin(fast, START);

    assertEquals(OptionalLong.of(START + SECOND), slowStart.nextNanos());
    slowStart.due(START + 11 * SECOND);

    assertEquals(1, slow.slots());
    assertEquals(12, fast.slots());
    assertEquals(OptionalLong.of(START + 12 * SECOND), slowStart.nextNanos());
  }

  private static Backend backend(int maxConnections) {
    return new Backend(Hosts.up("a", maxConnections));
  }
}
