package io.tcpbalance.upgrade;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.admin.access.Visitors;
import io.tcpbalance.admin.http.Remembered;
import io.tcpbalance.admin.live.Notice;
import io.tcpbalance.bootstrap.Predecessor;
import io.tcpbalance.bootstrap.Successor;
import io.tcpbalance.testing.GreetingHost;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the interfaces remember goes where the proxies have gone. */
@Timeout(120)
class RememberedHandOverTest {

  private static final Remembered MEMORY =
      new Remembered(
          Map.of("a", List.of()),
          List.of(new Notice("then", null, null, "operator", "logged in")),
          Map.of("page", 1L),
          new Visitors(List.of(), 7, 8, List.of()));

  /** One of which something else is to be had by asking. */
  private record Odd(Predecessor real, String told) implements Predecessor {
    @Override
    public byte[] description() {
      return told.getBytes(UTF_8);
    }

    @Override
    public void handOver(Successor successor) throws Exception {
      real.handOver(successor);
    }

    @Override
    public void tell(byte[] news) {
      real.tell(news);
    }

    @Override
    public void refuse(String reason) {
      real.refuse(reason);
    }
  }

  @Test
  void isThereBeforeTheInterfacesOpenAndWhatHappensLaterToo() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        TestGeneration before = generation(host).start();
        TestGeneration after = generation(host)) {
      before.remembered = MEMORY;
      Departure departure = before.departure();

      departure.handOver(new Arrival(departure, after));

      assertEquals(MEMORY, after.told.take());
      assertEquals(TestGeneration.OPEN, after.told.take());
      Remembered.News late = new Remembered.LoggedOut("key");
      before.heir.accept(late);
      assertEquals(late, after.told.take());
    }
  }

  @Test
  void whatHappensMeanwhileComesBehindIt() throws Exception {
    Remembered.News meanwhile = new Remembered.LoggedOut("key");
    CountDownLatch comes = new CountDownLatch(1);
    try (GreetingHost host = GreetingHost.start("bld1");
        TestGeneration before = generation(host).start();
        TestGeneration after = generation(host)) {
      before.remembered = MEMORY;
      before.whenAsked =
          () -> {
            before.heir.accept(meanwhile);
            await(comes);
          };
      Departure departure = before.departure();
      Successor arrival = new Arrival(departure, after);

      departure.handOver(Meddling.before(arrival, "tell", comes::countDown));

      assertEquals(MEMORY, after.told.take());
      assertTrue(List.of(after.told.take(), after.told.take()).contains(meanwhile));
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void isNotToldBeforeTheSuccessorServes() throws Exception {
    AtomicBoolean asked = new AtomicBoolean();
    try (GreetingHost host = GreetingHost.start("bld1");
        TestGeneration before = generation(host).start();
        TestGeneration after = generation(host)) {
      before.whenAsked = () -> asked.set(true);
      Departure departure = before.departure();
      Arrival arrival = new Arrival(departure, after);

      assertEquals(Optional.empty(), MemoryFormat.read(departure.description()));
      departure.changePlaces(arrival);

      assertFalse(asked.get(), "nothing of it belongs into the freeze");
      assertEquals(Optional.of(before.remembered), MemoryFormat.read(departure.description()));
    }
  }

  /** As code of before, which is gone back to. */
  @Test
  void successorThatDoesNotAskIsToldNothing() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        TestGeneration before = generation(host).start();
        TestGeneration after = generation(host)) {
      Departure departure = before.departure();
      Predecessor silent =
          new Odd(departure, new String(SnapshotFormat.write(Handover.empty()), UTF_8));

      departure.handOver(new Arrival(silent, after));

      assertEquals(TestGeneration.OPEN, after.told.take());
      assertNull(before.heir);
    }
  }

  @Test
  void interfacesOpenThoughItIsBroken() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        TestGeneration before = generation(host).start();
        TestGeneration after = generation(host)) {
      before.whenAsked =
          () -> {
            throw new NoClassDefFoundError("sabotage");
          };
      Departure departure = before.departure();

      departure.handOver(new Arrival(departure, after));

      assertEquals(TestGeneration.OPEN, after.told.take());
    }
  }

  private static TestGeneration generation(GreetingHost host) throws Exception {
    return new TestGeneration(
        """
        listen { host = 127.0.0.1, port = 0 }
        health.check = none
        backends = [{ name = bld1, host = 127.0.0.1, port = %d, max-connections = 1 }]
        """
            .formatted(host.port()));
  }
}
