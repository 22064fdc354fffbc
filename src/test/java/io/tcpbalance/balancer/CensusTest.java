package io.tcpbalance.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class CensusTest {

  private final Census census = new Census();

  @Test
  void isNotCompleteBeforeTheRollIsKnown() {
    census.reported(1);

    assertFalse(census.complete());
    assertEquals(-1, census.missing());
  }

  @Test
  void isCompleteAtOnceWhereThereIsNobody() {
    census.roll(Set.of());

    assertTrue(census.complete());
  }

  @Test
  void isCompleteWhenAllHaveReportedOrEnded() {
    census.roll(Set.of(1L, 2L));
    census.reported(1);
    assertEquals(1, census.missing());

    census.ended(2);

    assertTrue(census.complete());
    assertEquals(0, census.missing());
  }

  @Test
  void countsReportsThatOvertakeTheRoll() {
    census.reported(1);
    census.ended(2);

    census.roll(Set.of(1L, 2L));

    assertTrue(census.complete());
  }

  @Test
  void countsEachSessionOnce() {
    census.roll(Set.of(1L, 2L));

    census.reported(1);
    census.ended(1);

    assertFalse(census.complete());
    assertEquals(1, census.missing());
  }

  @Test
  void laterRollCountsInsteadOfTheEarlier() {
    census.roll(Set.of(1L, 2L));
    census.reported(1);

    census.roll(Set.of(1L, 3L));
    assertFalse(census.complete());
    census.reported(3);

    assertTrue(census.complete());
  }

  @Test
  void remembersWhatWasSaidOfLeasesThatWereNotReportedYet() {
    LeaseId lease = new LeaseId(1, 1);
    Outcome outcome = new Outcome.Unused();

    assertFalse(census.wasConnected(lease));
    assertNull(census.outcomeOf(lease));
    census.connected(lease);
    census.released(lease, outcome);

    assertTrue(census.wasConnected(lease));
    assertEquals(outcome, census.outcomeOf(lease));
    assertNull(census.outcomeOf(new LeaseId(1, 2)));
  }
}
