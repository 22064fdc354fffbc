package io.tcpbalance.bench.soak;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the samples say: which figure grows. Tolerances are what a JVM does by itself: jobs under
 * way differ from sample to sample, and compiled code and arenas of malloc grow for long.
 */
final class Verdict {
  private static final double MIB = 1 << 20;

  private final Map<String, Trend> trends = new LinkedHashMap<>();

  Verdict(List<Sample> samples) {
    if (samples.size() < Trend.FEWEST_SAMPLES) {
      return;
    }
    trends.put("heap MiB", Trend.of(samples, s -> s.heapBytes() / MIB, 2, 0.05));
    trends.put("direct MiB", Trend.of(samples, s -> s.directBytes() / MIB, 1, 0.05));
    trends.put("descriptors", Trend.of(samples, Sample::descriptors, 12, 0));
    trends.put("threads", Trend.of(samples, Sample::threads, 3, 0));
    trends.put("RSS MiB", Trend.of(samples, s -> s.residentBytes() / MIB, 16, 0.10));
  }

  boolean isFlat() {
    return trends.values().stream().noneMatch(Trend::grows);
  }

  String table() {
    if (trends.isEmpty()) {
      return "too short to tell whether anything grows";
    }
    List<String> lines = new ArrayList<>();
    lines.add("last three quarters: median of their first third and of their last third");
    lines.add("%-12s %9s %9s %9s %10s".formatted("figure", "early", "late", "growth", "tolerance"));
    trends.forEach((figure, trend) -> lines.add(line(figure, trend)));
    return String.join("\n", lines);
  }

  private static String line(String figure, Trend t) {
    return String.format(
        Locale.ROOT,
        "%-12s %9.2f %9.2f %9.2f %10.2f  %s",
        figure,
        t.early(),
        t.late(),
        t.late() - t.early(),
        t.tolerance(),
        t.grows() ? "GROWS" : "flat");
  }
}
