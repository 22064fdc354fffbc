package io.tcpbalance.admin.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tcpbalance.admin.BackendView;
import io.tcpbalance.admin.Json;
import io.tcpbalance.admin.RemoteSessionView;
import java.util.List;

/**
 * A back-end with the sessions that have its slots, but for trial compiles.
 *
 * @param elsewhere those of other daemons, with which the proxy is shared
 */
record LiveBackend(
    BackendView view, List<LiveSession> sessions, List<RemoteSessionView> elsewhere) {

  LiveBackend {
    sessions = List.copyOf(sessions);
    elsewhere = List.copyOf(elsewhere);
  }

  String name() {
    return view.name();
  }

  ObjectNode json() {
    return Json.tree(view).putPOJO("sessions", sessions).putPOJO("elsewhere", elsewhere);
  }
}
