package io.tcpbalance.cluster;

import io.tcpbalance.balancer.PoolSettings;
import io.tcpbalance.balancer.Roster;

/**
 * What this node's configuration says of a shared pool.
 *
 * @param roster this node's copy, or what is configured as long as there is none
 */
record PoolSpec(String pool, PoolSettings settings, Roster.Holder roster) {}
