package io.tcpbalance.admin.live;

import io.tcpbalance.admin.ReloadReport;
import io.tcpbalance.admin.Texts;
import io.tcpbalance.balancer.BackendHealthChanged;
import io.tcpbalance.balancer.StallChanged;
import io.tcpbalance.distcc.Printable;
import io.tcpbalance.state.AuditEntry;
import io.tcpbalance.supervision.ActorRestarting;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts what happens into words. */
final class News {

  private static final int LONGEST_TEXT = 500;
  private static final Pattern OF_PROXY = Pattern.compile("/user/proxy-([^/]+).*");

  private final InstantSource wallClock;

  News(InstantSource wallClock) {
    this.wallClock = wallClock;
  }

  Notice of(BackendHealthChanged event) {
    String word = event.healthy() ? " is healthy: " : " failed: ";
    return new Notice(
        Texts.time(event.at()),
        event.proxy(),
        event.backend(),
        "health",
        cut(event.backend() + word + event.reason()));
  }

  Notice of(StallChanged event) {
    String words = event.over() ? "slots are given again, " : "no slots are given: ";
    return new Notice(
        Texts.time(event.at()), event.proxy(), null, "cluster", cut(words + event.reason()));
  }

  Notice of(AuditEntry entry) {
    String who = " (" + entry.from() + " via " + entry.via() + ")";
    return now(entry.proxy().orElse(null), Notice.OPERATOR, entry.what() + who);
  }

  Notice of(ReloadReport report) {
    return now(null, "reload", words(report));
  }

  private static String words(ReloadReport report) {
    if (!report.problems().isEmpty()) {
      return "the configuration cannot be used, nothing is changed: " + list(report.problems());
    }
    String changed = report.changed().isEmpty() ? "nothing has changed" : list(report.changed());
    return "the configuration is reloaded: "
        + changed
        + (report.failed().isEmpty() ? "" : "; failed: " + list(report.failed()));
  }

  private static String list(List<String> words) {
    return String.join("; ", words);
  }

  Notice of(ActorRestarting event) {
    Matcher proxy = OF_PROXY.matcher(event.path());
    return now(
        proxy.matches() ? proxy.group(1) : null,
        "supervision",
        event.path() + " has failed and is started again; the log says why");
  }

  /**
   * Of jobs that went to another host.
   *
   * @param counts by the reason
   */
  Notice ofReplays(String proxy, Map<String, Long> counts) {
    String reasons =
        counts.entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .collect(Collectors.joining(", "));
    return now(proxy, "jobs", "jobs went to another host: " + reasons);
  }

  /** Of what was left out. */
  Notice more(int count) {
    return now(null, "supervision", "and " + count + " more at once, which the log has");
  }

  private Notice now(@Nullable String proxy, String kind, String text) {
    return new Notice(Texts.time(wallClock.instant()), proxy, null, kind, cut(text));
  }

  private static String cut(String text) {
    return Printable.cut(text, LONGEST_TEXT);
  }
}
