package io.tcpbalance.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.relay.Bench.Session;
import io.tcpbalance.relay.RelayEnd.Cause;
import io.tcpbalance.testing.FakeBackend;
import io.tcpbalance.testing.Peer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How connected relays end where half-close is forwarded. */
@Timeout(60)
class RelayEndTest {

  private static final int SMALL_BUFFER_BYTES = 4096;

  private final Random random = new Random();

  @Test
  void clientsEndIsForwardedAndAnswerStillComes() throws Exception {
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend backend = FakeBackend.scripted()) {
      Session session = bench.join(backend);
      Peer server = backend.take();

      session.client().send("question");
      session.client().endOutput();

      server.expect("question");
      server.expectEnd();
      server.send("answer");
      session.client().expect("answer");
      server.close();
      session.client().expectEnd();
      assertEquals(Cause.FINISHED, session.told().awaitEnded().cause());
    }
  }

  @Test
  void backendsEndIsForwardedAndClientMaySendOn() throws Exception {
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend backend = FakeBackend.scripted()) {
      Session session = bench.join(backend);
      Peer server = backend.take();

      server.send("greeting");
      server.endOutput();

      session.client().expect("greeting");
      session.client().expectEnd();
      session.client().send("still here");
      server.expect("still here");
      session.client().close();
      server.expectEnd();
      assertEquals(Cause.FINISHED, session.told().awaitEnded().cause());
    }
  }

  @Test
  void endBeforeTheBackendAcceptsIsForwarded() throws Exception {
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend backend = FakeBackend.echoing()) {
      Peer client = Peer.connect(bench.address);
      client.send("all I have to say");
      client.endOutput();

      Session session = bench.adopt(client);
      session.relay().watch();
      session.connect(backend);

      client.expect("all I have to say");
      client.expectEnd();
      assertEquals(Cause.FINISHED, session.told().awaitEnded().cause());
    }
  }

  @Test
  void bothMayEndAtOnce() throws Exception {
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend backend = FakeBackend.scripted()) {
      for (int i = 0; i < 300; i++) {
        Session session = bench.join(backend);
        Peer server = backend.take();

        CompletableFuture<Void> other = CompletableFuture.runAsync(() -> close(server));
        session.client().close();
        other.join();

        session.told().awaitEnded();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {100_000, 6_000_000})
  void slowClientGetsAllOfWhatBackendSentBeforeItsEnd(int size) throws Exception {
    Noise down = Noise.of(random, size);
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend backend = FakeBackend.scripted()) {
      Session session = bench.open(SMALL_BUFFER_BYTES).connect(backend);
      Peer server = backend.take();
      CompletableFuture<Void> sent = down.sendTo(server).thenRun(() -> close(server));
      bench.turn(50);

      down.expect(session.client());
      session.client().expectEnd();
      sent.join();
    }
  }

  @Test
  void resetByClientIsForwardedAsReset() throws Exception {
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend backend = FakeBackend.scripted()) {
      Session session = bench.join(backend);
      Peer server = backend.take();

      session.client().reset();

      server.expectReset();
      assertEquals(Cause.CLIENT_GONE, session.told().awaitEnded().cause());
    }
  }

  @Test
  void resetByBackendIsForwardedAsReset() throws Exception {
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend backend = FakeBackend.resetting(1)) {
      Session session = bench.join(backend);

      session.client().send("x");

      session.client().expectReset();
      assertEquals(Cause.BACKEND_RESET, session.told().awaitEnded().cause());
    }
  }

  @Test
  void clientThatResetHalfWayThroughAnAnswerFreesItsBackend() throws Exception {
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend backend = FakeBackend.scripted()) {
      Session session = bench.open(SMALL_BUFFER_BYTES).connect(backend);
      Peer server = backend.take();
      CompletableFuture<Void> sent = Noise.of(random, 50_000_000).sendTo(server);
      awaitBacklog(bench);

      session.client().reset();

      assertEquals(Cause.CLIENT_GONE, session.told().awaitEnded().cause());
      sent.exceptionally(e -> null).join();
    }
  }

  /** What it sent and what was taken from it before it reset belongs to the client. */
  @Test
  void resetOfBackendDoesNotOvertakeItsBytes() throws Exception {
    Noise down = Noise.of(random, 9_000_000);
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend backend = FakeBackend.scripted()) {
      Session session = bench.open(SMALL_BUFFER_BYTES).connect(backend);
      Peer server = backend.take();
      CompletableFuture<Void> sent = down.sendTo(server);
      awaitBacklog(bench);
      CompletableFuture<Void> received = down.expectFrom(session.client());
      sent.join();
      Bench.await(received, "all arrives");

      server.reset();

      session.client().expectReset();
      assertEquals(Cause.BACKEND_RESET, session.told().awaitEnded().cause());
    }
  }

  /** The reset is seen while the client is still being written to. */
  @Test
  void whatWaitsForTheClientIsFlushedWhenBackendHasReset() throws Exception {
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend backend = FakeBackend.scripted()) {
      Session session = bench.open(SMALL_BUFFER_BYTES).connect(backend);
      Peer server = backend.take();
      CompletableFuture<Void> sent = Noise.of(random, 50_000_000).sendTo(server);
      awaitBacklog(bench);
      server.reset();
      sent.exceptionally(e -> null).join();

      long received = session.client().receiveUntilOver();

      RelayEnd end = session.told().awaitEnded();
      assertEquals(Cause.BACKEND_RESET, end.cause());
      assertTrue(received > 0);
      assertTrue(received <= end.bytesOut());
    }
  }

  /**
   * The client has reset, and so does the back-end before it took what the client had sent: nothing
   * is left that could ever be flushed.
   */
  @Test
  void resetOfBothEndsARelayThatStillHadBytes() throws Exception {
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend backend = FakeBackend.scripted()) {
      Session session = bench.join(backend);
      Peer server = backend.take();
      CompletableFuture<Void> up = Noise.of(random, 50_000_000).sendTo(session.client());
      awaitBacklog(bench);
      session.client().reset();
      up.exceptionally(e -> null).join();
      server.send("to a client that has gone"); // written, answered with a reset
      server.send(new byte[100]);
      bench.turn(20);

      server.reset();

      session.told().awaitEnded();
    }
  }

  @Test
  void idleRelayIsClosed() throws Exception {
    RelayPolicy impatient = new RelayPolicy(Bench.LONG, Duration.ofMillis(300), true);
    try (Bench bench = new Bench(impatient);
        FakeBackend backend = FakeBackend.stalling()) {
      Session session = bench.join(backend);

      assertEquals(Cause.IDLE, session.told().awaitEnded().cause());
      session.client().expectEnd();
    }
  }

  @Test
  void relayWhoseReaderHasStoppedIsIdle() throws Exception {
    RelayPolicy impatient = new RelayPolicy(Bench.LONG, Duration.ofMillis(500), true);
    try (Bench bench = new Bench(impatient);
        FakeBackend backend = FakeBackend.stalling()) {
      Session session = bench.join(backend);
      CompletableFuture<Void> up = Noise.of(random, 50_000_000).sendTo(session.client());

      assertEquals(Cause.IDLE, session.told().awaitEnded().cause());
      up.exceptionally(e -> null).join();
    }
  }

  @Test
  void waitingClientIsNeverIdle() throws Exception {
    RelayPolicy impatient = new RelayPolicy(Bench.LONG, Duration.ofMillis(1), true);
    try (Bench bench = new Bench(impatient);
        FakeBackend backend = FakeBackend.stalling()) {
      Session waiting = bench.open();
      waiting.relay().watch();
      Session other = bench.join(backend);

      other.told().awaitEnded();

      bench.turn(3);
      assertFalse(waiting.told().hasEnded());
    }
  }

  /** Loops that spin burn a processor and fail no other test. */
  @Test
  void loopSleepsWhateverTheRelaysWaitFor() throws Exception {
    RelayPolicy impatient = new RelayPolicy(Bench.LONG, Duration.ofSeconds(1), true);
    try (Bench bench = new Bench(impatient);
        FakeBackend stalling = FakeBackend.stalling();
        FakeBackend scripted = FakeBackend.scripted()) {
      Session full = bench.join(stalling);
      CompletableFuture<Void> up = new Noise(1, 50_000_000, 1 << 20).sendTo(full.client());
      Session halfClosed = bench.join(scripted);
      Peer server = scripted.take();
      halfClosed.client().endOutput();
      server.expectEnd();
      Session waiting = bench.open();
      waiting.relay().watch();
      waiting.client().send(new byte[HeldClient.HELD_BYTES * 2]);
      awaitBacklog(bench);
      Session resetWhileFull = bench.join(stalling);
      CompletableFuture<Void> up2 =
          new Noise(1, 50_000_000, 1 << 20).sendTo(resetWhileFull.client());
      awaitStall(bench);
      resetWhileFull.client().reset();
      up2.exceptionally(e -> null).join();
      long before = bench.turns();

      full.told().awaitEnded();
      halfClosed.told().awaitEnded();
      resetWhileFull.told().awaitEnded();

      long turns = bench.turns() - before;
      assertTrue(turns < 5000, turns + " turns of a loop that had nothing to do");
      up.exceptionally(e -> null).join();
    }
  }

  @Test
  void closeEndsBothSides() throws Exception {
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend backend = FakeBackend.scripted()) {
      Session session = bench.join(backend);
      Peer server = backend.take();

      session.relay().close();
      session.relay().close();

      assertEquals(Cause.CLOSED, session.told().awaitEnded().cause());
      server.expectEnd();
      session.client().expectEnd();
    }
  }

  @Test
  void faultOfOneRelayEndsThatOneOnly() throws Exception {
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend backend = FakeBackend.echoing()) {
      Session faulty = bench.open();
      Session healthy = bench.join(backend);

      faulty.relay().connect(InetSocketAddress.createUnresolved("nowhere.invalid", 1));

      assertEquals(Cause.FAULT, faulty.told().awaitEnded().cause());
      healthy.client().send("well");
      healthy.client().expect("well");
    }
  }

  private static void awaitBacklog(Bench bench) {
    while (bench.memory.usedBytes() == 0) {
      bench.turn(1);
    }
  }

  private static void awaitStall(Bench bench) {
    long before = -1;
    while (bench.memory.usedBytes() != before) {
      before = bench.memory.usedBytes();
      bench.turn(2000);
    }
  }

  private static void close(Peer peer) {
    try {
      peer.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
