package io.tcpbalance.admin.http;

import io.tcpbalance.admin.access.KnownLogin;
import io.tcpbalance.admin.access.Visitors;
import io.tcpbalance.admin.live.Notice;
import io.tcpbalance.metrics.ProxyHistory;
import java.util.List;
import java.util.Map;

/**
 * What the interfaces of one generation of the program leave to those of the next.
 *
 * @param histories the samples of each proxy, oldest first
 * @param notices the newest one last
 * @param changes how much operators did, by interface
 */
public record Remembered(
    Map<String, List<ProxyHistory.Sample>> histories,
    List<Notice> notices,
    Map<String, Long> changes,
    Visitors visitors) {

  public Remembered {
    histories = Map.copyOf(histories);
    notices = List.copyOf(notices);
    changes = Map.copyOf(changes);
  }

  /** What happens at interfaces that have left theirs, and are still asked for a moment. */
  public sealed interface News {}

  /** Something was done there. */
  public record Noticed(Notice notice) implements News {}

  /** Somebody has logged in there. */
  public record LoggedIn(KnownLogin login) implements News {}

  /**
   * Somebody has logged out there.
   *
   * @param key of his login
   */
  public record LoggedOut(String key) implements News {}
}
