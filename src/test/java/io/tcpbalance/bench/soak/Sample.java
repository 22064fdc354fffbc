package io.tcpbalance.bench.soak;

import io.tcpbalance.testing.JvmProbe;
import java.util.Locale;

/**
 * A line of the table: the daemon at one moment, and what has happened since the beginning.
 *
 * @param seconds since the beginning
 * @param counts of jobs and events, as text
 * @param heapBytes alive, after a full garbage collection
 * @param directBytes of direct buffers
 * @param descriptors open files and sockets
 * @param threads without those that answer the probe
 * @param residentBytes as the system counts them
 */
record Sample(
    long seconds,
    String counts,
    long heapBytes,
    long directBytes,
    long descriptors,
    long threads,
    long residentBytes) {

  private static final double MIB = 1 << 20;
  private static final String COUNTS = "%7s %7s %8s %6s %7s %6s %7s %6s %7s %5s %7s %6s %6s %6s";

  /** What stands above the lines. */
  static String header() {
    Object[] counted = {
      "tiny",
      "shaped",
      "compiled",
      "slow",
      "aborted",
      "half",
      "refused",
      "lost",
      "replays",
      "error",
      "corrupt",
      "deaths",
      "change",
      "kills"
    };
    return "%6s %s %9s %9s %5s %7s %8s"
        .formatted(
            "time", COUNTS.formatted(counted), "heap MiB", "dir. MiB", "fds", "threads", "RSS MiB");
  }

  static Sample of(
      long seconds, Tally tally, long replays, JvmProbe.Vitals vitals, long residentBytes) {
    String counts =
        COUNTS.formatted(
            tally.done(JobKind.TINY),
            tally.done(JobKind.SHAPED),
            tally.done(JobKind.COMPILED),
            tally.done(JobKind.SLOW),
            tally.done(JobKind.ABORTED),
            tally.done(JobKind.HALF_CLOSED),
            tally.done(JobKind.REFUSED),
            tally.count(Tally.Event.LOST),
            replays,
            tally.count(Tally.Event.ERROR),
            tally.count(Tally.Event.CORRUPT),
            tally.count(Tally.Event.DEATH),
            tally.count(Tally.Event.CHANGE),
            tally.count(Tally.Event.KILL));
    return new Sample(
        seconds,
        counts,
        vitals.heapBytes(),
        vitals.directBytes(),
        vitals.openFiles(),
        vitals.threads().size(),
        residentBytes);
  }

  String line() {
    return String.format(
        Locale.ROOT,
        "%3d:%02d %s %9.2f %9.2f %5d %7d %8.1f",
        seconds / 60,
        seconds % 60,
        counts,
        heapBytes / MIB,
        directBytes / MIB,
        descriptors,
        threads,
        residentBytes / MIB);
  }
}
