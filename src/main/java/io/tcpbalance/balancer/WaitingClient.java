package io.tcpbalance.balancer;

import java.net.SocketAddress;

/**
 * One who waits.
 *
 * @param position 1 is served next
 * @param waitedMs since it came
 */
public record WaitingClient(int position, long session, SocketAddress client, long waitedMs) {}
