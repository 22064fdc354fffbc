package io.tcpbalance.admin;

import io.tcpbalance.balancer.WaitingClient;

/** A client that waits, in JSON. */
public record WaitingView(int position, long session, String client, long waitedMs) {

  public static WaitingView of(WaitingClient c) {
    return new WaitingView(c.position(), c.session(), Texts.address(c.client()), c.waitedMs());
  }
}
