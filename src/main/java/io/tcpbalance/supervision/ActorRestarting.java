package io.tcpbalance.supervision;

/**
 * A supervised actor has failed and begins another life. Published to the actor system's event
 * stream.
 *
 * @param path as in {@code /user/proxy-distcc/balancer}
 */
public record ActorRestarting(String path) {}
