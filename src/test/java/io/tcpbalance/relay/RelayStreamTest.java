package io.tcpbalance.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.relay.Bench.Session;
import io.tcpbalance.relay.RelayEnd.Cause;
import io.tcpbalance.testing.FakeBackend;
import io.tcpbalance.testing.Peer;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every byte arrives, in order, whatever the sizes and however slow the reader. */
@Timeout(60)
class RelayStreamTest {

  private static final int SMALL_BUFFER_BYTES = 4096;

  private final Random random = new Random();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 1023, 1024, 1025, 16_384, 16_385, 262_144, 262_145, 5_000_001})
  void streamsOfAllSizesArriveInBothDirections(long size) throws Exception {
    Noise up = Noise.of(random, size);
    Noise down = Noise.of(random, size);
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend backend = FakeBackend.scripted()) {
      Session session = bench.join(backend);
      Peer server = backend.take();

      transfer(session.client(), server, up);
      transfer(server, session.client(), down);
      session.client().endOutput();
      server.expectEnd();
      server.endOutput();
      session.client().expectEnd();

      RelayEnd end = session.told().awaitEnded();
      assertEquals(Cause.FINISHED, end.cause());
      assertEquals(size, end.bytesIn());
      assertEquals(size, end.bytesOut());
      assertTrue(end.connectedNanos() > 0);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 16_384, 16_385, 300_000, 3_000_001})
  void whatClientSentBeforeItHadBackendArrives(long size) throws Exception {
    Noise up = Noise.of(random, size);
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend backend = FakeBackend.scripted()) {
      Session session = bench.open();
      session.relay().watch();
      CompletableFuture<Void> sent = up.sendTo(session.client());
      bench.turn(10);
      assertTrue(bench.memory.usedBytes() <= 2 * HeldClient.HELD_BYTES);

      session.connect(backend);

      up.expect(backend.take());
      sent.join();
    }
  }

  @Test
  void bothSidesMaySendAtOnce() throws Exception {
    Noise up = Noise.of(random, 8_000_000);
    Noise down = Noise.of(random, 8_000_000);
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend backend = FakeBackend.scripted()) {
      Session session = bench.join(backend);
      Peer server = backend.take();

      CompletableFuture<Void> all =
          CompletableFuture.allOf(
              up.sendTo(session.client()),
              down.sendTo(server),
              up.expectFrom(server),
              down.expectFrom(session.client()));

      Bench.await(all, "both streams arrive");
    }
  }

  @Test
  void bothSidesMaySendBeforeEitherReads() throws Exception {
    Noise up = Noise.of(random, 24_000_000);
    Noise down = Noise.of(random, 24_000_000);
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend backend = FakeBackend.scripted()) {
      Session session = bench.join(backend);
      Peer server = backend.take();
      CompletableFuture<Void> sent =
          CompletableFuture.allOf(up.sendTo(session.client()), down.sendTo(server));
      awaitStall(bench);

      up.expect(server);
      down.expect(session.client());

      Bench.await(sent, "both are rid of their bytes");
    }
  }

  @Test
  void singleBytesPassBackAndForth() throws Exception {
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend backend = FakeBackend.echoing()) {
      Peer client = bench.join(backend).client();

      for (int i = 0; i < 3000; i++) {
        client.send((byte) i);

        assertEquals((byte) i, client.receive(1)[0]);
      }
    }
  }

  @Test
  void slowReaderHoldsSenderAndOneReadOfMemory() throws Exception {
    Noise down = Noise.of(random, 20_000_000);
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend backend = FakeBackend.scripted()) {
      Session session = bench.open(SMALL_BUFFER_BYTES).connect(backend);
      Peer server = backend.take();
      CompletableFuture<Void> sent = down.sendTo(server);
      awaitStall(bench);

      assertTrue(bench.memory.usedBytes() > 0);
      assertTrue(bench.memory.usedBytes() <= RelayLoop.READ_BUFFER_BYTES + ChunkPool.CHUNK_BYTES);
      assertTrue(session.relay().bytesOut() < down.size());

      down.expect(session.client());
      Bench.await(sent, "the sender is rid of its bytes");
      bench.turn(3);
      assertEquals(0, bench.memory.usedBytes());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void manyStreamsAtOnceKeepApart(int loops) throws Exception {
    try (Bench bench = new Bench(Bench.TCP, loops, Bench.ROOMY_BYTES, 1000);
        FakeBackend backend = FakeBackend.echoing()) {
      CompletableFuture<?>[] arrived = new CompletableFuture<?>[40];
      for (int i = 0; i < arrived.length; i++) {
        Peer client = bench.join(backend).client();
        Noise noise = Noise.of(random, random.nextInt(1, 400_000));
        arrived[i] = CompletableFuture.allOf(noise.sendTo(client), noise.expectFrom(client));
      }

      Bench.await(CompletableFuture.allOf(arrived), "all streams come back");
    }
  }

  @Test
  @Tag("long")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void gigabyteArrivesInBothDirections() throws Exception {
    Noise up = Noise.of(random, 1 << 30);
    Noise down = Noise.of(random, 1 << 30);
    try (Bench bench = new Bench(Bench.TCP);
        FakeBackend backend = FakeBackend.scripted()) {
      Session session = bench.join(backend);
      Peer server = backend.take();

      CompletableFuture.allOf(
              up.sendTo(session.client()),
              down.sendTo(server),
              up.expectFrom(server),
              down.expectFrom(session.client()))
          .join();
    }
  }

  /** Until the memory that is used changes no more, since nothing moves. */
  private static void awaitStall(Bench bench) {
    long before = -1;
    long now = bench.memory.usedBytes();
    while (now == 0 || now != before) {
      bench.turn(2000);
      before = now;
      now = bench.memory.usedBytes();
    }
  }

  private static void transfer(Peer from, Peer to, Noise noise) {
    Bench.await(
        CompletableFuture.allOf(noise.sendTo(from), noise.expectFrom(to)), "arrived: " + noise);
  }
}
