package io.tcpbalance.relay;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * The buffers of one loop's backlogs: heap buffers, so that a burst's memory goes back to the
 * collector, of which a few are kept for the next slow reader. Belongs to one loop's thread; what
 * is out counts in the budget.
 */
final class ChunkPool {

  /** Fits what most waiting clients send, and is what a session may overdraw. */
  static final int CHUNK_BYTES = 16 * 1024;

  /** Clients that wait have often sent only a few hundred bytes. */
  static final int SMALL_CHUNK_BYTES = 1024;

  private static final int KEPT_CHUNKS = 256;

  private final MemoryBudget budget;
  private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();

  ChunkPool(MemoryBudget budget) {
    this.budget = budget;
  }

  /** An empty buffer of a fixed size, which may be less than what is asked for. */
  ByteBuffer take(int wantedBytes) {
    int capacity = wantedBytes <= SMALL_CHUNK_BYTES ? SMALL_CHUNK_BYTES : CHUNK_BYTES;
    budget.take(capacity);
    ByteBuffer pooled = capacity == CHUNK_BYTES ? free.pollFirst() : null;
    return pooled == null ? ByteBuffer.allocate(capacity) : pooled.clear();
  }

  void give(ByteBuffer chunk) {
    budget.give(chunk.capacity());
    if (chunk.capacity() == CHUNK_BYTES && free.size() < KEPT_CHUNKS) {
      free.addFirst(chunk);
    }
  }

  boolean exhausted() {
    return budget.exhausted();
  }
}
