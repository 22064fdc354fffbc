package io.tcpbalance.balancer;

import java.time.Instant;

/**
 * A pool that gives nobody a slot, whatever is free: one that is shared with other daemons, and out
 * of touch with them.
 *
 * @param reason a clause for a person, such as "no majority of the cluster answers"
 */
public record Stall(String reason, Instant since) {}
