package io.tcpbalance.console;

import io.tcpbalance.admin.Proxies;
import io.tcpbalance.admin.ProxyView;
import io.tcpbalance.admin.SessionView;
import io.tcpbalance.admin.StatusReport;
import io.tcpbalance.admin.TextTable;
import io.tcpbalance.admin.Texts;
import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.PoolStatus;
import io.tcpbalance.balancer.WaitingClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What can be looked at. */
final class Views {

  /** More rows than these help nobody at a terminal; the JSON has them. */
  private static final int MOST_ROWS = 1000;

  private static final long SHORTEST_WATCH_S = 1;
  private static final long LONGEST_WATCH_S = 3600;
  private static final Duration DEFAULT_WATCH = Duration.ofSeconds(2);

  private final Proxies proxies;
  private final InstantSource wallClock;
  private final StatusReport status;

  Views(Proxies proxies, InstantSource wallClock) {
    this.proxies = proxies;
    this.wallClock = wallClock;
    status = new StatusReport(proxies, wallClock);
  }

  CompletionStage<Answer> status(Operator operator, Words words) {
    words.end();
    return status.page(this::howToAdd).thenApply(Answer::of);
  }

  private String howToAdd(String proxy) {
    return (proxies.all().size() > 1 ? "  use " + proxy + "\n" : "") + "  add HOST 4\n";
  }

  CompletionStage<Answer> proxies(Operator operator, Words words) {
    words.end();
    return proxies
        .views()
        .thenApply(
            views ->
                table(
                    List.of("Name", "Listens", "Protocol", "Back-ends", "Waiting", "Clients"),
                    views,
                    Views::cells));
  }

  private static List<String> cells(ProxyView proxy) {
    return List.of(
        proxy.name(),
        proxy.listen(),
        proxy.protocol(),
        String.valueOf(proxy.backends().size()),
        String.valueOf(proxy.waiting()),
        proxy.accepting() ? "accepted" : "refused");
  }

  CompletionStage<Answer> backends(Operator operator, Words words) {
    words.end();
    return operator.proxy().pool().thenApply(Views::backends);
  }

  private static Answer backends(PoolStatus pool) {
    return table(
        List.of(
            "Name", "Address", "Status", "Max", "Slots", "Pending", "Active", "Done", "Last error"),
        pool.backends(),
        Views::cells);
  }

  private static List<String> cells(BackendStatus b) {
    return List.of(
        b.name(),
        Texts.hostAndPort(b.host(), b.port()),
        b.status(),
        String.valueOf(b.maxConnections()),
        String.valueOf(b.slots()),
        String.valueOf(b.pending()),
        String.valueOf(b.active()),
        String.valueOf(b.activeCount() - b.active()),
        b.lastError()
            .map(e -> b.lastErrorTime().map(at -> Texts.time(at) + " ").orElse("") + e)
            .orElse("-"));
  }

  CompletionStage<Answer> watch(Operator operator, Words words) {
    Duration interval =
        words.areLeft()
            ? Duration.ofSeconds(words.number("SECONDS", SHORTEST_WATCH_S, LONGEST_WATCH_S))
            : DEFAULT_WATCH;
    words.end();
    return operator
        .proxy()
        .pool()
        .thenApply(
            pool ->
                Answer.repeatedly(
                    "\n%s, %d waiting; Enter ends it\n%s"
                        .formatted(
                            Texts.time(wallClock.instant()), pool.waiting(), backends(pool).text()),
                    interval));
  }

  CompletionStage<Answer> sessions(Operator operator, Words words) {
    words.end();
    return operator
        .proxy()
        .sessions(MOST_ROWS, wallClock.instant())
        .thenApply(
            sessions ->
                table(
                    List.of("Id", "Client", "Phase", "Back-end", "Age", "In", "Out", "Job"),
                    sessions,
                    Views::cells));
  }

  private static List<String> cells(SessionView s) {
    String backend = s.backend();
    SessionView.JobView job = s.job();
    return List.of(
        String.valueOf(s.id()),
        s.client(),
        s.phase(),
        backend == null ? "-" : backend,
        seconds(s.ageMs()),
        String.valueOf(s.bytesIn()),
        String.valueOf(s.bytesOut()),
        job == null ? "-" : job.compiler() + " " + job.file());
  }

  CompletionStage<Answer> waiting(Operator operator, Words words) {
    words.end();
    return operator
        .proxy()
        .waiting(MOST_ROWS)
        .thenApply(
            clients ->
                table(List.of("Place", "Session", "Client", "Waited"), clients, Views::cells));
  }

  private static List<String> cells(WaitingClient c) {
    return List.of(
        String.valueOf(c.position()),
        String.valueOf(c.session()),
        Texts.address(c.client()),
        seconds(c.waitedMs()));
  }

  private static String seconds(long ms) {
    return String.format(Locale.ROOT, "%.1f s", ms / 1000.0);
  }

  private static <T> Answer table(
      List<String> heads, List<T> rows, Function<T, List<String>> cells) {
    if (rows.isEmpty()) {
      return Answer.of("none\n");
    }
    List<List<String>> all = new ArrayList<>();
    all.add(heads);
    rows.forEach(row -> all.add(cells.apply(row)));
    return Answer.of(TextTable.of(all));
  }
}
