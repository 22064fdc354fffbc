package io.tcpbalance.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class JobMemoryTest {

  private final JobMemory memory = new JobMemory(1000);
  private final List<String> granted = new ArrayList<>();

  private JobMemory.Claim claim(String name) {
    return new JobMemory.Claim(() -> granted.add(name));
  }

  @Test
  void grantsWhatFits() {
    JobMemory.Claim a = claim("a");

    assertTrue(memory.claim(a, 400));
    assertTrue(memory.claim(a, 1000));
    assertTrue(memory.claim(a, 500), "less than it holds");

    assertEquals(1000, memory.usedBytes());
    memory.release(a);
    assertEquals(0, memory.usedBytes());
  }

  @Test
  void letsOneOverdrawAndTheOthersWaitInOrder() {
    JobMemory.Claim a = claim("a");
    JobMemory.Claim b = claim("b");
    JobMemory.Claim c = claim("c");
    JobMemory.Claim d = claim("d");
    assertTrue(memory.claim(a, 900));

    assertTrue(memory.claim(b, 5000), "the first beyond the budget");
    assertFalse(memory.claim(c, 500));
    assertFalse(memory.claim(d, 1), "would fit, but others wait already");
    assertTrue(memory.claim(b, 6000), "who overdraws may go on");

    assertEquals(2, memory.waiting());
    memory.release(b);
    assertEquals(List.of("c"), granted, "one overdraws again");
    memory.release(c);
    assertEquals(List.of("c", "d"), granted);
    assertEquals(0, memory.waiting());
  }

  @Test
  void letsNobodyWaitForOneThatIsGone() {
    JobMemory.Claim a = claim("a");
    JobMemory.Claim b = claim("b");
    JobMemory.Claim c = claim("c");
    JobMemory.Claim d = claim("d");
    assertTrue(memory.claim(a, 900));
    assertTrue(memory.claim(b, 900));
    assertFalse(memory.claim(c, 900));
    assertFalse(memory.claim(d, 50));

    memory.release(c);

    assertEquals(List.of(), granted);
    memory.release(b);
    assertEquals(List.of("d"), granted);
    memory.release(d);
    memory.release(a);
    memory.release(a);
    assertEquals(0, memory.usedBytes());
  }

  @Test
  void keepsAReserveForAnswers() {
    JobMemory.Claim a = claim("a");
    assertTrue(memory.claim(a, 5000));

    assertTrue(memory.tryTakeForAnswer(250));
    assertFalse(memory.tryTakeForAnswer(1));
    memory.giveFromAnswer(250);

    assertEquals(0, memory.answersUsedBytes());
  }

  /** However claims grow and end, everybody gets what it wants in the end, and little too much. */
  @RepeatedTest(200)
  void alwaysMakesProgress(RepetitionInfo repetition) {
    long seed = repetition.getCurrentRepetition();
    Random random = new Random(seed);
    int largest = 1 + random.nextInt(2000);
    List<Life> growing = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      growing.add(new Life(1 + random.nextInt(largest)));
    }
    List<Life> whole = new ArrayList<>();
    int steps = 0;
    while (!growing.isEmpty() || !whole.isEmpty()) {
      assertTrue(steps++ < 100_000, () -> "no progress, seed " + seed);
      assertTrue(memory.usedBytes() <= 1000 + largest, () -> "overdrawn twice, seed " + seed);
      List<Life> able = growing.stream().filter(life -> !life.waits).toList();
      boolean ends = able.isEmpty() || (!whole.isEmpty() && random.nextInt(4) == 0);
      if (ends) {
        assertFalse(whole.isEmpty(), () -> "all wait for each other, seed " + seed);
        memory.release(whole.remove(random.nextInt(whole.size())).claim);
      } else {
        Life life = able.get(random.nextInt(able.size()));
        if (life.grow(random)) {
          growing.remove(life);
          whole.add(life);
        }
      }
    }
    assertEquals(0, memory.usedBytes());
    assertEquals(0, memory.waiting());
  }

  /** A request that grows piece by piece. */
  private final class Life {
    final int size;
    final JobMemory.Claim claim = new JobMemory.Claim(this::onGranted);
    int wanted;
    int held;
    boolean waits;

    Life(int size) {
      this.size = size;
    }

    private void onGranted() {
      waits = false;
      held = wanted;
    }

    /** Returns whether it is whole. */
    boolean grow(Random random) {
      wanted = Math.max(wanted, Math.min(size, held + 1 + random.nextInt(size)));
      if (memory.claim(claim, wanted)) {
        held = wanted;
      } else {
        waits = true;
      }
      return !waits && held == size;
    }
  }
}
