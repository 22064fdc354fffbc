package io.tcpbalance.relay;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/** How many bytes a relay has written on. The loop's thread counts, any thread may look. */
final class Traffic {

  private static final AtomicLongFieldUpdater<Traffic> IN =
      AtomicLongFieldUpdater.newUpdater(Traffic.class, "bytesIn");
  private static final AtomicLongFieldUpdater<Traffic> OUT =
      AtomicLongFieldUpdater.newUpdater(Traffic.class, "bytesOut");

  private volatile long bytesIn;
  private volatile long bytesOut;

  /** From the client, written to the back-end. */
  long bytesIn() {
    return bytesIn;
  }

  /** From the back-end, written to the client. */
  long bytesOut() {
    return bytesOut;
  }

  // One thread writes, others look: an atomic increment is not needed.

  void countIn(long bytes) {
    IN.lazySet(this, bytesIn + bytes);
  }

  void countOut(long bytes) {
    OUT.lazySet(this, bytesOut + bytes);
  }
}
