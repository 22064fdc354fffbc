/**
 * What survives a restart: what operators changed of each pool, and the audit trail. Knows {@code
 * balancer} and {@code config}; is known by {@code proxy}, {@code admin} and the Guardian.
 *
 * <p>Changes are kept, not pools: {@link io.tcpbalance.state.PoolChanges} holds what operators made
 * different from the configuration, with the configured value beside it, so that {@link
 * io.tcpbalance.state.PoolMerge} can tell whose word is the newer one.
 *
 * <p>{@link io.tcpbalance.state.StateRecorder}, an actor, is the only writer. It is not sent what
 * is to be written: it looks into the rosters' holders, which are written before an operation is
 * answered. So it can never write an older state over a newer one, needs no sequence numbers, and
 * several operations at once cost one write.
 */
@NullMarked
package io.tcpbalance.state;

import org.jspecify.annotations.NullMarked;
