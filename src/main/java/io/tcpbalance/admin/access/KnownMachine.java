package io.tcpbalance.admin.access;

import io.tcpbalance.config.Network;

/**
 * A machine from which tokens have come.
 *
 * @param left how many wrong ones more it may send at once
 * @param asOfNs when that was so, on {@link System#nanoTime}
 * @param trusted whether a right one came from it
 */
public record KnownMachine(Network network, double left, long asOfNs, boolean trusted) {}
