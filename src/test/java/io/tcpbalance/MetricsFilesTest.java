package io.tcpbalance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tcpbalance.testing.Daemon;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Holds the table of metrics, the alerts and the dashboard against what a daemon really tells. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MetricsFilesTest {

  private static final Path PROMETHEUS = Path.of("ops", "prometheus");
  private static final Path DASHBOARD = Path.of("ops", "grafana", "tcpbalance.json");

  private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
  private static final Pattern SAMPLE = Pattern.compile("([a-z0-9_]+)(\\{.*\\})? \\S+");
  private static final Pattern LABEL = Pattern.compile("[{,]\\s*([a-z_]+)=~?\"");
  private static final Pattern METRIC = Pattern.compile("\\b(?:tcpbalance|process|jvm)_[a-z0-9_]+");
  private static final Pattern ROW =
      Pattern.compile("\\| `([a-z0-9_]+)` \\| (\\w+) \\| ([^|]*) \\| ([^|]+) \\| `(.*)` \\|");
  private static final Pattern SERIES = Pattern.compile("- series: ([a-z0-9_]+)(\\{.*\\})");

  /** What Prometheus adds. */
  private static final Set<String> OF_THE_SCRAPE = Set.of("instance", "job");

  /** What is between the name of a metric and that of its samples. */
  private static final Set<String> OF_SAMPLES = Set.of("le", "quantile");

  /** A metric: its type, and the names of its labels. */
  private record Shape(String type, Set<String> labels) {}

  @TempDir private static Path directory;

  private String scrape;
  private final Map<String, Shape> metrics = new TreeMap<>();

  @BeforeAll
  void scrapeDaemon() throws Exception {
    Path configuration =
        Files.writeString(
            directory.resolve("metrics.conf"),
            """
            tcpbalance {
              admin.port = 0
              console.port = 0
              proxies {
                distcc {
                  protocol = distcc
                  listen { host = 127.0.0.1, port = 0 }
                  health.check = none
                  backends = [{ name = bld6, host = 127.0.0.1, port = 9, max-connections = 4 }]
                }
                web {
                  protocol = tcp
                  listen { host = 127.0.0.1, port = 0 }
                  health.check = none
                  backends = [{ name = w, host = 127.0.0.1, port = 9, max-connections = 1 }]
                }
              }
            }
            """);
    try (Daemon daemon = Daemon.of(configuration).start()) {
      String line = daemon.awaitLine("HTTP interface listens on ");
      daemon.awaitLine("telnet console listens on ");
      String port = line.substring(line.lastIndexOf(':') + 1);
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build();
      scrape = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }
    read(scrape);
  }

  private void read(String text) {
    String name = "";
    for (String line : text.split("\n", -1)) {
      Matcher type = TYPE.matcher(line);
      Matcher sample = SAMPLE.matcher(line);
      if (type.matches()) {
        name = type.group(1);
        metrics.put(name, new Shape(type.group(2), new TreeSet<>()));
      } else if (sample.matches()) {
        assertTrue(sample.group(1).startsWith(name), line);
        metrics.get(name).labels().addAll(labels(sample.group(2)));
      }
    }
    assertTrue(metrics.containsKey("tcpbalance_proxy_up"), text);
  }

  private static Set<String> labels(String braces) {
    Set<String> labels = new TreeSet<>();
    if (braces != null) {
      LABEL.matcher(braces).results().forEach(m -> labels.add(m.group(1)));
    }
    labels.removeAll(OF_SAMPLES);
    return labels;
  }

  @Test
  void tableOfTheReadmeIsWhatADaemonTells() throws IOException {
    Map<String, Shape> table = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("README.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        Set<String> labels =
            Arrays.stream(row.group(3).replace("`", "").split(",", -1))
                .map(String::strip)
                .filter(label -> !label.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
        table.put(row.group(1), new Shape(row.group(2), labels));
        Matcher example = SAMPLE.matcher(row.group(5));
        assertTrue(example.matches(), line);
        assertTrue(example.group(1).startsWith(row.group(1)), line);
        assertEquals(labels, labels(example.group(2)), line);
      }
    }

    assertEquals(lines(metrics), lines(table));
  }

  /** So that what differs is easily found. */
  private static String lines(Map<String, Shape> shapes) {
    return shapes.entrySet().stream().map(Object::toString).collect(Collectors.joining("\n"));
  }

  @Test
  void alertsAskOnlyForMetricsThatThereAre() throws IOException {
    assertEquals(Set.of(), unknown(Files.readString(PROMETHEUS.resolve("alerts.yml"))));
  }

  @Test
  void alertsAreTestedWithSeriesAsThereAre() throws IOException {
    List<String> wrong = new ArrayList<>();
    int seen = 0;
    for (String line : Files.readAllLines(PROMETHEUS.resolve("alerts_test.yml"))) {
      Matcher series = SERIES.matcher(line.strip());
      if (series.matches() && series.group(1).startsWith("tcpbalance_")) {
        Set<String> labels = labels(series.group(2));
        labels.removeAll(OF_THE_SCRAPE);
        if (!metrics.get(series.group(1)).labels().equals(labels)) {
          wrong.add(line);
        }
        seen++;
      }
    }

    assertEquals(List.of(), wrong);
    assertTrue(seen > 20, "only " + seen + " series were found");
  }

  @Test
  void dashboardAsksOnlyForMetricsThatThereAre() throws IOException {
    List<String> queries = queries();

    assertEquals(Set.of(), unknown(String.join("\n", queries)));
    assertTrue(queries.size() > 20, "only " + queries.size() + " queries were found");
  }

  @Test
  void dashboardCanBeNarrowedToAProxyAndHasEachPanelOnce() throws IOException {
    JsonNode dashboard = new ObjectMapper().readTree(Files.readAllBytes(DASHBOARD));
    Set<Integer> ids = new HashSet<>();
    dashboard.get("panels").forEach(p -> assertTrue(ids.add(p.get("id").asInt()), p.toString()));
    Set<String> variables = new TreeSet<>();
    dashboard.at("/templating/list").forEach(v -> variables.add(v.get("name").asText()));

    assertEquals(Set.of("datasource", "instance", "proxy"), variables);
    for (String query : queries()) {
      boolean ofProxy =
          METRIC
              .matcher(query)
              .results()
              .map(m -> family(m.group()))
              .anyMatch(name -> metrics.get(name).labels().contains("proxy"));
      assertEquals(ofProxy && !query.startsWith("label_values"), query.contains("$proxy"), query);
    }
  }

  private static List<String> queries() throws IOException {
    JsonNode dashboard = new ObjectMapper().readTree(Files.readAllBytes(DASHBOARD));
    List<String> queries = dashboard.findValuesAsText("expr");
    queries.addAll(dashboard.findValuesAsText("definition"));
    return queries;
  }

  private Set<String> unknown(String text) {
    return METRIC
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .filter(name -> !metrics.containsKey(family(name)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Of histograms and summaries the samples have longer names. */
  private String family(String sample) {
    String shorter = sample.replaceAll("_(bucket|count|sum)$", "");
    return metrics.containsKey(sample) ? sample : shorter;
  }

  @Test
  void prometheusFindsNothingToSayAgainstTheMetrics() throws Exception {
    Path file = Files.writeString(directory.resolve("scrape.txt"), scrape);

    assertEquals("", promtool(file, "check", "metrics"));
  }

  @Test
  void prometheusUnderstandsConfigurationAndAlerts() throws Exception {
    Path nothing = Files.createFile(directory.resolve("nothing"));

    assertFalse(promtool(nothing, "check", "config", shipped("prometheus.yml")).contains("FAILED"));
    assertFalse(promtool(nothing, "check", "rules", shipped("alerts.yml")).contains("FAILED"));
    Files.delete(nothing);
  }

  @Test
  void eachAlertComesWhenItShould() throws Exception {
    Path none = Files.createFile(directory.resolve("none"));
    String tests = Files.readString(PROMETHEUS.resolve("alerts_test.yml"));
    Set<String> alerts =
        Pattern.compile("- alert: (\\w+)")
            .matcher(Files.readString(PROMETHEUS.resolve("alerts.yml")))
            .results()
            .map(m -> m.group(1))
            .filter(alert -> !tests.contains("alertname: " + alert + "\n"))
            .collect(Collectors.toCollection(TreeSet::new));

    assertEquals(Set.of(), alerts, "alerts without a test");
    assertTrue(promtool(none, "test", "rules", shipped("alerts_test.yml")).contains("SUCCESS"));
  }

  @Test
  void prometheusUnderstandsEveryQueryOfTheDashboard() throws Exception {
    StringBuilder rules = new StringBuilder("groups:\n- name: dashboard\n  rules:\n");
    int number = 0;
    for (String query : queries()) {
      if (!query.startsWith("label_values")) {
        String expression = query.replace("$__rate_interval", "1m").replace("'", "''");
        rules.append("  - record: q").append(number++).append("\n    expr: '");
        rules.append(expression).append("'\n");
      }
    }
    Path file = Files.writeString(directory.resolve("queries.yml"), rules);

    String said = promtool(file, "check", "rules", file.toString());

    assertTrue(said.contains("SUCCESS: " + number + " rules found"), said);
  }

  private static String shipped(String name) {
    return PROMETHEUS.resolve(name).toString();
  }

  /** Runs Debian's promtool, which must be content; returns what it says. */
  private static String promtool(Path input, String... arguments) throws Exception {
    boolean there =
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
            .anyMatch(path -> Files.isExecutable(Path.of(path, "promtool")));
    assumeTrue(there, "there is no promtool; on Debian: apt-get install prometheus");
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    Process tool =
        new ProcessBuilder(command).redirectErrorStream(true).redirectInput(input.toFile()).start();
    String said = new String(tool.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, tool.waitFor(), said);
    return said;
  }
}
