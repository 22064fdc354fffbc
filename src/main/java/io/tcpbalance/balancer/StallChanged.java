package io.tcpbalance.balancer;

import java.time.Instant;

/**
 * A pool gives no slots any more, or does again. Published to the actor system's event stream.
 *
 * @param proxy whose pool it is
 * @param over whether it gives slots again
 * @param reason what began it, as {@link Stall} has it; of one that is over, what ended it
 */
public record StallChanged(String proxy, boolean over, String reason, Instant at) {}
