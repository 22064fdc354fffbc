package io.tcpbalance.admin.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class CrowdTest {

  private final Crowd<String> crowd = new Crowd<>(3);

  @Test
  void theLongestIdleHasToGo() {
    enterAll("a", "b", "c");
    crowd.busy("a");
    crowd.idle("a");

    assertEquals("b", crowd.enter("d"));
    assertEquals("c", crowd.enter("e"));
    assertEquals("a", crowd.enter("f"));
    assertEquals(3, crowd.size());
  }

  @Test
  void nobodyIsClosedInTheMiddleOfARequest() {
    enterAll("a", "b", "c");
    crowd.busy("a");
    crowd.busy("b");
    crowd.busy("c");

    assertNull(crowd.enter("d"));
    crowd.idle("c");
    assertEquals("d", crowd.enter("e"));
  }

  @Test
  void whoHadToGoIsCountedNoMoreWhateverItStillDoes() {
    enterAll("a", "b", "c");
    assertEquals("a", crowd.enter("d"));

    crowd.busy("a");
    crowd.idle("a");
    crowd.leave("a");

    assertEquals(3, crowd.size());
  }

  @Test
  void whoLeavesMakesRoom() {
    enterAll("a", "b", "c");
    crowd.busy("b");
    crowd.leave("b");
    crowd.leave("c");

    enterAll("d", "e");
    assertEquals(3, crowd.size());
  }

  private void enterAll(String... connections) {
    for (String connection : connections) {
      assertNull(crowd.enter(connection));
    }
  }
}
