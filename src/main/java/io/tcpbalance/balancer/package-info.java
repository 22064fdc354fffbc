/**
 * Who gets which back-end, and who waits. {@link io.tcpbalance.balancer.SlotPool} decides (a plain
 * class, without actor, clock or socket); {@link io.tcpbalance.balancer.Balancer} is the actor
 * around it. Knows only {@code config}.
 *
 * <p>What must never break: no grant takes a back-end above its max-connections; no eligible client
 * waits beside a free slot; who waits is served in the order of its ticket; each lease is released
 * exactly once.
 *
 * <p>Why a client that was refused by a host only prefers others, and does not exclude it as the
 * design says: the refusal makes the host failed, so it is not offered again before it has
 * recovered or is due for a trial. To wait beside a host that has recovered would leave an idle
 * slot beside a waiter.
 *
 * <p>Why a session's messages are part of the balancer's protocol ({@link
 * io.tcpbalance.balancer.Balancer.SessionMessage}) and not wrapped by an adapter: an adapter a
 * client would cost another actor reference and another envelope a message.
 */
@NullMarked
package io.tcpbalance.balancer;

import org.jspecify.annotations.NullMarked;
