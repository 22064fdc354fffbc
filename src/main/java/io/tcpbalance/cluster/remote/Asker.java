package io.tcpbalance.cluster.remote;

import io.tcpbalance.cluster.mail.NodeId;

/**
 * Whose question it is, and which of his.
 *
 * @param id as he numbered it
 */
record Asker(NodeId node, long id) {}
