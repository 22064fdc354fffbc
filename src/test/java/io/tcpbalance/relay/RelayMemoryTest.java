package io.tcpbalance.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.relay.Bench.Session;
import io.tcpbalance.testing.FakeBackend;
import io.tcpbalance.testing.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens at the end of the memory budget. */
@Timeout(60)
class RelayMemoryTest {

  private static final int BUDGET_BYTES = 4 * ChunkPool.CHUNK_BYTES;

  private final Random random = new Random();

  @Test
  void waitersAreNotReadBeyondTheBudgetAndReadAgainWhenThereIsRoom() throws Exception {
    try (Bench bench = new Bench(Bench.TCP, 1, BUDGET_BYTES, 1000);
        FakeBackend backend = FakeBackend.scripted()) {
      List<Session> waiters = new ArrayList<>();
      List<Noise> noises = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        Session session = bench.open();
        session.relay().watch();
        noises.add(new Noise(random.nextLong(), HeldClient.HELD_BYTES, 4096));
        noises.get(i).send(session.client());
        waiters.add(session);
      }
      bench.turn(50);
      assertTrue(bench.memory.usedBytes() >= BUDGET_BYTES);
      assertTrue(bench.memory.usedBytes() <= BUDGET_BYTES + 2 * ChunkPool.CHUNK_BYTES);

      for (int i = 0; i < waiters.size() / 2; i++) {
        waiters.get(i).connect(backend);
        noises.get(i).expect(backend.take());
      }

      Bench.awaitTrue(() -> bench.memory.usedBytes() >= BUDGET_BYTES, "others are read");
      for (int i = waiters.size() / 2; i < waiters.size(); i++) {
        waiters.get(i).connect(backend);
        noises.get(i).expect(backend.take());
      }
      bench.turn(3);
      assertEquals(0, bench.memory.usedBytes());
    }
  }

  @Test
  void relaysProgressByteForByteWithoutAnyMemory() throws Exception {
    try (Bench bench = new Bench(Bench.TCP, 1, 0, 1000);
        FakeBackend backend = FakeBackend.echoing()) {
      List<CompletableFuture<Void>> arrived = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        Peer client = bench.open(4096).connect(backend).client();
        Noise noise = Noise.of(random, 700_000);
        arrived.add(noise.sendTo(client));
        arrived.add(noise.expectFrom(client));
      }

      for (CompletableFuture<Void> stream : arrived) {
        Bench.await(stream, "all streams come back");
        // One small piece a session and direction is what may be overdrawn.
        assertTrue(bench.memory.usedBytes() <= 2 * 10 * 2L * ChunkPool.CHUNK_BYTES);
      }
    }
  }
}
