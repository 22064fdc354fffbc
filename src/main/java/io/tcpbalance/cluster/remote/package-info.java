/**
 * One node does what another is asked for: {@link io.tcpbalance.cluster.remote.RemoteControl} is
 * both ends of it, and knows nothing of what is carried. Knows of {@code cluster} the roles of
 * nodes, of {@code cluster.mail} their names and the wire form; only the root package knows this
 * one.
 *
 * <p>Apart from the mail of shared pools, which is sent again until it comes: a request goes once.
 * If it or its answer is lost, who asked is told so after a while, and decides himself whether to
 * try again; a change that is done twice, or hours later, would be worse.
 *
 * <p>An answer goes in parts, each when the one before has come. So a long one neither fills the
 * network's buffers nor stands in the way of slots that are granted.
 */
@NullMarked
package io.tcpbalance.cluster.remote;

import org.jspecify.annotations.NullMarked;
