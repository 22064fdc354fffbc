/**
 * One proxy: its listening socket, its clients, and the actors that serve them. Knows {@code
 * relay}, {@code distcc}, {@code dns}, {@code balancer}, {@code supervision} and {@code config}; is
 * known by the Guardian and, by its messages only, by {@code admin}.
 *
 * <p>A session's facts live in a {@link io.tcpbalance.proxy.SessionEntry} beside its actor, since
 * three parties need them in a fixed order when things go wrong. Whoever sees a back-end socket
 * closed (the relay's call-back, on its loop) first clears the entry's lease, then tells the
 * session, then tells the balancer. So a census never counts a lease whose release an earlier life
 * of the balancer has processed, and the sockets of a dead session count until they are closed.
 */
@NullMarked
package io.tcpbalance.proxy;

import org.jspecify.annotations.NullMarked;
