package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpbalance.config.WatchdogSettings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The watchdog's turns, one by one. */
class WatchdogTest {

  private static final WatchdogSettings SETTINGS =
      new WatchdogSettings(Duration.ofSeconds(2), Duration.ofSeconds(4));

  private final AtomicInteger ends = new AtomicInteger();
  private final Deque<Runnable> tasks = new ArrayDeque<>();

  @Test
  void leavesThoseAloneThatGetToTheirTasks() {
    Watchdog watchdog =
        new Watchdog(SETTINGS, Map.of("good", Runnable::run), ends::incrementAndGet);

    turn(watchdog, 100);

    assertEquals(0, ends.get());
  }

  @Test
  void endsTheProcessWhenOneStandsStill() {
    Watchdog watchdog =
        new Watchdog(
            SETTINGS, Map.of("good", Runnable::run, "stuck", tasks::add), ends::incrementAndGet);

    turn(watchdog, 1 + 3);
    assertEquals(0, ends.get());
    turn(watchdog, 1);

    assertEquals(1, ends.get());
  }

  @Test
  void forgivesOneThatWasSlow() {
    Watchdog watchdog = new Watchdog(SETTINGS, Map.of("slow", tasks::add), ends::incrementAndGet);

    for (int i = 0; i < 10; i++) {
      turn(watchdog, 1 + 3);
      tasks.remove().run();
    }

    assertEquals(0, ends.get());
  }

  @Test
  void keepsOneTaskAtMostWaiting() {
    Watchdog watchdog = new Watchdog(SETTINGS, Map.of("stuck", tasks::add), ends::incrementAndGet);

    turn(watchdog, 100);

    assertEquals(1, tasks.size());
  }

  @Test
  void takesOneThatTakesNoTasksForDead() {
    Watchdog watchdog =
        new Watchdog(
            SETTINGS,
            Map.of(
                "dead",
                task -> {
                  throw new RejectedExecutionException("shut down");
                }),
            ends::incrementAndGet);

    turn(watchdog, 1 + 4);

    assertEquals(1, ends.get());
  }

  private static void turn(Watchdog watchdog, int times) {
    for (int i = 0; i < times; i++) {
      watchdog.turn();
    }
  }
}
