package io.tcpbalance.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ProcStatTest {
  private static final String AFTER_COMMAND =
      " S 1 4711 4711 0 -1 4194560 900 0 0 0 1234 567 89 10 20 0 9 0 4242 1000 200";

  @Test
  void readsUserAndSystemTimeOfTheProcessButNotOfEndedChildren() {
    ProcStat stat = ProcStat.parse("4711 (haproxy)" + AFTER_COMMAND);

    assertEquals(new ProcStat(1234, 567), stat);
    assertEquals(18_010_000, stat.cpuUs());
  }

  @Test
  void isNotMisledByBlanksAndParenthesesInTheCommand() {
    ProcStat stat = ProcStat.parse("4711 (nginx: a) S 1 (b)" + AFTER_COMMAND + "\n");

    assertEquals(new ProcStat(1234, 567), stat);
  }

  @Test
  void rejectsWhatIsNoStatLine() {
    assertThrows(IllegalArgumentException.class, () -> ProcStat.parse(""));
    assertThrows(IllegalArgumentException.class, () -> ProcStat.parse("1 (init) S 0 1"));
  }

  @Test
  void seesThisProcessUseTheProcessor() {
    ProcessHandle self = ProcessHandle.current();
    long beforeUs = ProcStat.cpuUsOfTree(self);

    while (ProcStat.cpuUsOfTree(self) < beforeUs + 2 * ProcStat.US_PER_TICK) {
      Thread.onSpinWait();
    }

    assertTrue(ProcStat.cpuUsOfTree(self) > beforeUs);
  }
}
