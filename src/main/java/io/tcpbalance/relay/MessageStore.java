package io.tcpbalance.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One whole message as it comes, kept to be written as often as needed. Belongs to one loop's
 * thread.
 *
 * <p>Each chunk's position is where its bytes end, as the last read left it.
 */
final class MessageStore {

  private static final ByteBuffer[] NO_CHUNKS = {};

  private final JobChunks pool;
  private final List<ByteBuffer> chunks = new ArrayList<>(1);
  private long size;

  MessageStore(JobChunks pool) {
    this.pool = pool;
  }

  /** Bytes that are kept. */
  long size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** The memory that it takes. */
  long capacity() {
    return (long) chunks.size() * JobChunks.CHUNK_BYTES;
  }

  /**
   * Reads once, straight into the store.
   *
   * @param expectedBytes how many are to come, as far as is known; more may be read
   * @return how many came, 0 if none, -1 at the end of the stream
   */
  long readFrom(SocketChannel channel, long expectedBytes) throws IOException {
    int first = chunks.size();
    long room = 0;
    if (first > 0 && chunks.get(first - 1).hasRemaining()) {
      first--;
      room = chunks.get(first).remaining();
    }
    long wanted = Math.max(1, Math.min(expectedBytes, RelayLoop.READ_BUFFER_BYTES));
    while (room < wanted) {
      chunks.add(pool.take());
      room += JobChunks.CHUNK_BYTES;
    }
    try {
      long count = channel.read(chunks.toArray(NO_CHUNKS), first, chunks.size() - first);
      size += Math.max(0, count);
      return count;
    } finally {
      giveEmptyOnes();
    }
  }

  private void giveEmptyOnes() {
    int end = chunks.size() - 1;
    while (end >= 0 && chunks.get(end).position() == 0) {
      pool.give(chunks.remove(end));
      end--;
    }
  }

  /** Shows the bytes from there on, piece by piece. */
  void show(long from, Consumer<ByteBuffer> reader) {
    long start = 0;
    for (ByteBuffer chunk : chunks) {
      long end = start + chunk.position();
      if (end > from) {
        reader.accept(chunk.duplicate().flip().position((int) Math.max(0, from - start)));
      }
      start = end;
    }
  }

  /** A writer of all that is kept now. */
  Writer writer() {
    return writer(size);
  }

  /** A writer of the first bytes. */
  Writer writer(long bytes) {
    return new Writer(pieces(bytes));
  }

  /** All that is kept now, for others to read. */
  List<ByteBuffer> pieces() {
    return pieces(size);
  }

  /** The first bytes, for others to read. */
  List<ByteBuffer> pieces(long bytes) {
    List<ByteBuffer> pieces = new ArrayList<>(chunks.size());
    long left = bytes;
    for (ByteBuffer chunk : chunks) {
      ByteBuffer piece = chunk.duplicate().flip();
      piece.limit((int) Math.min(left, piece.limit()));
      left -= piece.limit();
      pieces.add(piece);
    }
    return pieces;
  }

  /** Copies the bytes to the end of the store. */
  void append(ByteBuffer bytes) {
    ByteBuffer source = bytes.duplicate();
    size += source.remaining();
    while (source.hasRemaining()) {
      ByteBuffer last = chunks.isEmpty() ? null : chunks.get(chunks.size() - 1);
      if (last == null || !last.hasRemaining()) {
        last = pool.take();
        chunks.add(last);
      }
      int count = Math.min(last.remaining(), source.remaining());
      last.put(source.duplicate().limit(source.position() + count));
      source.position(source.position() + count);
    }
  }

  void clear() {
    chunks.forEach(pool::give);
    chunks.clear();
    size = 0;
  }

  /** Writes one message once. Not to be used after the store is cleared. */
  static final class Writer {

    private final ByteBuffer[] pieces;
    private int next;
    private long written;

    private Writer(List<ByteBuffer> pieces) {
      this.pieces = pieces.toArray(NO_CHUNKS);
    }

    /** A message of one's own. */
    static Writer of(ByteBuffer message) {
      return new Writer(List.of(message));
    }

    /** Leaves out the first bytes. To be called before anything is written. */
    void skip(int bytes) {
      int left = bytes;
      for (ByteBuffer piece : pieces) {
        int count = Math.min(left, piece.remaining());
        piece.position(piece.position() + count);
        left -= count;
      }
    }

    /** Writes as much as the channel takes; returns how many bytes that were. */
    long writeTo(SocketChannel channel) throws IOException {
      if (isDone()) {
        return 0;
      }
      long count = channel.write(pieces, next, pieces.length - next);
      written += count;
      return count;
    }

    long written() {
      return written;
    }

    boolean isDone() {
      while (next < pieces.length && !pieces[next].hasRemaining()) {
        next++;
      }
      return next == pieces.length;
    }
  }
}
