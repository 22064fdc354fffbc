package io.tcpbalance.admin.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tcpbalance.admin.Json;
import io.tcpbalance.admin.ProxyView;
import java.util.List;

/**
 * A proxy at one moment.
 *
 * @param view without its back-ends
 * @param answers whether it has answered the latest look; else it is as it was before
 * @param queue those who are served next, the first one first
 */
record LiveProxy(
    ProxyView view, boolean answers, List<LiveBackend> backends, List<QueuedClient> queue) {

  LiveProxy {
    backends = List.copyOf(backends);
    queue = List.copyOf(queue);
  }

  String name() {
    return view.name();
  }

  /** The names of its back-ends, fastest first. */
  List<String> order() {
    return backends.stream().map(LiveBackend::name).toList();
  }

  LiveProxy silent() {
    return new LiveProxy(view, false, backends, queue);
  }

  /** What it is beside its back-ends and its queue. */
  ObjectNode json() {
    ObjectNode json = Json.tree(view);
    json.remove(List.of("backends", "elsewhere"));
    return json.put("answers", answers);
  }
}
