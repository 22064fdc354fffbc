package io.tcpbalance.relay;

import java.nio.ByteBuffer;
import java.util.List;

/** An answer and the memory it has taken. Belongs to the loop's thread; released by its owner. */
final class KeptAnswer {

  private final JobMemory memory;
  private final MessageStore store;
  private long reservedBytes;
  private long size;

  KeptAnswer(JobChunks chunks) {
    memory = chunks.memory();
    store = new MessageStore(chunks);
  }

  MessageStore store() {
    return store;
  }

  /**
   * Returns whether there is an answer now: a copy of these bytes, if there are any and they fit.
   */
  boolean inherit(List<ByteBuffer> answer) {
    long bytes = answer.stream().mapToLong(ByteBuffer::remaining).sum();
    if (bytes == 0 || !reserve(bytes)) {
      return false;
    }
    answer.forEach(store::append);
    endsAt(bytes);
    return true;
  }

  /** The whole answer, for others to read. */
  List<ByteBuffer> pieces() {
    return store.pieces(size);
  }

  /** Its end is known: what a host may have sent behind it is nobody's. */
  void endsAt(long bytes) {
    size = bytes;
  }

  /** A writer of the whole answer. */
  MessageStore.Writer writer() {
    return store.writer(size);
  }

  /** Returns whether so large an answer may be kept. */
  boolean reserve(long bytes) {
    long more = bytes - reservedBytes;
    if (more > 0 && !memory.tryTakeForAnswer(more)) {
      return false;
    }
    reservedBytes = Math.max(reservedBytes, bytes);
    return true;
  }

  void discard() {
    store.clear();
    memory.giveFromAnswer(reservedBytes);
    reservedBytes = 0;
  }
}
