package io.tcpbalance.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpbalance.testing.Peer;
import java.io.IOException;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;

/**
 * Random bytes of a known seed and size: sent in random pieces, and recognised when they arrive.
 */
record Noise(long seed, long size, int mostBytesAtOnce) {

  /** Some thousands of pieces at most: a system call for each is what takes the time. */
  static Noise of(Random random, long size) {
    long atOnce = Math.max(1 << random.nextInt(4, 20), size / 2000);
    return new Noise(random.nextLong(), size, (int) Math.min(size, atOnce));
  }

  /** In a thread of its own. */
  CompletableFuture<Void> sendTo(Peer peer) {
    return async(() -> send(peer));
  }

  /** In a thread of its own; fails unless exactly these bytes come, and no end before them. */
  CompletableFuture<Void> expectFrom(Peer peer) {
    return async(() -> expect(peer));
  }

  void send(Peer peer) throws IOException {
    SplittableRandom bytes = new SplittableRandom(seed);
    Random pieces = new Random(seed);
    for (long left = size; left > 0; ) {
      byte[] piece = new byte[(int) Math.min(left, 1 + pieces.nextInt(mostBytesAtOnce))];
      for (int i = 0; i < piece.length; i++) {
        piece[i] = (byte) bytes.nextInt();
      }
      peer.send(piece);
      left -= piece.length;
    }
  }

  void expect(Peer peer) throws IOException {
    SplittableRandom bytes = new SplittableRandom(seed);
    CRC32C expected = new CRC32C();
    CRC32C received = new CRC32C();
    for (long left = size; left > 0; ) {
      byte[] piece = peer.receive((int) Math.min(left, mostBytesAtOnce));
      received.update(piece);
      for (int i = 0; i < piece.length; i++) {
        piece[i] = (byte) bytes.nextInt();
      }
      expected.update(piece);
      left -= piece.length;
      assertEquals(expected.getValue(), received.getValue(), () -> "other bytes: " + this);
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private static CompletableFuture<Void> async(Work work) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
                done.complete(null);
              } catch (IOException | RuntimeException | Error e) {
                done.completeExceptionally(e);
              }
            },
            "noise");
    thread.setDaemon(true);
    thread.start();
    return done;
  }
}
