package io.tcpbalance.cluster.mail;

/**
 * Mail on its way; the one type of message that nodes send each other.
 *
 * @param to the life of the node that is meant: to others it says nothing
 */
public record Letter(NodeId from, NodeId to, Mail mail) {}
