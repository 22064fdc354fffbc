package io.tcpbalance.upgrade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tcpbalance.bootstrap.Successor;
import io.tcpbalance.testing.GreetingHost;
import io.tcpbalance.testing.TalkingClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults of the new code at each step: before it serves they cost nothing, after it one client. */
@Timeout(120)
class HandOverFaultTest {

  private enum Fault {
    REFUSAL,
    BUG,
    WRONG_CODE,
    NO_MEMORY;

    void strike() throws IOException {
      switch (this) {
        case REFUSAL -> throw new IOException("sabotage");
        case BUG -> throw new IllegalStateException("sabotage");
        case WRONG_CODE -> throw new NoClassDefFoundError("sabotage");
        case NO_MEMORY -> throw new OutOfMemoryError("sabotage");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "REFUSAL, false", "BUG, false", "WRONG_CODE, false", "NO_MEMORY, false",
    "REFUSAL, true", "BUG, true", "WRONG_CODE, true", "NO_MEMORY, true"
  })
  void successorThatFailsToBeginChangesNothing(Fault fault, boolean whenReady) throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        TestGeneration before = new TestGeneration(tcp(host)).start();
        TestGeneration failing = new TestGeneration(tcp(host));
        TalkingClient served = connect(before)) {
      served.hear();
      try (TalkingClient waiting = connect(before)) {
        waiting.say("early");
        before.awaitWaiting(1);
        Successor real = arrival(failing, before);
        Successor broken =
            whenReady
                ? Meddling.after(real, "begin", fault::strike)
                : Meddling.before(real, "begin", fault::strike);

        Throwable failure =
            assertThrows(Throwable.class, () -> before.departure().handOver(broken));

        assertEquals("sabotage", failure.getMessage());
        assertGoesOn(before, served, waiting);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void successorThatHangsIsGivenUp(boolean whenReady) throws Exception {
    CountDownLatch hang = new CountDownLatch(1);
    CompletableFuture<String> givenUp = new CompletableFuture<>();
    try (GreetingHost host = GreetingHost.start("bld1");
        TestGeneration before = new TestGeneration(tcp(host)).start();
        TestGeneration hanging = new TestGeneration(tcp(host));
        TalkingClient served = connect(before)) {
      served.hear();
      try (TalkingClient waiting = connect(before)) {
        waiting.say("early");
        before.awaitWaiting(1);
        Departure departure = before.departure(Duration.ofMillis(200));
        departure.expect(givenUp::complete);
        Successor real = arrival(hanging, before);
        Successor stuck =
            whenReady
                ? Meddling.after(real, "begin", hang::await)
                : Meddling.before(real, "begin", hang::await);
        CompletableFuture<Void> handOver =
            CompletableFuture.runAsync(() -> handOver(departure, stuck));

        givenUp.join();

        assertGoesOn(before, served, waiting);
        hang.countDown();
        Throwable late = assertThrows(ExecutionException.class, handOver::get).getCause();
        assertEquals("it is not waited for any more", late.getCause().getMessage());
        try (TalkingClient next = connect(before)) {
          assertEquals("220 bld1", next.hear());
          quit(next);
        }
      }
    }
  }

  private static void handOver(Departure departure, Successor successor) {
    try {
      departure.handOver(successor);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"openDoors", "openInterfaces"})
  void successorThatFailsWhenItServesGoesOn(String step) throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        TestGeneration before = new TestGeneration(tcp(host)).start();
        TestGeneration after = new TestGeneration(tcp(host));
        TalkingClient served = connect(before)) {
      served.hear();
      try (TalkingClient waiting = connect(before)) {
        waiting.say("early");
        before.awaitWaiting(1);

        before
            .departure()
            .handOver(Meddling.after(arrival(after, before), step, Fault.WRONG_CODE::strike));

        assertGoesOn(after, served, waiting);
      }
    }
  }

  @Test
  void successorThatHangsWhenItGetsAClientHoldsUpNoOldSession() throws Exception {
    CountDownLatch hang = new CountDownLatch(1);
    try (GreetingHost host = GreetingHost.start("bld1");
        TestGeneration before = new TestGeneration(tcp(host)).start();
        TestGeneration after = new TestGeneration(tcp(host));
        TalkingClient served = connect(before)) {
      served.hear();
      try (TalkingClient first = connect(before);
          TalkingClient second = connect(before);
          TalkingClient third = connect(before)) {
        before.awaitWaiting(3);

        before
            .departure(Duration.ofMillis(500))
            .handOver(Meddling.before(arrival(after, before), "adopt", hang::await));

        assertEquals(2, closed(List.of(first, second, third)));
        served.say("still there");
        assertEquals("still there", served.hear());
        quit(served);
        hang.countDown();
      }
    }
  }

  /** Of all but one it is waited for. */
  private static int closed(List<TalkingClient> clients) throws Exception {
    CountDownLatch closed = new CountDownLatch(clients.size() - 1);
    for (TalkingClient client : clients) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  if (client.hear() == null) {
                    closed.countDown();
                  }
                } catch (IOException e) {
                  // It was closed by the test.
                }
              });
      thread.setDaemon(true);
      thread.start();
    }
    closed.await();
    return clients.size() - 1;
  }

  @ParameterizedTest
  @ValueSource(strings = {"openDoors", "openInterfaces"})
  void successorThatHangsWhenItServesIsNotWaitedFor(String step) throws Exception {
    CountDownLatch hang = new CountDownLatch(1);
    try (GreetingHost host = GreetingHost.start("bld1");
        TestGeneration before = new TestGeneration(tcp(host)).start();
        TestGeneration after = new TestGeneration(tcp(host));
        TalkingClient served = connect(before)) {
      served.hear();

      before
          .departure(Duration.ofMillis(500))
          .handOver(Meddling.after(arrival(after, before), step, hang::await));

      served.say("still there");
      assertEquals("still there", served.hear());
      quit(served);
      hang.countDown();
    }
  }

  @Test
  void clientThatCannotBeTakenCostsNobodyElse() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        TestGeneration before = new TestGeneration(tcp(host)).start();
        TestGeneration after = new TestGeneration(tcp(host));
        TalkingClient served = connect(before)) {
      served.hear();
      try (TalkingClient waiting = connect(before)) {
        before.awaitWaiting(1);

        before
            .departure()
            .handOver(Meddling.before(arrival(after, before), "adopt", Fault.WRONG_CODE::strike));

        assertNull(waiting.hear());
        try (TalkingClient late = connect(after)) {
          quit(served);
          assertEquals("220 bld1", late.hear());
          quit(late);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "begin, balancer",
    "begin, sessions",
    "begin, listener",
    "begin, health",
    "openDoors, balancer",
    "openDoors, sessions",
    "openDoors, listener",
    "openInterfaces, balancer",
    "openInterfaces, sessions",
    "openInterfaces, listener"
  })
  void oldActorThatCrashesCostsNobody(String step, String actor) throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        TestGeneration before = new TestGeneration(tcp(host)).start();
        TestGeneration after = new TestGeneration(tcp(host));
        TalkingClient served = connect(before)) {
      served.hear();
      try (TalkingClient waiting = connect(before)) {
        waiting.say("early");
        before.awaitWaiting(1);

        before
            .departure()
            .handOver(Meddling.after(arrival(after, before), step, () -> before.crash(actor)));

        assertGoesOn(after, served, waiting);
      }
    }
  }

  @Test
  void oldProxyThatRestartsWhenItHasBequeathedLosesItsClientsAndNotTheDoor() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        TestGeneration before = new TestGeneration(tcp(host)).start();
        TestGeneration after = new TestGeneration(tcp(host));
        TalkingClient served = connect(before)) {
      served.hear();
      try (TalkingClient waiting = connect(before)) {
        before.awaitWaiting(1);

        before
            .departure()
            .handOver(Meddling.after(arrival(after, before), "begin", before::restart));

        assertNull(served.hear());
        assertNull(waiting.hear());
        assertServes(after);
        before.drain().get(20, TimeUnit.SECONDS);
        assertServes(after);
      }
    }
  }

  @Test
  void oldProxyThatRestartsWhenItHasBequeathedCanGoOn() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        TestGeneration before = new TestGeneration(tcp(host)).start();
        TestGeneration failing = new TestGeneration(tcp(host))) {
      Successor broken =
          Meddling.after(
              arrival(failing, before),
              "begin",
              () -> {
                before.restart();
                Fault.BUG.strike();
              });

      assertThrows(IllegalStateException.class, () -> before.departure().handOver(broken));

      assertServes(before);
    }
  }

  @Test
  void oldProxyThatRestartsWhenItIsFollowedLeavesTheDoorToTheHeir() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        TestGeneration before = new TestGeneration(tcp(host)).start();
        TestGeneration after = new TestGeneration(tcp(host));
        TalkingClient served = connect(before)) {
      served.hear();

      before
          .departure()
          .handOver(Meddling.before(arrival(after, before), "openInterfaces", before::crash));

      assertNull(served.hear());
      assertServes(after);
      before.drain().get(20, TimeUnit.SECONDS);
      assertServes(after);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void heirThatRestartsBeforeItsDoorIsOpenedOpensIt(boolean listensAgain) throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        TestGeneration before = new TestGeneration(tcp(host)).start();
        TestGeneration after = new TestGeneration(tcp(host));
        TalkingClient served = connect(before)) {
      served.hear();

      before
          .departure()
          .handOver(
              Meddling.before(
                  arrival(after, before),
                  "openDoors",
                  listensAgain ? after::restart : after::crash));

      try (TalkingClient late = connect(after)) {
        quit(served);
        assertEquals("220 bld1", late.hear());
        quit(late);
      }
    }
  }

  private static void assertServes(TestGeneration live) throws IOException {
    try (TalkingClient client = connect(live)) {
      assertEquals("220 bld1", client.hear());
      quit(client);
    }
  }

  /** One has the only slot, another waits for it and a third comes. */
  private static void assertGoesOn(TestGeneration live, TalkingClient served, TalkingClient waiting)
      throws IOException {
    try (TalkingClient late = connect(live)) {
      quit(served);
      assertEquals("220 bld1", waiting.hear());
      assertEquals("early", waiting.hear());
      quit(waiting);
      assertEquals("220 bld1", late.hear());
      quit(late);
    }
  }

  private static Arrival arrival(TestGeneration after, TestGeneration before) {
    return new Arrival(before.departure(), after);
  }

  private static String tcp(GreetingHost host) {
    return """
        listen { host = 127.0.0.1, port = 0 }
        protocol = tcp
        health.check = none
        backends = [{ name = bld1, host = 127.0.0.1, port = %d, max-connections = 1 }]
        """
        .formatted(host.port());
  }

  private static TalkingClient connect(TestGeneration to) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), to.port());
    socket.setSoTimeout(30_000);
    return new TalkingClient(socket);
  }

  private static void quit(TalkingClient client) throws IOException {
    client.say("QUIT");
    assertEquals("221 bye", client.hear());
    client.hangUp();
  }
}
