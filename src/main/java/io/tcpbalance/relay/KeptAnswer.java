package io.tcpbalance.relay;

/** An answer and the memory it has taken. Belongs to the loop's thread; released by its owner. */
final class KeptAnswer {

  private final JobMemory memory;
  private final MessageStore store;
  private long reservedBytes;

  KeptAnswer(JobChunks chunks) {
    memory = chunks.memory();
    store = new MessageStore(chunks);
  }

  MessageStore store() {
    return store;
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
