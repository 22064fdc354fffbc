package io.tcpbalance.relay;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * One loop's hand of the chunks that jobs are kept in, so that most takes cost no lock. Direct
 * buffers, since a request is read into them and written from them without a copy. Belongs to one
 * loop's thread.
 */
final class JobChunks {

  static final int CHUNK_BYTES = 16 * 1024;

  private static final int KEPT_CHUNKS = 64;

  private final JobMemory memory;
  private final ArrayDeque<ByteBuffer> hand = new ArrayDeque<>();

  JobChunks(JobMemory memory) {
    this.memory = memory;
  }

  /** An empty chunk. */
  ByteBuffer take() {
    ByteBuffer chunk = hand.pollFirst();
    return chunk == null ? memory.takeChunk() : chunk.clear();
  }

  void give(ByteBuffer chunk) {
    if (hand.size() < KEPT_CHUNKS) {
      hand.addFirst(chunk);
    } else {
      memory.giveChunk(chunk);
    }
  }

  JobMemory memory() {
    return memory;
  }
}
