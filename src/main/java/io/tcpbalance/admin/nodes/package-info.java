/**
 * The nodes of a cluster as operators see them, and what one node does for another: {@link
 * io.tcpbalance.admin.nodes.Nodes} is the way to the others, a {@link
 * io.tcpbalance.admin.nodes.Servant} does what they ask for. Knows no cluster: whoever has one
 * implements the former, and calls the latter.
 *
 * <p>Requests are carried as they came, and not the operations behind them: so all that can be
 * asked for at a node can be asked for by way of another, what is wrong is told in the same words,
 * and nodes of different versions need to agree on nothing but the HTTP interface.
 */
@NullMarked
package io.tcpbalance.admin.nodes;

import org.jspecify.annotations.NullMarked;
