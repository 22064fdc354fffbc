package io.tcpbalance.balancer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * When failed back-ends may be tried again. The delay is the same for all, so the order of failing
 * is the order of trying.
 */
final class RetrySchedule {

  private record Entry(Backend backend, long atNanos) {
    boolean isStale() {
      return backend.healthy
          || backend.removing
          || backend.retryDue
          || backend.retryAtNanos != atNanos;
    }
  }

  private final long delayNanos;
  private final ArrayDeque<Entry> entries = new ArrayDeque<>();

  RetrySchedule(long delayNanos) {
    this.delayNanos = delayNanos;
  }

  /** It is left alone from now on, for the delay. */
  void failed(Backend backend, long nowNanos) {
    backend.retryDue = false;
    backend.retryAtNanos = nowNanos + delayNanos;
    entries.addLast(new Entry(backend, backend.retryAtNanos));
  }

  OptionalLong nextNanos() {
    while (!entries.isEmpty() && entries.getFirst().isStale()) {
      entries.removeFirst();
    }
    return entries.isEmpty() ? OptionalLong.empty() : OptionalLong.of(entries.getFirst().atNanos);
  }

  /** Marks those whose time has come, and returns them. */
  List<Backend> due(long nowNanos) {
    List<Backend> due = new ArrayList<>();
    OptionalLong next = nextNanos();
    while (next.isPresent() && nowNanos - next.getAsLong() >= 0) {
      Backend backend = entries.removeFirst().backend;
      backend.retryDue = true;
      due.add(backend);
      next = nextNanos();
    }
    return due;
  }
}
