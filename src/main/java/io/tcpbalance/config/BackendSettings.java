package io.tcpbalance.config;

/**
 * One back-end as it is configured.
 *
 * @param name unique in its proxy, {@code [A-Za-z0-9._:-]{1,253}}
 * @param host a literal address or a name to resolve
 * @param port 1 to 65535
 * @param maxConnections how many sessions it takes at once, 1 to 100000
 * @param state what the operator wants of it at start
 */
public record BackendSettings(
    String name, String host, int port, int maxConnections, OperatorState state) {}
