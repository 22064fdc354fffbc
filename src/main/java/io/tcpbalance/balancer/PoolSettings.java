package io.tcpbalance.balancer;

import io.tcpbalance.config.HealthSettings;
import io.tcpbalance.config.QueueSettings;

/** What holds for a pool as a whole. */
public record PoolSettings(QueueSettings queue, HealthSettings health) {}
