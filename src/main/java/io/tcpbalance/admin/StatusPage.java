package io.tcpbalance.admin;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.config.ProxySettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The page of the original: for each proxy its times, time-outs and wait list, then its back-ends
 * as a table. For people; programs take the JSON.
 */
final class StatusPage {

  private static final List<String> COLUMNS =
      List.of(
          "Name",
          "Port",
          "Status",
          "MaxConn",
          "PendConn",
          "ActConn",
          "LastErr",
          "LastErrTime",
          "ActiveCount",
          "ActiveTime");

  private final Instant now;
  private final String baseUri;
  private final StringBuilder page = new StringBuilder(1024);

  /**
   * An empty page.
   *
   * @param baseUri where this server is, as the client sees it
   */
  StatusPage(Instant now, String baseUri) {
    this.now = now;
    this.baseUri = baseUri;
    page.append("TCPBalance\n");
  }

  StatusPage proxy(ProxyState state) {
    ProxySettings settings = state.description().settings();
    heading(settings.name());
    line("Start time", Texts.time(state.pool().startedAt()));
    line("Current time", Texts.time(now));
    line("Port", String.valueOf(state.description().address().getPort()));
    line("Connect time-out", millis(settings.connectTimeout()));
    line("Inactivity time-out", millis(settings.idleTimeout()));
    line("Wait time-out", millis(settings.queue().timeout()));
    line("Wait list length", String.valueOf(state.pool().waiting()));
    page.append('\n');
    if (state.pool().backends().isEmpty()) {
      howToAdd(settings.name());
    } else {
      table(state.pool().backends());
    }
    return this;
  }

  StatusPage silentProxy(String name) {
    heading(name);
    page.append("does not answer, it may be restarting; look again in a few seconds\n");
    return this;
  }

  private void heading(String proxy) {
    page.append("\nProxy ").append(proxy).append("\n\n");
  }

  private void line(String what, String value) {
    page.append(String.format(Locale.ROOT, "%-20s %s\n", what + ":", value));
  }

  private static String millis(Duration duration) {
    return duration.toMillis() + " ms";
  }

  private void howToAdd(String proxy) {
    page.append("There is no back-end yet: clients wait. Add one with\n\n  curl -H ")
        .append("'Content-Type: application/json' -d '{\"name\": \"HOST\", \"maxConnections\": 4}'")
        .append(" \\\n    ")
        .append(baseUri)
        .append("/api/v1/proxies/")
        .append(proxy)
        .append("/backends\n\nand, if a token is set, -H 'Authorization: Bearer TOKEN'.\n");
  }

  private void table(List<BackendStatus> backends) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(COLUMNS);
    backends.forEach(b -> rows.add(cells(b)));
    int[] widths = new int[COLUMNS.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    rows.forEach(row -> row(row, widths));
    page.append("\nActiveTime is in ms, of sessions that have ended.\n");
  }

  private static List<String> cells(BackendStatus b) {
    return List.of(
        b.name(),
        String.valueOf(b.port()),
        b.status().equals("up") ? "up" : "down",
        String.valueOf(b.maxConnections()),
        String.valueOf(b.pending()),
        String.valueOf(b.active()),
        b.lastError().map(StatusPage::oneLine).orElse("-"),
        b.lastErrorTime().map(Texts::time).orElse("-"),
        String.valueOf(b.activeCount()),
        String.valueOf(b.activeTimeMs()));
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }

  private void row(List<String> cells, int[] widths) {
    StringBuilder row = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      row.append(cells.get(i)).append(" ".repeat(widths[i] - cells.get(i).length() + 2));
    }
    page.append(row.toString().stripTrailing()).append('\n');
  }

  @Override
  public String toString() {
    return page.toString();
  }
}
