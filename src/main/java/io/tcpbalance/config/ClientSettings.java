package io.tcpbalance.config;

import java.util.OptionalInt;

/**
 * How many clients a proxy takes at once.
 *
 * @param maxSessions 1 to 1000000; beyond it the kernel queues new clients. Empty = as many as file
 *     descriptors allow
 * @param maxPerClient of one machine, 1 to 1000000; more are closed. Empty = any number
 */
public record ClientSettings(OptionalInt maxSessions, OptionalInt maxPerClient) {}
