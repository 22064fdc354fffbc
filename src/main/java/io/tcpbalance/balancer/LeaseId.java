package io.tcpbalance.balancer;

/**
 * Names one wish of one session for a slot, and the lease that it becomes.
 *
 * @param session the session's number, unique in its proxy
 * @param attempt counts the session's wishes, from 1
 */
public record LeaseId(long session, int attempt) {}
