package io.tcpbalance.config;

import java.time.Duration;

/**
 * The telnet console. The token of the HTTP interface is its token too.
 *
 * @param enabled whether it is served at all
 * @param host loopback unless a token is set
 * @param port 0 to 65535; 0 lets the system choose
 * @param idleTimeout a connection on which nothing is said, and nothing taken, for so long is
 *     closed
 * @param maxConnections how many there may be at once; beyond it the one that is silent longest
 *     goes
 */
public record ConsoleSettings(
    boolean enabled, String host, int port, Duration idleTimeout, int maxConnections) {}
