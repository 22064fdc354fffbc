/**
 * Several proxies before one farm. {@link io.tcpbalance.cluster.SharedPool} (who grants, on one
 * node of the cluster) and {@link io.tcpbalance.cluster.AgentLedger} (on each node, between its
 * sessions and that one) are plain classes; {@link io.tcpbalance.cluster.SharedBalancer} and {@link
 * io.tcpbalance.cluster.Agent} are the actors around them, {@link io.tcpbalance.cluster.Nodes}
 * hands them their mail, {@link io.tcpbalance.cluster.Post} sends it. Knows {@code balancer},
 * {@code admin}'s protocol and {@code config}; only the root package and {@code cluster.remote}
 * know this one.
 *
 * <p>What must never break: no slot is used by two sessions, whatever happens to nodes, clocks and
 * networks; nobody who waits is forgotten, or loses its place.
 *
 * <p><b>Who grants.</b> The decisions are those of an ordinary {@link
 * io.tcpbalance.balancer.Balancer}, which runs on the oldest node and takes the shared pool for its
 * sessions. So every rule about slots, queue, health and operators is there once.
 *
 * <p><b>Ballots</b> instead of Pekko's singleton manager: that one promises one singleton as long
 * as its view of the members is right. Here an agent obeys the greatest ballot that it has heard of
 * and nobody else any more, and a balancer grants nothing before every member obeys it and has told
 * what it holds. So two of them at once, through a wrong view or a late message, cost time and no
 * slot; the oldest member begins one, and one that hears of a greater ballot ends.
 *
 * <p><b>Links.</b> Between an agent and a balancer items are numbered, acknowledged and sent again,
 * so that each comes once and in order, and both sides of the protocol are as simple as if they
 * were in one JVM. What is said in one turn of an actor goes in one message, what is too large for
 * one in pieces. A life of a link begins with a census. An agent that restarts begins a new life,
 * and what it does not tell of any more is released.
 *
 * <p><b>Tickets</b> are given when a balancer first hears of a waiting session, and known to the
 * agent from then on: a new balancer takes them over. A session that was never given one is queued
 * by its age.
 *
 * <p><b>Fences.</b> A node whose last proof of the majority is older than {@code fence-after} takes
 * all slots from its sessions. A proof dates from when the question was asked, and a node that has
 * been told that another is to be removed does not answer that one; Pekko removes it only after all
 * others have been told. So after the removal and {@code fence-after}, and a margin for clocks and
 * for closing sockets, nothing is left of it. What a majority is follows the split-brain resolver's
 * rule, so that any two majorities share a node. Since the proof is the majority's and not the
 * balancer's, the death of the balancer's node takes nothing from the others. Who was removed and
 * when is part of every census, so that it is known after the death of those who saw it.
 *
 * <p><b>No islands.</b> A node that was cut off, ended and was started again would be first to form
 * a new cluster beside the one that it does not reach, if it were allowed to. So a new one is
 * formed only when all seed nodes say that they are in none. One whose code was replaced is at its
 * other port; while that goes on its old code or its new one may say at one port that it is in
 * none. So at those other ports there has to be nobody.
 *
 * <p>What this cannot do: a process that stands still keeps its sockets open without knowing.
 *
 * <p><b>The roster</b> has one writer, so its copies need an order and no merging: they are stamped
 * with term and version, an operator is answered when a majority has his change, and a new balancer
 * takes the newest copy of the census. Distributed Data would bring a second protocol for less.
 *
 * <p><b>New code</b> joins as a further member before it serves, and the member of the code before
 * leaves as soon as the balancers know what the new one has ({@link
 * io.tcpbalance.cluster.Hearing}). One member cannot change its code: an actor system has one class
 * loader, and giving its address and its place in the cluster to another one would be a second
 * protocol beside Pekko's. Leaving before the other has joined would have nobody stand for the
 * sessions that go on. So what these have is counted twice for a moment, which only ever grants
 * less. From the hand-over on the agent before says nothing any more: the balancer goes on with
 * what it knew, and nothing of it is free before the farewell, by which all of it ends at once. Who
 * waits is in the queue twice so long, with the same ticket, by which it counts once; a slot that
 * falls to the place that is gone lies idle until the farewell. Since the agent before neither
 * grants nor takes anything, the fence of the new one holds for both. Tickets pass over with the
 * hand-over, those that are under way to the agent before too ({@link
 * io.tcpbalance.cluster.LastTickets}), and are good for whoever comes, however late.
 *
 * <p>Who departs leaves only when all others have heard its farewell ({@link
 * io.tcpbalance.cluster.Farewell}): to a node that has come a moment ago at the address of another
 * one, letters are lost for as long as its connection takes to be made anew, while the gossip that
 * a member is gone gets through.
 *
 * <p>Who has left or was removed closes its port too, though its sessions may go on for a day, or
 * something hang in it: the next code needs it. Pekko closes it at the end of an actor system only,
 * so this is the one place where it is asked by what is not meant for others.
 *
 * <p>New code that is given up leaves by itself. If it hangs its actor system still says that it is
 * there, so no failure detector finds it: it would have a vote for ever, and each new balancer
 * would wait for what it holds. Only the code before knows that nothing is behind it, and removes
 * it ten seconds later, or at its next attempt. That is a removal like any other, with a grave.
 *
 * <p><b>What nodes say</b> to each other, and how it is written, has a room of its own below this.
 *
 * <p><b>Who is a node</b> is decided by certificates ({@link io.tcpbalance.secrets.PeerTls}).
 * Pekko's own {@code RotatingKeysSSLEngineProvider} takes RSA keys and certificates of a root only,
 * does not compare names with addresses, and finds mistakes when the first connection fails; ours
 * are checked with the configuration. Who <em>accepts</em> a connection cannot compare: Pekko does
 * not tell it from where that comes. So what a certificate of another host is good for is to send,
 * and nothing is ever sent to it.
 *
 * <p><b>What a node may say</b> is an allow-list ({@link io.tcpbalance.cluster.ClusterConfig}): the
 * serializers of Pekko's cluster and our own, none else. Pekko's untrusted mode takes what is left
 * of remote deployment, system messages and selections of actors.
 *
 * <p><b>Joining</b> leaves to Pekko all but whom to ask ({@link io.tcpbalance.cluster.SeedList}): a
 * list that has the same order everywhere, written down or the addresses of a name.
 */
@NullMarked
package io.tcpbalance.cluster;

import org.jspecify.annotations.NullMarked;
