package io.tcpbalance.bench.upgrade;

import io.tcpbalance.testing.JvmProbe;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Whether a process uses as much as it did before, when nothing is left of replaced code. What
 * remains of a generation is its classes at least, about 40 MiB of Metaspace, and its threads; the
 * tolerances are what a JVM under load does by itself.
 */
final class Settled {

  private static final double MIB = 1 << 20;

  private final List<String> lines = new ArrayList<>();
  private boolean settled = true;

  Settled(JvmProbe.Vitals before, JvmProbe.Vitals after, long loaders) {
    lines.add(String.format("%-14s %9s %9s %10s", "figure", "before", "after", "tolerance"));
    judge("heap MiB", before.heapBytes() / MIB, after.heapBytes() / MIB, 4, 0.10);
    judge("direct MiB", before.directBytes() / MIB, after.directBytes() / MIB, 1, 0.05);
    judge("metaspace MiB", before.metaspaceBytes() / MIB, after.metaspaceBytes() / MIB, 4, 0.05);
    judge("descriptors", (double) before.openFiles(), (double) after.openFiles(), 12, 0);
    judge("threads", before.threads().size(), after.threads().size(), 3, 0);
    judge("class loaders", 1, (double) loaders, 0, 0);
  }

  private void judge(String figure, double before, double after, double least, double share) {
    double tolerance = Math.max(least, share * before);
    boolean back = after - before <= tolerance;
    settled &= back;
    lines.add(
        String.format(
            Locale.ROOT,
            "%-14s %9.2f %9.2f %10.2f  %s",
            figure,
            before,
            after,
            tolerance,
            back ? "back" : "GROWN"));
  }

  boolean isSettled() {
    return settled;
  }

  String table() {
    return String.join("\n", lines);
  }
}
