package io.tcpbalance.metrics;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * What is measured of one proxy's clients, over all lives of its actors. Trial compiles are not
 * clients. Any thread may call.
 */
public final class ProxyMetrics {

  /** Why a connect to a back-end failed. */
  public enum ConnectFailure {
    /** It did not accept. */
    UNREACHABLE,
    /** Its name has no address. */
    UNRESOLVED,
    /** This machine is out of descriptors or ports. */
    LOCAL
  }

  /**
   * What was measured until now.
   *
   * @param waits for slots: from each wish for one to its end, whatever that was
   * @param connects from a slot to the back-end's accept
   * @param compiles from a job's request sent to its whole answer; of answered attempts only
   * @param lives from a client's accept to the end of its sockets
   * @param sessions how many clients were taken
   * @param bytesIn from clients, of sessions that have ended
   * @param bytesOut to clients, of sessions that have ended
   * @param connectFailures how many connects failed, each followed by another try
   */
  public record Snapshot(
      DurationHistogram.Counts waits,
      DurationHistogram.Counts connects,
      DurationHistogram.Counts compiles,
      DurationHistogram.Counts lives,
      long sessions,
      long bytesIn,
      long bytesOut,
      Map<ConnectFailure, Long> connectFailures) {

    public Snapshot {
      connectFailures = Map.copyOf(connectFailures);
    }
  }

  private final DurationHistogram waits = new DurationHistogram();
  private final DurationHistogram connects = new DurationHistogram();
  private final DurationHistogram compiles = new DurationHistogram();
  private final DurationHistogram lives = new DurationHistogram();
  private final LongAdder sessions = new LongAdder();
  private final LongAdder bytesIn = new LongAdder();
  private final LongAdder bytesOut = new LongAdder();
  private final LongAdder unreachable = new LongAdder();
  private final LongAdder unresolved = new LongAdder();
  private final LongAdder local = new LongAdder();

  /** A client was taken. */
  public void sessionBegan() {
    sessions.increment();
  }

  /** A wish for a slot has ended: granted, refused or given up. */
  public void waited(long nanos) {
    waits.record(nanos);
  }

  /** A back-end has accepted. */
  public void connected(long nanos) {
    connects.record(nanos);
  }

  /** A back-end was not reached. */
  public void connectFailed(ConnectFailure why) {
    adder(why).increment();
  }

  /** A back-end has answered a job. */
  public void compiled(long nanos) {
    compiles.record(nanos);
  }

  /** A client is gone. */
  public void sessionEnded(long nanos, long in, long out) {
    lives.record(nanos);
    bytesIn.add(in);
    bytesOut.add(out);
  }

  /** What was measured until now. */
  public Snapshot snapshot() {
    Map<ConnectFailure, Long> failures = new EnumMap<>(ConnectFailure.class);
    for (ConnectFailure why : ConnectFailure.values()) {
      failures.put(why, adder(why).sum());
    }
    return new Snapshot(
        waits.counts(),
        connects.counts(),
        compiles.counts(),
        lives.counts(),
        sessions.sum(),
        bytesIn.sum(),
        bytesOut.sum(),
        failures);
  }

  /** The same as plain numbers. */
  public Tallies tallies() {
    Map<String, List<Long>> numbers = new HashMap<>();
    durations().forEach((name, histogram) -> numbers.put(name, histogram.numbers()));
    counters().forEach((name, counter) -> numbers.put(name, List.of(counter.sum())));
    return new Tallies(numbers);
  }

  /** Counts what was counted elsewhere. */
  public void add(Tallies others) {
    durations()
        .forEach(
            (name, histogram) -> histogram.add(others.numbers().getOrDefault(name, List.of())));
    counters().forEach((name, counter) -> counter.add(others.number(name)));
  }

  private Map<String, DurationHistogram> durations() {
    return Map.of("waits", waits, "connects", connects, "compiles", compiles, "lives", lives);
  }

  private Map<String, LongAdder> counters() {
    return Map.of(
        "sessions", sessions,
        "bytesIn", bytesIn,
        "bytesOut", bytesOut,
        "unreachable", unreachable,
        "unresolved", unresolved,
        "local", local);
  }

  private LongAdder adder(ConnectFailure why) {
    return switch (why) {
      case UNREACHABLE -> unreachable;
      case UNRESOLVED -> unresolved;
      case LOCAL -> local;
    };
  }
}
