package io.tcpbalance.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Two generations of one process and its limits. */
class MeterTest {

  private final AtomicLong all = new AtomicLong();
  private final Meter before = new Meter(all);
  private final Meter after = new Meter(all);

  @Test
  void whatOneHoldsTheOtherCannotTake() {
    assertTrue(before.tryAdd(70, 100));

    assertFalse(after.tryAdd(31, 100));
    assertTrue(after.tryAdd(30, 100));
    before.add(-70);
    assertTrue(after.tryAdd(70, 100));
    assertEquals(100, after.own());
  }

  @Test
  void whoEndsLeavesNothingBehind() {
    before.add(70);
    after.add(20);

    before.close();
    before.add(-70);
    assertTrue(before.tryAdd(10, 100));

    assertEquals(20, all.get());
  }

  @Test
  void streamsOfBothHaveOneBudget() {
    MemoryBudget old = new MemoryBudget(100, before);
    MemoryBudget young = new MemoryBudget(100, after);

    old.take(100);

    assertTrue(young.exhausted());
    assertEquals(0, young.usedBytes());
    old.give(100);
    assertFalse(young.exhausted());
  }

  @Test
  void requestOfTheNewOverdrawsWhileTheOldHoldsAll() {
    JobMemory old = new JobMemory(100, before, Meter.alone());
    JobMemory young = new JobMemory(100, after, Meter.alone());
    JobMemory.Claim held = new JobMemory.Claim(() -> {});
    JobMemory.Claim first = new JobMemory.Claim(() -> {});
    JobMemory.Claim second = new JobMemory.Claim(() -> {});

    assertTrue(old.claim(held, 100));

    assertTrue(young.claim(first, 50), "progress is guaranteed");
    assertFalse(young.claim(second, 50));
    old.release(held);
    young.release(first);
    assertEquals(50, young.usedBytes());
  }

  @Test
  void clientsOfBothCountInOneLimit() {
    AtomicLong agreed = new AtomicLong(2);
    ConnectionLimit old = ConnectionLimit.ofProcess(before, agreed);
    ConnectionLimit young = ConnectionLimit.ofProcess(after, agreed);

    assertTrue(old.tryEnter());
    assertTrue(young.tryEnter());

    assertFalse(young.tryEnter());
    assertEquals(1, young.clients());
    old.leave();
    assertTrue(young.tryEnter());
  }
}
