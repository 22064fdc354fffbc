package io.tcpbalance.bench;

import io.tcpbalance.bench.Contender.Protocol;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Measures proxies side by side: each in turn, never two at once, before the same server, with the
 * same jobs. Each round starts every proxy anew, so that a slow minute of the machine falls on all
 * of them. Progress goes to standard error, the outcome to standard output.
 */
final class Compare {
  /** The launcher of ours builds what is not built yet. */
  private static final Duration START_TIMEOUT = Duration.ofMinutes(5);

  private final CompareOptions options;
  private final JobServer server;
  private final Map<String, Measurement> measurements = new LinkedHashMap<>();
  private final Set<String> failed = new HashSet<>();
  private final List<String> leftOut;
  private boolean clean = true;

  private Compare(CompareOptions options, JobServer server, List<String> leftOut) {
    this.options = options;
    this.server = server;
    this.leftOut = new ArrayList<>(leftOut);
  }

  public static void main(String[] args) throws Exception {
    CompareOptions options;
    try {
      options = CompareOptions.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println("compare: " + e.getMessage() + "; see --help");
      System.exit(64);
      return;
    }
    Contenders contenders = Contenders.find(options.only(), options.launcher(), options.workDir());
    contenders.leftOut().forEach(reason -> say("left out: %s", reason));
    boolean clean;
    try (JobServer server = JobServer.start(0)) {
      Compare compare = new Compare(options, server, contenders.leftOut());
      clean = compare.run(contenders.present());
    }
    System.exit(clean ? 0 : 1);
  }

  private boolean run(List<Contender> contenders) throws IOException, InterruptedException {
    Map<String, String> about = Report.describe(options, contenders);
    for (int round = 1; round <= options.rounds(); round++) {
      if (options.only().contains(Contenders.DIRECT)) {
        warmAndMeasure(Contenders.DIRECT, Protocol.TCP, round, server.port(), () -> 0);
      }
      for (Contender contender : contenders) {
        if (!failed.contains(contender.name())) {
          take(contender, round);
        }
      }
    }
    Report report = new Report(about, List.copyOf(measurements.values()), leftOut);
    if (options.json()) {
      System.err.print(report.table());
      System.out.print(report.json());
    } else {
      System.out.print(report.table());
    }
    return clean && !measurements.isEmpty();
  }

  private void take(Contender contender, int round) throws InterruptedException {
    say("%s: starting", contender.name());
    try (ChildProcess proxy =
        ChildProcess.start(contender, server.port(), options.workDir(), START_TIMEOUT)) {
      warmAndMeasure(contender.name(), contender.protocol(), round, proxy.port(), proxy::cpuUs);
    } catch (IOException e) {
      clean = false;
      failed.add(contender.name());
      String reason = String.valueOf(e.getMessage());
      leftOut.add(reason);
      say("%s", reason);
    }
  }

  private void warmAndMeasure(
      String name, Protocol protocol, int round, int port, LongSupplier proxyCpuUs)
      throws IOException {
    warm(port, protocol.nearest(JobShape.tiny()), options.warmTiny());
    warm(port, protocol.nearest(JobShape.distccShaped()), options.warmShaped());
    for (JobKind kind : JobKind.ALL) {
      if (protocol.takes(kind.shape())) {
        measure(name, round, kind, port, proxyCpuUs);
      } else {
        // As many as the others have behind them when they come to the next kind: JITs go on.
        load(port, protocol.nearest(kind.shape()).withServiceUs(options.serviceUs()));
      }
    }
  }

  /** Without service time: only the code is to get warm. */
  private void warm(int port, JobShape shape, int jobs) throws IOException {
    LoadResult load = JobLoad.run(port, shape, jobs, options.concurrency());
    if (!load.isClean()) {
      clean = false;
      say("warm-up: %s", load);
    }
  }

  private LoadResult load(int port, JobShape shape) throws IOException {
    if (options.jobs() > 0) {
      return JobLoad.run(port, shape, options.jobs(), options.concurrency());
    }
    Duration duration = Duration.ofSeconds(options.seconds());
    return JobLoad.runFor(duration, port, shape, options.concurrency());
  }

  private void measure(String name, int round, JobKind kind, int port, LongSupplier proxyCpuUs)
      throws IOException {
    JobShape shape = kind.shape().withServiceUs(options.serviceUs());
    long corruptBefore = server.corrupt();
    long cpuBeforeUs = proxyCpuUs.getAsLong();
    LoadResult load = load(port, shape);
    long cpuUs = proxyCpuUs.getAsLong() - cpuBeforeUs;
    Measurement.Round result = new Measurement.Round(load, cpuUs, server.corrupt() - corruptBefore);
    measurements
        .computeIfAbsent(name + " " + kind.word(), key -> new Measurement(name, kind.word()))
        .add(result);
    clean &= load.isClean() && result.corruptRequests() == 0;
    say(
        "round %d/%d %-17s %-7s %s cpu %.1f us/job",
        round, options.rounds(), name, kind.word(), load, result.cpuUsPerJob());
  }

  private static void say(String format, Object... values) {
    System.err.println(String.format(Locale.ROOT, format, values));
  }
}
