package io.tcpbalance.balancer;

/**
 * A session of another daemon that has a slot of a shared pool.
 *
 * @param node the daemon, as it is called in the cluster
 * @param session its number there
 * @param active whether the back-end has accepted
 */
public record RemoteSession(String node, long session, String backend, boolean active) {}
