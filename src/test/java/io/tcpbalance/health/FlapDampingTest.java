package io.tcpbalance.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Its unit of time is one nanosecond here; the longest wait is 60. */
@Timeout(60)
class FlapDampingTest {

  private final FlapDamping damping = new FlapDamping(2, 60);

  /** Near the end of the range of long, where sums wrap around. */
  private long now = Long.MAX_VALUE - 500;

  @Test
  void mayComeBackAtOnceAfterItsFirstFailure() {
    damping.failed(now);

    assertEquals(0, damping.waitNanos());
    assertEquals(0, damping.leftNanos(now));
  }

  @Test
  void waitsTwiceAsLongEachTimeItFailsSoonAfterItsReturn() {
    damping.failed(now);
    for (int expected : new int[] {2, 4, 8, 16, 32, 60, 60, 60}) {
      returnAfterTheWaitAndFailAfter(59);

      assertEquals(expected, damping.waitNanos());
    }
  }

  @Test
  void theWaitRunsFromTheFailure() {
    damping.failed(now);
    returnAfterTheWaitAndFailAfter(1);
    returnAfterTheWaitAndFailAfter(1);

    assertEquals(4, damping.leftNanos(now));
    assertEquals(3, damping.leftNanos(now + 1));
    assertEquals(0, damping.leftNanos(now + 4));
    assertEquals(0, damping.leftNanos(now + 400));
  }

  @Test
  void decaysByHalfForEachQuietTime() {
    damping.failed(now);
    for (int i = 0; i < 5; i++) {
      returnAfterTheWaitAndFailAfter(1);
    }
    assertEquals(32, damping.waitNanos());

    returnAfterTheWaitAndFailAfter(60);
    assertEquals(16, damping.waitNanos());
    returnAfterTheWaitAndFailAfter(185);
    assertEquals(2, damping.waitNanos());
    returnAfterTheWaitAndFailAfter(60);
    assertEquals(0, damping.waitNanos());
  }

  @Test
  void forgetsAllAfterAVeryLongQuietTime() {
    damping.failed(now);
    returnAfterTheWaitAndFailAfter(1);
    returnAfterTheWaitAndFailAfter(1);

    returnAfterTheWaitAndFailAfter(60L * 1000);

    assertEquals(0, damping.waitNanos());
  }

  @Test
  void startsAnewWhenItIsForgotten() {
    damping.failed(now);
    returnAfterTheWaitAndFailAfter(1);
    returnAfterTheWaitAndFailAfter(1);

    damping.forget();
    damping.failed(now);
    assertEquals(0, damping.leftNanos(now));
    returnAfterTheWaitAndFailAfter(1);

    assertEquals(2, damping.waitNanos());
  }

  @Test
  void zeroAsTheLongestWaitDampsNothing() {
    FlapDamping off = new FlapDamping(2, 0);

    for (int i = 0; i < 10; i++) {
      off.failed(now);
      assertEquals(0, off.leftNanos(now));
      off.returned(now);
    }
  }

  @Test
  void neverWaitsLongerThanTheLongestWait() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    FlapDamping any = new FlapDamping(1 + random.nextInt(100), 1 + random.nextInt(50));
    for (int i = 0; i < 10_000; i++) {
      any.failed(now);
      assertTrue(any.waitNanos() >= 0 && any.waitNanos() <= 50, () -> "seed " + seed);
      now += any.leftNanos(now);
      any.returned(now);
      now += random.nextInt(200);
    }
  }

  private void returnAfterTheWaitAndFailAfter(long healthyNanos) {
    now += damping.leftNanos(now);
    damping.returned(now);
    now += healthyNanos;
    damping.failed(now);
  }
}
