package io.tcpbalance.relay;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of clients and back-ends may wait in this process, over all loops. Any thread may
 * call.
 *
 * <p>Nothing is refused here: once {@link #exhausted}, waiting clients are not read and connected
 * ones are read in small pieces, so that the overdraft stays below one small piece a session.
 */
public final class MemoryBudget {

  private final long limitBytes;
  private final AtomicLong usedBytes = new AtomicLong();

  public MemoryBudget(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  void take(int bytes) {
    usedBytes.addAndGet(bytes);
  }

  void give(int bytes) {
    usedBytes.addAndGet(-bytes);
  }

  boolean exhausted() {
    return usedBytes.get() >= limitBytes;
  }

  /** Bytes that wait now. */
  public long usedBytes() {
    return usedBytes.get();
  }
}
