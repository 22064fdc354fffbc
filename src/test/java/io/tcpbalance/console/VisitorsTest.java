package io.tcpbalance.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

class VisitorsTest {

  private final Visitors<String> visitors = new Visitors<>(3);

  @Test
  void sendsTheFirstStrangerAwayWhenThereAreTooMany() {
    assertNull(visitors.enter("a"));
    assertNull(visitors.enter("b"));
    assertNull(visitors.enter("c"));

    assertEquals("a", visitors.enter("d"));
    assertEquals("b", visitors.enter("e"));
  }

  @Test
  void keepsWhoUsesItBeforeAnyStranger() {
    visitors.enter("operator");
    visitors.active("operator");
    visitors.enter("b");
    visitors.enter("c");

    assertEquals("b", visitors.enter("d"));
    assertEquals("c", visitors.enter("e"));
  }

  @Test
  void sendsWhoIsSilentLongestAwayWhenAllUseIt() {
    for (String guest : List.of("a", "b", "c")) {
      visitors.enter(guest);
      visitors.active(guest);
    }
    visitors.active("a");

    assertEquals("b", visitors.enter("d"));
  }

  @Test
  void countsNobodyWhoHasLeft() {
    visitors.enter("a");
    visitors.enter("b");
    visitors.enter("c");
    visitors.leave("b");

    assertNull(visitors.enter("d"));
    visitors.active("b");
    assertEquals(List.of("a", "c", "d"), visitors.all());
  }
}
