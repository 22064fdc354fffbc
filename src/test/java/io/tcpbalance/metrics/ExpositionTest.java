package io.tcpbalance.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpositionTest {

  private final Exposition exposition = new Exposition();
  private final Families families = new Families();

  private String text(String accept) {
    return exposition.page(families, accept).text();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*/*",
        "text/plain",
        "text/plain;version=0.0.4",
        "application/json",
        "\u0000;;q=,",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
      })
  void writesTextUnlessAskedForOtherwise(String accept) {
    families.add(Family.WAITING_CLIENTS, 3, "farm");

    Exposition.Page page = exposition.page(families, accept);

    assertEquals("text/plain; version=0.0.4; charset=utf-8", page.contentType());
    assertTrue(text(accept).contains("\ntcpbalance_waiting_clients{proxy=\"farm\"} 3.0\n"));
    assertFalse(text(accept).contains("# EOF"));
  }

  @Test
  void writesOpenMetricsIfAskedFor() {
    families.add(Family.SESSIONS, 3, "farm");
    String accept = "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;q=0.3";

    assertEquals(
        "application/openmetrics-text; version=1.0.0; charset=utf-8",
        exposition.page(families, accept).contentType());
    assertTrue(text(accept).contains("# TYPE tcpbalance_sessions counter\n"));
    assertTrue(text(accept).endsWith("# EOF\n"));
  }

  @Test
  void writesDurationsAsCumulatedBuckets() {
    DurationHistogram waits = new DurationHistogram();
    waits.record(Duration.ofMillis(2).toNanos());
    waits.record(Duration.ofMinutes(20).toNanos());
    families.add(Family.WAIT_SECONDS, waits.counts(), "farm");

    String text = text("");

    for (String line :
        new String[] {
          "# TYPE tcpbalance_wait_seconds histogram",
          "tcpbalance_wait_seconds_bucket{proxy=\"farm\",le=\"0.001\"} 0",
          "tcpbalance_wait_seconds_bucket{proxy=\"farm\",le=\"0.0025\"} 1",
          "tcpbalance_wait_seconds_bucket{proxy=\"farm\",le=\"600.0\"} 1",
          "tcpbalance_wait_seconds_bucket{proxy=\"farm\",le=\"+Inf\"} 2",
          "tcpbalance_wait_seconds_count{proxy=\"farm\"} 2",
          "tcpbalance_wait_seconds_sum{proxy=\"farm\"} 1200.002"
        }) {
      assertTrue(text.contains(line + "\n"), line + " is not in\n" + text);
    }
  }

  @Test
  void escapesWhateverALabelHolds() {
    families.add(Family.PROXY_UP, 1, "a\"b\\c\nd");

    assertTrue(text("").contains("tcpbalance_proxy_up{proxy=\"a\\\"b\\\\c\\nd\"} 1.0\n"));
  }

  @Test
  void tellsOfTheProcessAndItsJvm() {
    String text = text("");

    assertTrue(text.contains("\nprocess_open_fds "));
    assertTrue(text.contains("\njvm_memory_used_bytes{area=\"heap\"} "));
  }
}
