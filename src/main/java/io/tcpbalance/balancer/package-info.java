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
 * <p>A job that died on a host does exclude it, as long as another one is healthy: it may be the
 * job that kills hosts, and it is replayed a few times only.
 *
 * <p>Why those who wait stand in groups: who may use the same back-ends at any time ({@link
 * io.tcpbalance.balancer.Eligibility}) is served in order, so a decision looks at the first of each
 * group. Usually there is one group. Back-ends that list the same compilers are one {@link
 * io.tcpbalance.balancer.Toolset}, so what a compiler may use is a short list.
 *
 * <p>Why a back-end that jobs have shown to be failed is on trial when it is back, with one slot
 * until a job went well: a frozen or full host accepts connections, and with all of its slots it
 * would take as many jobs again, for as long as a job may take.
 *
 * <p>Why the accept of a probe's connection does not heal: a frozen host accepts for long, and the
 * probe is there to find that out.
 *
 * <p>Why what a host tells of its slots stands beside the limit that persons give, which may be
 * "what it tells": so it is never taken for an operator's word when a configuration is merged.
 *
 * <p>A balancer that is to be followed by another one, of a later generation of the program, is
 * frozen first: it counts what it is told, grants nothing, and notes what its heir has to learn
 * ({@link io.tcpbalance.balancer.Succession}). The heir begins with a census as every life does, in
 * which those who are to come from the other side are expected.
 *
 * <p>Why a session's messages are part of the balancer's protocol ({@link
 * io.tcpbalance.balancer.Balancer.SessionMessage}) and not wrapped by an adapter: an adapter a
 * client would cost another actor reference and another envelope a message.
 */
@NullMarked
package io.tcpbalance.balancer;

import org.jspecify.annotations.NullMarked;
