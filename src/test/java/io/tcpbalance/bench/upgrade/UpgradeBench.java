package io.tcpbalance.bench.upgrade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tcpbalance.testing.Daemon;
import io.tcpbalance.testing.JvmProbe;
import io.tcpbalance.testing.ProgramJar;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Replaces a daemon's code again and again under load; {@code ops/bench/upgrade --help}. */
final class UpgradeBench {

  private static final int MOST_UPGRADES = 10_000;
  private static final String LOADER = "io.tcpbalance.bootstrap.GenerationLoader";
  private static final Pattern HTTP = Pattern.compile("127.0.0.1:([0-9]+)");
  private static final Pattern FROZEN = Pattern.compile("nothing was granted for ([0-9]+) ms");
  private static final long WARM_UP_MS = 5_000;
  private static final long REST_MS = 2_000;
  private static final long POLL_MS = 200;
  private static final int LAST_LINES = 30;

  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final List<Crowd> crowds;
  private final Daemon daemon;
  private final Path code;
  private final String url;

  private UpgradeBench(List<Crowd> crowds, Daemon daemon, Path code) throws InterruptedException {
    this.crowds = List.copyOf(crowds);
    this.daemon = daemon;
    this.code = code;
    Matcher address = HTTP.matcher(daemon.awaitLine("HTTP interface listens on"));
    if (!address.find()) {
      throw new IllegalStateException("no HTTP interface");
    }
    url = "http://127.0.0.1:" + address.group(1) + "/api/v1/";
  }

  public static void main(String[] args) throws Exception {
    int count;
    try {
      count = Integer.parseInt(args[1]);
    } catch (NumberFormatException e) {
      count = 0;
    }
    if (count < 2 || count > MOST_UPGRADES) {
      System.err.println("upgrade: it takes a number from 2 to " + MOST_UPGRADES + "; see --help");
      System.exit(64);
    }
    System.exit(run(Path.of(args[0]), count) ? 0 : 1);
  }

  private static boolean run(Path work, int count) throws Exception {
    Path code = ProgramJar.installIn(work.resolve("lib"));
    try (Crowd plain = new Crowd("plain", "tcp");
        Crowd compiles = new Crowd("compiles", "distcc");
        Daemon daemon =
            Daemon.of(configuration(work, List.of(plain, compiles)))
                .jvmOptions(
                    "-Xmx512m", "-XX:-UseSerialGC", "-XX:+UseG1GC", "-XX:TieredStopAtLevel=4")
                .start()) {
      return run(new UpgradeBench(List.of(plain, compiles), daemon, code), count);
    }
  }

  private static boolean run(UpgradeBench bench, int count) throws Exception {
    try {
      return bench.run(count);
    } catch (IOException e) {
      boolean alive = ProcessHandle.of(bench.daemon.pid()).isPresent();
      System.err.println(alive ? "the daemon lives, and said" : "the daemon has ended, and said");
      List<String> told =
          bench.daemon.output().stream().filter(line -> !line.contains(" jobs ")).toList();
      told.subList(Math.max(0, told.size() - LAST_LINES), told.size()).forEach(System.err::println);
      throw e;
    }
  }

  private static Path configuration(Path work, List<Crowd> crowds) throws IOException {
    StringBuilder text =
        new StringBuilder(
            """
            tcpbalance {
              state-dir = "%s"
              admin.port = 0
              console.port = 0
              upgrade.allowed-dirs = ["%s"]
              # Two would read the requests of those who come at once in any order.
              relay.loops = 1
              proxies {
            """
                .formatted(work.resolve("state"), work));
    crowds.forEach(crowd -> text.append(crowd.configuration()));
    return Files.writeString(work.resolve("tcpbalance.conf"), text.append("} }\n").toString());
  }

  private boolean run(int count) throws Exception {
    for (Crowd crowd : crowds) {
      crowd.begin(daemon.port(crowd.proxy()));
    }
    rest(WARM_UP_MS);
    System.out.printf(
        "# %d upgrades, JDK %s, clients at a time: 2 x %d, slots: 2 x %d%n",
        count, Runtime.version(), Crowd.CLIENTS, Crowd.SLOTS);
    System.out.println(Row.header());
    boolean settled = false;
    try (JvmProbe probe = JvmProbe.attach(daemon.pid())) {
      JvmProbe.Vitals before = step(1, probe);
      for (int i = 2; i <= count; i++) {
        JvmProbe.Vitals unused = step(i, probe);
      }
      long loaders = probe.instancesOf(LOADER);
      Settled verdict = new Settled(before, probe.vitals(), loaders);
      System.out.println(verdict.table());
      settled = verdict.isSettled();
    } finally {
      for (Crowd crowd : crowds) {
        crowd.end();
      }
    }
    return verdict(settled);
  }

  private JvmProbe.Vitals step(int number, JvmProbe probe) throws Exception {
    Row row = upgrade(number);
    awaitAlone();
    JvmProbe.Vitals vitals = probe.vitals();
    System.out.println(row.line(vitals));
    return vitals;
  }

  private boolean verdict(boolean settled) {
    List<String> faults = faults();
    faults.forEach(System.out::println);
    int served = crowds.stream().mapToInt(Crowd::served).sum();
    int overtaken = crowds.stream().mapToInt(crowd -> crowd.order().overtaken()).max().orElse(0);
    System.out.printf(
        "%d jobs, nobody overtaken by more than %d, faults %d: %s%n",
        served, overtaken, faults.size(), faults.isEmpty() && settled ? "good" : "NOT GOOD");
    return faults.isEmpty() && settled;
  }

  private List<String> faults() {
    List<String> faults = new ArrayList<>();
    crowds.forEach(crowd -> faults.addAll(crowd.faults()));
    return faults;
  }

  private Row upgrade(int number) throws Exception {
    crowds.forEach(Crowd::takeEnded);
    rest(REST_MS);
    long beganNs = System.nanoTime();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "upgrade"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"dir\": \"" + code + "\"}"))
            .build();
    HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
    long servesNs = System.nanoTime();
    if (answer.statusCode() != 200) {
      throw new IOException("refused: " + answer.body());
    }
    rest(REST_MS);
    Order.Pause frozen = frozen();
    long longestNs = 0;
    Delays usual = Delays.NONE;
    Delays delays = Delays.NONE;
    for (Crowd crowd : crowds) {
      longestNs = Math.max(longestNs, crowd.order().longestPause(beganNs, servesNs).ns());
      List<Crowd.Ended> jobs = crowd.takeEnded();
      usual = usual.and(Delays.usual(jobs, beganNs));
      delays = delays.and(Delays.of(jobs, beganNs, frozen));
    }
    return new Row(
        number, servesNs - beganNs, frozen.ns(), longestNs, usual, delays, faults().size());
  }

  /** The time in which nothing was granted, as the daemon itself says. */
  private Order.Pause frozen() {
    List<String> told = daemon.linesWith("nothing was granted for");
    String line = told.get(told.size() - 1);
    Matcher ms = FROZEN.matcher(line);
    if (!ms.find()) {
      throw new IllegalStateException("no time in: " + line);
    }
    OffsetDateTime switched = OffsetDateTime.parse(line.substring(0, line.indexOf(' ')));
    long sinceNs = Duration.between(switched, OffsetDateTime.now(ZoneOffset.UTC)).toNanos();
    long toNs = System.nanoTime() - sinceNs;
    return new Order.Pause(toNs - TimeUnit.MILLISECONDS.toNanos(Long.parseLong(ms.group(1))), toNs);
  }

  /**
   * One upgrade.
   *
   * @param servesNs from the request to the answer that it is done
   * @param frozenNs without grants, as the daemon says
   * @param pauseNs the longest time in which no host of one of the crowds began a job
   * @param usual of those who were served before
   * @param delays of those who waited while nothing was granted
   */
  private record Row(
      int number,
      long servesNs,
      long frozenNs,
      long pauseNs,
      Delays usual,
      Delays delays,
      int faults) {

    static String header() {
      return "upgrade  serves s  pause ms  frozen ms  usual p99  late p50  p99 ms  max ms  faults"
          + "  metaspace  heap MiB  files  threads";
    }

    String line(JvmProbe.Vitals vitals) {
      return String.format(
          Locale.ROOT,
          "%7d  %8.2f  %8.0f  %9.0f  %9.0f  %8.0f  %6.0f  %6.0f  %6d  %9.1f  %8.1f  %5d  %7d",
          number,
          servesNs / 1e9,
          pauseNs / 1e6,
          frozenNs / 1e6,
          usual.ms(0.99),
          delays.ms(0.5),
          delays.ms(0.99),
          delays.ms(1),
          faults,
          vitals.metaspaceBytes() / (double) (1 << 20),
          vitals.heapBytes() / (double) (1 << 20),
          vitals.openFiles(),
          vitals.threads().size());
    }
  }

  /** Nothing is left of the generation before. */
  private void awaitAlone() throws Exception {
    boolean alone = false;
    while (!alone) {
      rest(POLL_MS);
      alone = isAlone();
    }
  }

  /** On a busy machine the HTTP interface may be away for a moment when it changes hands. */
  private boolean isAlone() throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url + "generations")).build();
    boolean alone = true;
    try {
      String body = http.send(request, BodyHandlers.ofString()).body();
      for (JsonNode generation : json.readTree(body)) {
        alone &= !generation.path("state").asText().equals("draining");
      }
    } catch (IOException e) {
      if (ProcessHandle.of(daemon.pid()).isEmpty()) {
        throw e;
      }
      alone = false;
    }
    return alone;
  }

  private static void rest(long ms) throws InterruptedException {
    boolean unused = new CountDownLatch(1).await(ms, TimeUnit.MILLISECONDS);
  }
}
