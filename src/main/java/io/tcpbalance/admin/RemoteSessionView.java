package io.tcpbalance.admin;

import io.tcpbalance.balancer.RemoteSession;

/** A session of another daemon that has a slot of a shared pool, in JSON. */
public record RemoteSessionView(String node, long session, String backend, String phase) {

  static RemoteSessionView of(RemoteSession s) {
    return new RemoteSessionView(
        s.node(), s.session(), s.backend(), s.active() ? "active" : "pending");
  }
}
