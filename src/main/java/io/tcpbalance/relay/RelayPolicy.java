package io.tcpbalance.relay;

import java.time.Duration;

/**
 * How the relays of one group behave.
 *
 * @param connectTimeout how long a connect to a back-end may take; noticed at most 100 ms late
 * @param idleTimeout a connected relay without a byte in either direction for this long is closed
 * @param forwardsHalfClose whether the end of one side's stream is passed on as such. Where it is
 *     not, a client's end is an abort and a back-end's end closes the client once all it sent is
 *     delivered: no back-end is ever half-closed
 */
public record RelayPolicy(
    Duration connectTimeout, Duration idleTimeout, boolean forwardsHalfClose) {}
