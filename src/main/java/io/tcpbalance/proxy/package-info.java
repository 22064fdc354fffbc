/**
 * One proxy: its listening socket, its clients, and the actors that serve them. Knows {@code
 * relay}, {@code distcc}, {@code dns}, {@code health}, {@code state}, {@code balancer}, {@code
 * supervision} and {@code config}; is known by the Guardian and, by its messages only, by {@code
 * admin}.
 *
 * <p>A session's facts live in a {@link io.tcpbalance.proxy.SessionEntry} beside its actor, since
 * three parties need them in a fixed order when things go wrong. Whoever sees a back-end socket
 * closed (the relay's call-back, on its loop) first clears the entry's lease, then tells the
 * session, then tells the balancer. So a census never counts a lease whose release an earlier life
 * of the balancer has processed, and the sockets of a dead session count until they are closed.
 *
 * <p>Who is guilty of a death: a host that ends a job's connection without an answer may have
 * crashed, or may refuse this very job, as distccd does with compilers it does not know. So a death
 * counts against a host only once another host has done the job; two such in a row, of different
 * jobs, make it failed. Otherwise one developer's odd command line would fail the whole farm.
 *
 * <p>Why a trial compile is a session, with a relay that has a request instead of a client: a slot
 * then has one way to be given, counted, found by a census and given back. A client of our own, on
 * a socket of loopback, would need a door, two sockets and a second parser to the same end.
 *
 * <p>Why a job's place in the queue is given when its request is whole, and not at its accept:
 * distcc connects before its preprocessor has run, and who is slow at that has not waited.
 *
 * <p>A proxy can be followed by that of another generation of the program ({@link
 * io.tcpbalance.proxy.Heir}, {@link io.tcpbalance.proxy.Legacy}): it shuts its door, lets the
 * sessions say who there is and freezes the balancer, in this order, so that nobody is missed.
 * Until the heir is ready it can go on as if nothing had been. The door that an heir inherits stays
 * the other's, and shut, until it is told to open it. A crash of the one or the other in between
 * costs that proxy's sessions, as any crash of it does, and not the door: it stays open for the
 * life to come, and what has been left to the heir is kept, so that it is told of their ends.
 *
 * <p>Why a new configuration is merged inside the balancer and not where it is read: between
 * reading a pool and changing it an operator may speak. So what is sent is the merge, a pure
 * function of what the pool is at that moment.
 */
@NullMarked
package io.tcpbalance.proxy;

import org.jspecify.annotations.NullMarked;
