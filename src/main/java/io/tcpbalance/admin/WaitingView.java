package io.tcpbalance.admin;

import io.tcpbalance.balancer.WaitingClient;

/** A client that waits, in JSON. */
record WaitingView(int position, long session, String client, long waitedMs) {

  static WaitingView of(WaitingClient c) {
    return new WaitingView(c.position(), c.session(), Texts.address(c.client()), c.waitedMs());
  }
}
