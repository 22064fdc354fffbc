package io.tcpbalance.config;

/**
 * The threads and the memory that move bytes.
 *
 * @param loops how many threads; 0 = one per core, at most 8
 * @param memoryBytes the budget of all bytes that wait in this process for a slot or a slow reader
 */
public record RelaySettings(int loops, long memoryBytes) {}
