package io.tcpbalance.balancer;

import java.net.SocketAddress;

/**
 * One session's request for a slot.
 *
 * @param ticket its place in the queue: smaller is served first
 * @param arrivedAtNanos when the client came, on the monotonic clock
 * @param client who it is for, for a person to read
 * @param holder whom to tell
 */
record SlotRequest<C>(
    LeaseId lease, long ticket, long arrivedAtNanos, Wish wish, SocketAddress client, C holder) {}
