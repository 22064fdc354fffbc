package io.tcpbalance.balancer;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.PriorityQueue;

/**
 * Gives a back-end that comes back one slot at first, and the others one by one, evenly over a
 * time.
 */
final class SlowStart {

  /** One back-end's way to all of its slots. */
  static final class Ramp {
    private final long sinceNanos;
    private int slots;
    private long growsAtNanos;

    private Ramp(long sinceNanos, int slots) {
      this.sinceNanos = sinceNanos;
      this.slots = slots;
    }

    /** How many it has by now, as of the latest {@link SlowStart#due}. */
    int slots() {
      return slots;
    }
  }

  private record Entry(Backend backend, Ramp ramp, long atNanos) {
    boolean isStale() {
      return backend.ramp != ramp || ramp.growsAtNanos != atNanos;
    }
  }

  private final long durationNanos;
  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>((a, b) -> Long.signum(a.atNanos - b.atNanos));

  /**
   * A schedule.
   *
   * @param durationNanos from the first slot to the last; 0 = no slow start, at most an hour
   */
  SlowStart(long durationNanos) {
    this.durationNanos = durationNanos;
  }

  void begin(Backend backend, long nowNanos) {
    resume(backend, 1, nowNanos);
  }

  /** Goes on from where it was; what it had on its way to the next slot is lost. */
  void resume(Backend backend, int slots, long nowNanos) {
    if (durationNanos > 0 && !backend.removing && slots < backend.maxConnections()) {
      long elapsedNanos = nanosUntil(slots, backend.maxConnections());
      Ramp ramp = new Ramp(nowNanos - elapsedNanos, slots);
      backend.ramp = ramp;
      schedule(backend, ramp);
    }
  }

  /** Has all of its slots from now on. */
  void end(Backend backend) {
    backend.ramp = null;
  }

  /** The operator may have given it another number of slots. */
  void resized(Backend backend) {
    Ramp ramp = backend.ramp;
    if (ramp != null) {
      if (ramp.slots >= backend.maxConnections()) {
        end(backend);
      } else if (growthAtNanos(backend, ramp) != ramp.growsAtNanos) {
        schedule(backend, ramp);
      }
    }
  }

  OptionalLong nextNanos() {
    while (!entries.isEmpty() && entries.element().isStale()) {
      entries.remove();
    }
    return entries.isEmpty() ? OptionalLong.empty() : OptionalLong.of(entries.element().atNanos);
  }

  /** Gives those their slots whose time has come, and returns them. */
  List<Backend> due(long nowNanos) {
    List<Backend> due = new ArrayList<>();
    OptionalLong next = nextNanos();
    while (next.isPresent() && nowNanos - next.getAsLong() >= 0) {
      Entry entry = entries.remove();
      grow(entry.backend, entry.ramp, nowNanos);
      due.add(entry.backend);
      next = nextNanos();
    }
    return due;
  }

  private void grow(Backend backend, Ramp ramp, long nowNanos) {
    ramp.slots = slotsAfter(nowNanos - ramp.sinceNanos, backend.maxConnections());
    if (ramp.slots >= backend.maxConnections()) {
      end(backend);
    } else {
      schedule(backend, ramp);
    }
  }

  private void schedule(Backend backend, Ramp ramp) {
    ramp.growsAtNanos = growthAtNanos(backend, ramp);
    entries.add(new Entry(backend, ramp, ramp.growsAtNanos));
  }

  private long growthAtNanos(Backend backend, Ramp ramp) {
    return ramp.sinceNanos + nanosUntil(ramp.slots + 1, backend.maxConnections());
  }

  private int slotsAfter(long elapsedNanos, int max) {
    long elapsed = Math.min(elapsedNanos, durationNanos);
    return 1 + (int) ((max - 1) * elapsed / durationNanos);
  }

  /** The earliest time at which it has so many, of more than one. */
  private long nanosUntil(int slots, int max) {
    return ((slots - 1) * durationNanos + max - 2) / (max - 1);
  }
}
