package io.tcpbalance.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BacklogTest {

  private final MemoryBudget memory = new MemoryBudget(1 << 20);
  private final Backlog backlog = new Backlog(new ChunkPool(memory));

  @Test
  void givesBackWhatItTookInOrder() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    ByteArrayOutputStream in = new ByteArrayOutputStream();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      try (SocketChannel writer = SocketChannel.open(server.getLocalAddress());
          SocketChannel reader = server.accept()) {
        writer.configureBlocking(false);
        reader.configureBlocking(false);
        for (int i = 0; i < 500; i++) {
          byte[] bytes = new byte[random.nextInt(1 << random.nextInt(1, 18))];
          random.nextBytes(bytes);
          in.write(bytes);
          backlog.append(ByteBuffer.wrap(bytes));
          int before = backlog.size();
          assertEquals(before - backlog.writeTo(writer), backlog.size(), "seed " + seed);
          drain(reader, out, random.nextInt(1 << 18));
          assertTrue(memory.usedBytes() >= backlog.size(), "seed " + seed);
        }
        while (!backlog.isEmpty()) {
          backlog.writeTo(writer);
          drain(reader, out, Integer.MAX_VALUE);
        }
        writer.shutdownOutput();
        reader.configureBlocking(true);
        out.write(reader.socket().getInputStream().readAllBytes());
      }
    }

    assertArrayEquals(in.toByteArray(), out.toByteArray(), "seed " + seed);
    assertEquals(0, memory.usedBytes());
  }

  @Test
  void smallBytesTakeSmallChunks() {
    backlog.append(ByteBuffer.allocate(100));
    backlog.append(ByteBuffer.allocate(900));

    assertEquals(ChunkPool.SMALL_CHUNK_BYTES, memory.usedBytes());
    assertEquals(1000, backlog.size());
  }

  @Test
  void clearGivesAllMemoryBack() {
    backlog.append(ByteBuffer.allocate(100_000));
    assertTrue(memory.usedBytes() >= 100_000);

    backlog.clear();

    assertTrue(backlog.isEmpty());
    assertEquals(0, memory.usedBytes());
  }

  private static void drain(SocketChannel from, ByteArrayOutputStream into, int most)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(Math.min(most, 1 << 18));
    if (from.read(buffer) > 0) {
      into.write(buffer.array(), 0, buffer.position());
    }
  }
}
