package io.tcpbalance.config;

import java.time.Duration;

/**
 * How a failed back-end comes back.
 *
 * @param retryAfter how long a failed back-end is left alone before one client at a time tries it
 *     again
 */
public record HealthSettings(Duration retryAfter) {}
