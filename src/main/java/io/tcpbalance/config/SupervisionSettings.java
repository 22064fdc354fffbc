package io.tcpbalance.config;

import java.time.Duration;

/**
 * The restart limit of every supervised actor.
 *
 * @param maxRestarts how many restarts are allowed in {@code within}
 */
public record SupervisionSettings(int maxRestarts, Duration within) {}
