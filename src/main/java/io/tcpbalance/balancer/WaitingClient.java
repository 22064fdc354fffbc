package io.tcpbalance.balancer;

import java.net.SocketAddress;
import java.util.Optional;

/**
 * One who waits.
 *
 * @param position 1 is served next
 * @param session its number where it is
 * @param waitedMs since it came
 * @param node where it is, if that is another daemon, with which the pool is shared
 */
public record WaitingClient(
    int position, long session, SocketAddress client, long waitedMs, Optional<String> node) {

  /** The same, there. */
  public WaitingClient at(Optional<String> itsNode) {
    return new WaitingClient(position, session, client, waitedMs, itsNode);
  }
}
