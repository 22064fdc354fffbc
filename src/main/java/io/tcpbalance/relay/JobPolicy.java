package io.tcpbalance.relay;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * How the jobs of one group are treated.
 *
 * @param receiveTimeout without a byte while a request comes in, is sent, or an answer goes out:
 *     the client, or the back-end, has failed
 * @param jobTimeout from the request sent to the answer whole
 * @param heartbeatInterval how long a client that waits for its answer hears nothing
 * @param wires what they look like: one for each client
 */
public record JobPolicy(
    Duration receiveTimeout,
    Duration jobTimeout,
    Duration heartbeatInterval,
    Supplier<JobWire> wires) {}
