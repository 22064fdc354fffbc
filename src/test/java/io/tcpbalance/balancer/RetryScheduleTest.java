package io.tcpbalance.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class RetryScheduleTest {

  private final RetrySchedule schedule = new RetrySchedule(100);
  private final Backend a = new Backend(Hosts.failed("a", 1));
  private final Backend b = new Backend(Hosts.failed("b", 1));

  @Test
  void hasNothingToDoAtFirst() {
    assertEquals(OptionalLong.empty(), schedule.nextNanos());
    assertEquals(List.of(), schedule.due(Long.MAX_VALUE));
  }

  @Test
  void comesDueAfterTheDelayAndNotBefore() {
    schedule.failed(a, 1000);

    assertEquals(OptionalLong.of(1100), schedule.nextNanos());
    assertEquals(List.of(), schedule.due(1099));
    assertFalse(a.retryDue);
    assertEquals(List.of(a), schedule.due(1100));
    assertTrue(a.retryDue);
    assertEquals(OptionalLong.empty(), schedule.nextNanos());
  }

  @Test
  void comesDueOnceOnly() {
    schedule.failed(a, 1000);

    schedule.due(1100);

    assertEquals(List.of(), schedule.due(2000));
  }

  @Test
  void beginsAnewWithEachFailure() {
    schedule.failed(a, 1000);
    schedule.failed(a, 1050);

    assertEquals(List.of(), schedule.due(1100));
    assertEquals(OptionalLong.of(1150), schedule.nextNanos());
    assertEquals(List.of(a), schedule.due(1150));
  }

  @Test
  void isLeftAloneAgainAfterATrialThatFailed() {
    schedule.failed(a, 1000);
    schedule.due(1100);

    schedule.failed(a, 1200);

    assertFalse(a.retryDue);
    assertEquals(OptionalLong.of(1300), schedule.nextNanos());
  }

  @Test
  void forgetsOneThatBecameHealthy() {
    schedule.failed(a, 1000);
    schedule.failed(b, 1001);

    a.healthy = true;

    assertEquals(OptionalLong.of(1101), schedule.nextNanos());
    assertEquals(List.of(b), schedule.due(5000));
    assertFalse(a.retryDue);
  }

  @Test
  void forgetsOneThatIsBeingRemoved() {
    schedule.failed(a, 1000);

    a.removing = true;

    assertEquals(OptionalLong.empty(), schedule.nextNanos());
    assertEquals(List.of(), schedule.due(1100));
  }

  @Test
  void ignoresAnOldFailureOfOneThatWasHealthyInBetween() {
    schedule.failed(a, 1000);
    a.healthy = true;
    a.healthy = false;
    schedule.failed(a, 1090);

    assertEquals(List.of(), schedule.due(1100));
    assertEquals(List.of(a), schedule.due(1190));
  }

  @Test
  void allThatAreDueComeInTheOrderOfFailing() {
    schedule.failed(b, 1000);
    schedule.failed(a, 1001);

    assertEquals(List.of(b, a), schedule.due(1101));
  }

  @Test
  void worksWhereTheClockWrapsAround() {
    schedule.failed(a, Long.MAX_VALUE - 10);

    assertEquals(List.of(), schedule.due(Long.MAX_VALUE));
    assertEquals(List.of(a), schedule.due(Long.MIN_VALUE + 89));
  }
}
