package io.tcpbalance.relay;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much is used of what there is once in a process, by us and by all. Any thread may call.
 *
 * <p>Two generations of the program serve side by side after an upgrade. Each has a meter of its
 * own on the same sum, and so neither takes what the other has.
 */
public final class Meter implements AutoCloseable {

  private final AtomicLong all;
  private final AtomicLong own = new AtomicLong();
  private volatile boolean closed;

  /**
   * @param all the sum of all meters like this one
   */
  public Meter(AtomicLong all) {
    this.all = all;
  }

  /** One that has the whole for itself. */
  static Meter alone() {
    return new Meter(new AtomicLong());
  }

  long own() {
    return own.get();
  }

  long all() {
    return all.get();
  }

  /** Whether there is room for it or not. Less than nothing gives back. */
  void add(long more) {
    all.addAndGet(more);
    count(more);
  }

  /** Adds it if all together stay within the limit, and are never seen beyond it. */
  boolean tryAdd(long more, long limit) {
    long now = all.get();
    while (now + more <= limit) {
      long seen = all.compareAndExchange(now, now + more);
      if (seen == now) {
        count(more);
        return true;
      }
      now = seen;
    }
    return false;
  }

  /** For who has ended: what is left of its own is nobody's. From then on nothing is counted. */
  @Override
  public void close() {
    closed = true;
    giveBack();
  }

  private void count(long more) {
    own.addAndGet(more);
    if (closed) {
      giveBack();
    }
  }

  private void giveBack() {
    all.addAndGet(-own.getAndSet(0));
  }
}
