package io.tcpbalance.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What {@link Compare} found, as a table for people and as JSON for machines.
 *
 * @param about machine and versions: what the figures hold for, and nowhere else
 * @param measurements in the order of the table
 * @param leftOut what should have taken part and did not, and why
 */
record Report(Map<String, String> about, List<Measurement> measurements, List<String> leftOut) {

  /** Machine, JDK and the contenders' versions. */
  static Map<String, String> describe(CompareOptions options, List<Contender> contenders)
      throws IOException {
    Map<String, String> about = new LinkedHashMap<>();
    about.put("cpu", cpuModel() + ", " + Runtime.getRuntime().availableProcessors() + " cores");
    about.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    about.put("jdk", System.getProperty("java.vendor") + " " + Runtime.version());
    contenders.forEach(contender -> about.put(contender.name(), contender.version()));
    about.put("concurrency", Integer.toString(options.concurrency()));
    about.put("serviceUs", Integer.toString(options.serviceUs()));
    about.put("rounds", Integer.toString(options.rounds()));
    return about;
  }

  private static String cpuModel() throws IOException {
    return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(System.getProperty("os.arch"));
  }

  String table() {
    StringBuilder out = new StringBuilder();
    about.forEach((key, value) -> line(out, "# %s: %s", key, value));
    leftOut.forEach(reason -> line(out, "# left out: %s", reason.lines().findFirst().orElse("")));
    line(
        out,
        "%-17s %-7s %8s %8s %8s %11s %9s %9s %11s %7s %8s",
        "proxy",
        "job",
        "jobs/s",
        "p50 ms",
        "p99 ms",
        "CPU us/job",
        "/haproxy",
        "/nginx",
        "/tcpbalance",
        "errors",
        "corrupt");
    for (Measurement m : measurements) {
      line(
          out,
          "%-17s %-7s %8.0f %8.2f %8.2f %11s %9s %9s %11s %7d %8d",
          m.proxy(),
          m.job(),
          m.jobsPerSecond(),
          m.p50Us() / 1000,
          m.p99Us() / 1000,
          m.cpuUsPerJob() > 0 ? String.format(Locale.ROOT, "%.1f", m.cpuUsPerJob()) : "-",
          shown(ratioTo(Contenders.HAPROXY, m)),
          shown(ratioTo(Contenders.NGINX, m)),
          shown(ratioTo(Contenders.TCPBALANCE, m)),
          m.errors(),
          m.corrupt());
    }
    return out.toString();
  }

  private static void line(StringBuilder out, String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }

  private static String shown(OptionalDouble ratio) {
    return ratio.isPresent() ? String.format(Locale.ROOT, "%.2f", ratio.getAsDouble()) : "-";
  }

  /** CPU per job over that of another proxy with the same jobs in the same run. */
  private OptionalDouble ratioTo(String proxy, Measurement m) {
    return measurements.stream()
        .filter(other -> other.proxy().equals(proxy) && other.job().equals(m.job()))
        .filter(other -> other.cpuUsPerJob() > 0 && m.cpuUsPerJob() > 0)
        .mapToDouble(other -> m.cpuUsPerJob() / other.cpuUsPerJob())
        .findFirst();
  }

  String json() {
    List<String> lines = new ArrayList<>();
    for (Measurement m : measurements) {
      lines.add("    " + json(m));
    }
    List<String> facts = new ArrayList<>();
    about.forEach((key, value) -> facts.add(quoted(key) + ": " + quoted(value)));
    return "{\n  \"about\": {"
        + String.join(", ", facts)
        + "},\n  \"leftOut\": ["
        + String.join(", ", leftOut.stream().map(Report::quoted).toList())
        + "],\n  \"measurements\": [\n"
        + String.join(",\n", lines)
        + "\n  ]\n}\n";
  }

  private String json(Measurement m) {
    List<String> perRound =
        m.rounds().stream()
            .map(Measurement.Round::cpuUsPerJob)
            .map(us -> String.format(Locale.ROOT, "%.2f", us))
            .toList();
    return String.format(
        Locale.ROOT,
        "{\"proxy\": %s, \"job\": %s, \"jobsPerSecond\": %.1f, \"p50Us\": %.0f, \"p99Us\": %.0f,"
            + " \"cpuUsPerJob\": %s, \"cpuUsPerJobByRound\": [%s], \"ratioToHaproxy\": %s,"
            + " \"ratioToNginx\": %s, \"ratioToTcpbalance\": %s, \"jobs\": %d, \"errors\": %d, \"corrupt\": %d}",
        quoted(m.proxy()),
        quoted(m.job()),
        m.jobsPerSecond(),
        m.p50Us(),
        m.p99Us(),
        m.cpuUsPerJob() > 0 ? String.format(Locale.ROOT, "%.2f", m.cpuUsPerJob()) : "null",
        String.join(", ", perRound),
        jsonNumber(ratioTo(Contenders.HAPROXY, m)),
        jsonNumber(ratioTo(Contenders.NGINX, m)),
        jsonNumber(ratioTo(Contenders.TCPBALANCE, m)),
        m.rounds().stream().mapToLong(round -> round.load().jobs()).sum(),
        m.errors(),
        m.corrupt());
  }

  private static String jsonNumber(OptionalDouble ratio) {
    return ratio.isPresent() ? String.format(Locale.ROOT, "%.4f", ratio.getAsDouble()) : "null";
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
