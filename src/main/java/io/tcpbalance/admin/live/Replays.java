package io.tcpbalance.admin.live;

import io.tcpbalance.admin.ProxyView.JobsView;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts the jobs of each proxy that went to another host since that was told last: hosts die with
 * many jobs at once, and one sentence tells of all.
 */
final class Replays {

  /** By proxy and reason. */
  private final Map<String, Map<String, Long>> told = new HashMap<>();

  /** What is there when a proxy is first seen is old. */
  void see(LiveProxy proxy) {
    JobsView jobs = proxy.view().jobs();
    if (jobs != null) {
      told.putIfAbsent(proxy.name(), jobs.replays());
    }
  }

  /** How many there were, by the reason; those that there were. They are told now. */
  Map<String, Long> news(LiveProxy proxy) {
    Map<String, Long> news = new TreeMap<>();
    JobsView jobs = proxy.view().jobs();
    if (jobs != null) {
      Map<String, Long> before = told.getOrDefault(proxy.name(), jobs.replays());
      jobs.replays()
          .forEach((reason, count) -> news.put(reason, count - before.getOrDefault(reason, 0L)));
      news.values().removeIf(count -> count <= 0);
      told.put(proxy.name(), jobs.replays());
    }
    return news;
  }

  /** Nobody is told any more. */
  void forget() {
    told.clear();
  }
}
