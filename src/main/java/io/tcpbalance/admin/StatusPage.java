package io.tcpbalance.admin;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.RemoteSession;
import io.tcpbalance.balancer.Stall;
import io.tcpbalance.config.ProxySettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

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
  private final UnaryOperator<String> howToAdd;
  private final StringBuilder page = new StringBuilder(1024);

  /**
   * An empty page.
   *
   * @param howToAdd what to do where a proxy of that name has no back-end
   */
  StatusPage(Instant now, UnaryOperator<String> howToAdd) {
    this.now = now;
    this.howToAdd = howToAdd;
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
    state.pool().stall().ifPresent(stall -> line("Gives no slots", words(stall)));
    page.append('\n');
    if (state.pool().backends().isEmpty()) {
      page.append("There is no back-end yet: clients wait. Add one with\n\n")
          .append(howToAdd.apply(settings.name()));
    } else {
      table(state.pool().backends());
    }
    elsewhere(state.pool().elsewhere());
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

  private static String words(Stall stall) {
    return stall.reason() + ", since " + Texts.time(stall.since());
  }

  private void table(List<BackendStatus> backends) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(COLUMNS);
    backends.forEach(b -> rows.add(cells(b)));
    page.append(TextTable.of(rows));
    page.append("\nActiveTime is in ms, of sessions that have ended.\n");
  }

  /** Which of the sessions that were counted are not this daemon's. */
  private void elsewhere(List<RemoteSession> sessions) {
    Map<String, Map<String, List<Long>>> byPlace = new TreeMap<>();
    for (RemoteSession s : sessions) {
      byPlace
          .computeIfAbsent(s.backend(), name -> new TreeMap<>())
          .computeIfAbsent(s.node(), node -> new ArrayList<>())
          .add(s.session());
    }
    if (!byPlace.isEmpty()) {
      page.append("\nSessions of other nodes, by their numbers there:\n\n");
    }
    byPlace.forEach(
        (backend, nodes) ->
            nodes.forEach(
                (node, ids) -> line(backend, node + " " + ids.stream().sorted().toList())));
  }

  private static List<String> cells(BackendStatus b) {
    return List.of(
        b.name(),
        String.valueOf(b.port()),
        b.status().equals("up") ? "up" : "down",
        String.valueOf(b.maxConnections()),
        String.valueOf(b.pending()),
        String.valueOf(b.active()),
        b.lastError().orElse("-"),
        b.lastErrorTime().map(Texts::time).orElse("-"),
        String.valueOf(b.activeCount()),
        String.valueOf(b.activeTimeMs()));
  }

  @Override
  public String toString() {
    return page.toString();
  }
}
