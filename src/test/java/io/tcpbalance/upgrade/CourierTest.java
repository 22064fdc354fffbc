package io.tcpbalance.upgrade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of what is sent to new code that hangs, on a clock that the test moves. */
@Timeout(60)
class CourierTest {

  private static final Duration PATIENCE = Duration.ofMillis(200);

  private final ActorTestKit kit = ActorTestKit.create(ManualTime.config());
  private final ManualTime time = ManualTime.get(kit.system());
  private final Courier courier = new Courier(PATIENCE, kit.scheduler());
  private final CountDownLatch delivering = new CountDownLatch(1);
  private final CountDownLatch hanging = new CountDownLatch(1);
  private final List<String> lost = new CopyOnWriteArrayList<>();
  private final List<String> delivered = new CopyOnWriteArrayList<>();

  @AfterEach
  void end() {
    hanging.countDown();
    courier.close();
    kit.shutdownTestKit();
  }

  private void sendHanging() throws InterruptedException {
    courier.send("one that hangs", this::hang, () -> lost.add("hanging"));
    delivering.await();
  }

  private void hang() {
    delivering.countDown();
    try {
      hanging.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(String what) {
    courier.send(what, () -> delivered.add(what), () -> lost.add(what));
  }

  @Test
  void losesWhatWaitsAndWhatComesWhenTheNewCodeHangs() throws Exception {
    sendHanging();
    send("a");

    time.timePasses(PATIENCE);
    assertEquals(List.of(), lost, "the process may have stood still");
    time.timePasses(PATIENCE);
    assertEquals(List.of("a"), lost);
    send("b");

    assertEquals(List.of("a", "b"), lost);
    assertEquals(List.of(), delivered);
  }

  @Test
  void losesNothingToNewCodeThatIsSlow() throws Exception {
    sendHanging();
    send("a");

    time.timePasses(PATIENCE);
    hanging.countDown();
    courier.close();

    assertEquals(List.of("a"), delivered);
    assertEquals(List.of(), lost);
  }

  @Test
  void forgetsNothingAtItsEnd() throws Exception {
    sendHanging();
    send("a");

    courier.close();

    assertEquals(List.of("a"), lost);
    send("b");
    assertTrue(lost.contains("b"));
  }
}
