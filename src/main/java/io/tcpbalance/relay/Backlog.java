package io.tcpbalance.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Bytes that were read and could not be written yet, in order. Belongs to one loop's thread.
 *
 * <p>A chunk's unwritten bytes lie between its position and its limit; what is free lies behind its
 * limit.
 */
final class Backlog {

  private final ChunkPool pool;
  private final ArrayDeque<ByteBuffer> chunks = new ArrayDeque<>(1);
  private int size;

  Backlog(ChunkPool pool) {
    this.pool = pool;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  /** Takes all that remains in the source. */
  void append(ByteBuffer source) {
    size += source.remaining();
    ByteBuffer tail = chunks.peekLast();
    if (tail != null) {
      fill(tail, source);
    }
    while (source.hasRemaining()) {
      ByteBuffer chunk = pool.take(source.remaining()).limit(0);
      fill(chunk, source);
      chunks.addLast(chunk);
    }
  }

  private static void fill(ByteBuffer chunk, ByteBuffer source) {
    int end = chunk.limit();
    int count = Math.min(chunk.capacity() - end, source.remaining());
    chunk.limit(end + count).put(end, source, source.position(), count);
    source.position(source.position() + count);
  }

  /** All that waits, for others to read. Good until the next change. */
  List<ByteBuffer> show() {
    return chunks.stream().map(ByteBuffer::asReadOnlyBuffer).toList();
  }

  /** Writes as much as the channel takes. Returns how many bytes that were. */
  long writeTo(SocketChannel channel) throws IOException {
    long written = 0;
    ByteBuffer head = chunks.peekFirst();
    while (head != null) {
      written += channel.write(head);
      if (head.hasRemaining()) {
        break;
      }
      pool.give(chunks.removeFirst());
      head = chunks.peekFirst();
    }
    size -= (int) written;
    return written;
  }

  void clear() {
    chunks.forEach(pool::give);
    chunks.clear();
    size = 0;
  }
}
