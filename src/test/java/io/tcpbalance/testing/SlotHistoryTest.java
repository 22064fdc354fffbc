package io.tcpbalance.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SlotHistoryTest {

  private static final Map<String, Integer> SLOTS = Map.of("a", 1, "b", 2);

  private final SlotHistory history = new SlotHistory();

  @Test
  void acceptsOneAfterTheOther() {
    history.begins("a", 1);
    history.begins("b", 2);
    history.begins("b", 3);
    history.ends("a", 1);
    history.begins("a", 4);

    assertEquals(List.of(), history.faults(SLOTS));
    assertEquals(4, history.begun());
  }

  @Test
  void findsOneTooMany() {
    history.begins("b", 1);
    history.begins("b", 2);
    history.begins("b", 3);
    history.ends("b", 1);

    List<String> faults = history.faults(SLOTS);

    assertEquals(1, faults.size());
    assertTrue(faults.get(0).startsWith("+3@b is one too many"), faults.toString());
  }

  @Test
  void findsSessionsOfUnknownHosts() {
    history.begins("c", 1);

    assertEquals(1, history.faults(SLOTS).size());
  }

  @Test
  void findsAnEndWithoutABeginning() {
    history.ends("a", 1);

    assertTrue(history.faults(SLOTS).get(0).startsWith("-1@a makes no sense"));
  }
}
