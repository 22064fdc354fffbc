package io.tcpbalance.balancer;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class CensusTest {

  private final Census census = new Census();

  @Test
  void isNotCompleteBeforeTheRollIsKnown() {
    census.heardOf(1);

    assertFalse(census.complete());
  }

  @Test
  void isCompleteAtOnceWhereThereIsNobody() {
    census.roll(Set.of());

    assertTrue(census.complete());
  }

  @Test
  void isCompleteWhenAllHaveReportedOrEnded() {
    census.roll(Set.of(1L, 2L));
    census.heardOf(1);

    census.heardOf(2);

    assertTrue(census.complete());
  }

  @Test
  void countsReportsThatOvertakeTheRoll() {
    census.heardOf(1);
    census.heardOf(2);

    census.roll(Set.of(1L, 2L));

    assertTrue(census.complete());
  }

  @Test
  void countsEachSessionOnce() {
    census.roll(Set.of(1L, 2L));

    census.heardOf(1);
    census.heardOf(1);

    assertFalse(census.complete());
  }

  @Test
  void laterRollCountsInsteadOfTheEarlier() {
    census.roll(Set.of(1L, 2L));
    census.heardOf(1);

    census.roll(Set.of(1L, 3L));
    assertFalse(census.complete());
    census.heardOf(3);

    assertTrue(census.complete());
  }

  /** A look at all of them after each answer would take hours. */
  @Test
  void costsTheSameForEachOfAMillionSessions() {
    census.roll(LongStream.range(0, 1_000_000).boxed().collect(Collectors.toSet()));

    for (long session = 0; session < 1_000_000; session++) {
      assertFalse(census.complete());
      census.heardOf(session);
    }

    assertTrue(census.complete());
  }

  @Test
  void knowsWhichLeasesAreOver() {
    census.over(new LeaseId(1, 1));

    assertTrue(census.isOver(new LeaseId(1, 1)));
    assertFalse(census.isOver(new LeaseId(1, 2)));
  }

  @Test
  void remembersAcceptsOfLeasesThatWereNotReportedYet() {
    LeaseId lease = new LeaseId(1, 1);

    assertFalse(census.wasConnected(lease));
    census.connected(lease);

    assertTrue(census.wasConnected(lease));
    assertFalse(census.wasConnected(new LeaseId(1, 2)));
  }
}
