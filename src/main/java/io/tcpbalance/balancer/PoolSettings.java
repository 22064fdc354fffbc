package io.tcpbalance.balancer;

import io.tcpbalance.config.HealthSettings;
import io.tcpbalance.config.QueueSettings;

/**
 * What holds for a pool as a whole.
 *
 * @param learnsSlots whether its hosts can be asked how many sessions they take
 */
public record PoolSettings(QueueSettings queue, HealthSettings health, boolean learnsSlots) {}
