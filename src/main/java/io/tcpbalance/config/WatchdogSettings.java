package io.tcpbalance.config;

import java.time.Duration;

/**
 * When threads that stand still are noticed; whole seconds.
 *
 * @param warnAfter when it is logged, with their stacks
 * @param endAfter when the process ends
 */
public record WatchdogSettings(Duration warnAfter, Duration endAfter) {}
