package io.tcpbalance.admin.live;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What makes the proxies of an earlier look those of a later one.
 *
 * @param removed the names of those that are gone
 * @param order the names of all proxies, if others than before or in another order; else empty
 */
record Change(List<String> removed, List<String> order, List<Patch> patches) {

  /**
   * What is to be replaced in one proxy, beside all that has no parts.
   *
   * @param now as it is now
   * @param queued whether the queue has changed
   * @param reordered whether there are other back-ends, or in another order
   * @param backends those that have changed or are new
   */
  record Patch(LiveProxy now, boolean queued, boolean reordered, List<LiveBackend> backends) {

    private static Patch between(LiveProxy before, LiveProxy now) {
      Map<String, LiveBackend> known = new HashMap<>();
      before.backends().forEach(backend -> known.put(backend.name(), backend));
      List<LiveBackend> changed =
          now.backends().stream().filter(b -> !b.equals(known.get(b.name()))).toList();
      return new Patch(
          now, !now.queue().equals(before.queue()), !now.order().equals(before.order()), changed);
    }
  }

  static Change between(List<LiveProxy> before, List<LiveProxy> now) {
    Map<String, LiveProxy> known = new HashMap<>();
    before.forEach(proxy -> known.put(proxy.name(), proxy));
    List<Patch> patches = new ArrayList<>();
    for (LiveProxy proxy : now) {
      LiveProxy earlier = known.remove(proxy.name());
      if (earlier == null) {
        patches.add(new Patch(proxy, true, true, proxy.backends()));
      } else if (!earlier.equals(proxy)) {
        patches.add(Patch.between(earlier, proxy));
      }
    }
    List<String> removed = known.keySet().stream().sorted().toList();
    List<String> order = names(now);
    return new Change(removed, order.equals(names(before)) ? List.of() : order, patches);
  }

  private static List<String> names(List<LiveProxy> proxies) {
    return proxies.stream().map(LiveProxy::name).toList();
  }

  boolean isEmpty() {
    return removed.isEmpty() && order.isEmpty() && patches.isEmpty();
  }
}
