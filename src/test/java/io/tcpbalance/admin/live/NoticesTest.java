package io.tcpbalance.admin.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NoticesTest {

  private final Notices notices = new Notices();

  @Test
  void keepsTheLatest() {
    for (int i = 0; i < 2 * Notices.KEPT; i++) {
      assertTrue(notices.add(notice(i)));
      notices.endBurst();
    }

    assertEquals(
        IntStream.range(Notices.KEPT, 2 * Notices.KEPT).mapToObj(NoticesTest::notice).toList(),
        notices.all());
  }

  @Test
  void takesTheBeginningOfABurstAndCountsTheRest() {
    for (int i = 0; i < Notices.MOST_IN_A_BURST; i++) {
      assertTrue(notices.add(notice(i)));
    }

    assertFalse(notices.add(notice(1000)));
    assertFalse(notices.add(notice(1001)));

    assertEquals(Notices.MOST_IN_A_BURST, notices.all().size());
    assertTrue(notices.inBurst());
    assertEquals(2, notices.endBurst());
    assertFalse(notices.inBurst());
    assertTrue(notices.add(notice(1002)));
    assertEquals(0, notices.endBurst());
  }

  @Test
  void whoGoesOnWithThemIsToldWhatIsTakenLater() {
    notices.add(notice(1));
    List<Notice> told = new ArrayList<>();

    assertEquals(List.of(notice(1)), notices.bequeath(told::add));

    notices.add(notice(2));
    notices.keep(notice(3));
    assertEquals(List.of(notice(2)), told);
  }

  private static Notice notice(int number) {
    return new Notice("then", null, null, "health", "number " + number);
  }
}
