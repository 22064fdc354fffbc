package io.tcpbalance.admin;

import io.tcpbalance.balancer.WaitingClient;
import org.jspecify.annotations.Nullable;

/** A client that waits, in JSON. */
public record WaitingView(
    int position, long session, String client, long waitedMs, @Nullable String node) {

  public static WaitingView of(WaitingClient c) {
    return new WaitingView(
        c.position(), c.session(), Texts.address(c.client()), c.waitedMs(), c.node().orElse(null));
  }
}
