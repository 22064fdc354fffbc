package io.tcpbalance.config;

/**
 * Where a proxy listens.
 *
 * @param host a literal address or a name of this machine
 * @param port 0 to 65535; 0 lets the system choose
 * @param backlog connections that the kernel queues before it refuses, 1 to 65535
 */
public record ListenSettings(String host, int port, int backlog) {}
