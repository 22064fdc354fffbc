package io.tcpbalance.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpbalance.relay.Bench.Session;
import io.tcpbalance.relay.RelayEnd.Cause;
import io.tcpbalance.testing.FakeBackend;
import io.tcpbalance.testing.Peer;
import java.net.SocketException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where half-close is not forwarded, as for distccd: the end of a client is an abort. */
@Timeout(60)
class RelayAbortTest {

  private final Random random = new Random();

  @Test
  void clientsEndClosesTheBackendAndNeverHalfClosesIt() throws Exception {
    try (Bench bench = new Bench(Bench.ABORTING);
        FakeBackend backend = FakeBackend.scripted()) {
      Session session = bench.join(backend);
      Peer server = backend.take();
      session.client().send("half a job");
      server.expect("half a job");

      session.client().endOutput();

      server.expectEnd();
      assertEquals(Cause.CLIENT_GONE, session.told().awaitEnded().cause());
      assertClosed(server);
      session.client().expectEnd();
    }
  }

  /** A flush would keep the slot for the sake of nobody. */
  @Test
  void resetOfClientEndsAtOnceAlthoughBackendDoesNotRead() throws Exception {
    try (Bench bench = new Bench(Bench.ABORTING);
        FakeBackend backend = FakeBackend.scripted()) {
      Session session = bench.join(backend);
      CompletableFuture<Void> up = Noise.of(random, 50_000_000).sendTo(session.client());
      while (bench.memory.usedBytes() == 0) {
        bench.turn(1);
      }
      session.client().reset();
      up.exceptionally(e -> null).join();

      // A client that is held up is not looked at; what is written to it shows that it has gone.
      Peer server = backend.take();
      server.send("are you there?");

      assertEquals(Cause.CLIENT_GONE, session.told().awaitEnded().cause());
    }
  }

  @Test
  void endOfWaiterEndsItsWaitThoughItHasSent() throws Exception {
    try (Bench bench = new Bench(Bench.ABORTING)) {
      Session session = bench.open();
      session.relay().watch();

      session.client().send("a job");
      session.client().close();

      assertEquals(Cause.CLIENT_GONE, session.told().awaitEnded().cause());
    }
  }

  @Test
  void endBeyondTheBoundIsNoticedBeforeBackendIsBothered() throws Exception {
    try (Bench bench = new Bench(Bench.ABORTING);
        FakeBackend backend = FakeBackend.scripted()) {
      Session session = bench.open();
      session.relay().watch();
      session.client().send(new byte[4 * HeldClient.HELD_BYTES]);
      while (bench.memory.usedBytes() < HeldClient.HELD_BYTES) {
        bench.turn(1);
      }
      session.client().endOutput();

      session.relay().connect(backend.address());

      assertEquals(Cause.CLIENT_GONE, session.told().awaitEnded().cause());
      assertEquals(0, backend.accepted());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100_000, 6_000_000})
  void backendsEndClosesTheClientOnceAllIsDelivered(int size) throws Exception {
    Noise down = Noise.of(random, size);
    try (Bench bench = new Bench(Bench.ABORTING);
        FakeBackend backend = FakeBackend.of(down::send)) {
      Session session = bench.open(4096).connect(backend);
      bench.turn(20);

      down.expect(session.client());

      session.client().expectEnd();
      RelayEnd end = session.told().awaitEnded();
      assertEquals(Cause.FINISHED, end.cause());
      assertEquals(size, end.bytesOut());
    }
  }

  /** Closed, that is, not half-closed: what is sent is answered with a reset. */
  private static void assertClosed(Peer server) throws Exception {
    try {
      for (int i = 0; i < 1000; i++) {
        server.send("nobody reads this");
      }
    } catch (SocketException reset) {
      return;
    }
    throw new AssertionError("the back-end's connection was only half-closed");
  }
}
