package io.tcpbalance.config;

import java.time.Duration;

/**
 * The wait queue of a proxy.
 *
 * @param timeout how long a client waits for a slot before it is closed
 * @param maxLength how many may wait; a client beyond that is refused
 */
public record QueueSettings(Duration timeout, int maxLength) {}
