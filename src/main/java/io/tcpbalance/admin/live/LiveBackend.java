package io.tcpbalance.admin.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tcpbalance.admin.BackendView;
import io.tcpbalance.admin.Json;
import java.util.List;

/** A back-end with the sessions that have its slots, but for trial compiles. */
record LiveBackend(BackendView view, List<LiveSession> sessions) {

  LiveBackend {
    sessions = List.copyOf(sessions);
  }

  String name() {
    return view.name();
  }

  ObjectNode json() {
    return Json.tree(view).putPOJO("sessions", sessions);
  }
}
