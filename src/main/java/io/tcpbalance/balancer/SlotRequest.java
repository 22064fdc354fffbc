package io.tcpbalance.balancer;

import java.net.SocketAddress;
import java.util.Set;

/**
 * One session's wish for a slot.
 *
 * @param ticket its place in the queue: smaller is served first
 * @param arrivedAtNanos when the client came, on the monotonic clock
 * @param avoid names of back-ends that just failed it; taken only where no other is free
 * @param client who it is for, for a person to read
 * @param holder whom to tell
 */
record SlotRequest<C>(
    LeaseId lease,
    long ticket,
    long arrivedAtNanos,
    Set<String> avoid,
    SocketAddress client,
    C holder) {}
