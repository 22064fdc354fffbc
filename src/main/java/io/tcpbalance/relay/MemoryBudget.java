package io.tcpbalance.relay;

/**
 * How many bytes of clients and back-ends may wait in this process, over all loops. Any thread may
 * call.
 *
 * <p>Nothing is refused here: once {@link #exhausted}, waiting clients are not read and connected
 * ones are read in small pieces, so that the overdraft stays below one small piece a session.
 */
public final class MemoryBudget {

  private final long limitBytes;
  private final Meter usedBytes;

  public MemoryBudget(long limitBytes) {
    this(limitBytes, Meter.alone());
  }

  /** One of several that have the limit together. */
  public MemoryBudget(long limitBytes, Meter usedBytes) {
    this.limitBytes = limitBytes;
    this.usedBytes = usedBytes;
  }

  void take(int bytes) {
    usedBytes.add(bytes);
  }

  void give(int bytes) {
    usedBytes.add(-bytes);
  }

  boolean exhausted() {
    return usedBytes.all() >= limitBytes;
  }

  /** Bytes that wait here now. */
  public long usedBytes() {
    return usedBytes.own();
  }
}
