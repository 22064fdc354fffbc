package io.tcpbalance.bench.soak;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** What has happened until now. For any thread. */
final class Tally {
  /** Errors that are told in full. */
  private static final int MOST_TOLD = 30;

  /** What has happened that is no end of a job. */
  enum Event {
    /** A host died. */
    DEATH,
    /** An operator changed something. */
    CHANGE,
    /** An actor was killed. */
    KILL,
    /** A job of {@code protocol = tcp} went down with its host, as it must. */
    LOST,
    /** Something went wrong that nobody had caused. */
    ERROR,
    /** A wrong byte, on either side. */
    CORRUPT
  }

  private final Map<JobKind, AtomicLong> done = new EnumMap<>(JobKind.class);
  private final Map<Event, AtomicLong> events = new EnumMap<>(Event.class);

  Tally() {
    for (JobKind kind : JobKind.values()) {
      done.put(kind, new AtomicLong());
    }
    for (Event event : Event.values()) {
      events.put(event, new AtomicLong());
    }
  }

  private static <K> AtomicLong in(Map<K, AtomicLong> counters, K key) {
    AtomicLong counter = counters.get(key);
    if (counter == null) {
      throw new IllegalStateException("no counter of " + key);
    }
    return counter;
  }

  /** So many jobs ended as they should. */
  void done(JobKind kind, long jobs) {
    in(done, kind).addAndGet(jobs);
  }

  void add(Event event, long count) {
    in(events, event).addAndGet(count);
  }

  /** Counts it, and tells it on standard error unless there were too many. */
  void fault(Event event, long count, String what) {
    add(event, count);
    if (count(Event.ERROR) + count(Event.CORRUPT) <= MOST_TOLD) {
      System.err.println("soak: " + what);
    }
  }

  long done(JobKind kind) {
    return in(done, kind).get();
  }

  long count(Event event) {
    return in(events, event).get();
  }

  boolean isClean() {
    return count(Event.ERROR) == 0 && count(Event.CORRUPT) == 0;
  }
}
