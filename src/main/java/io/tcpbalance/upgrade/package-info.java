/**
 * The hand-over from one generation of the program to the next, in one process. Knows {@code
 * bootstrap}, {@code proxy}, {@code relay}, {@code balancer}, {@code metrics}, {@code config} and
 * of {@code admin} what the interfaces remember; is known by the Guardian only, which starts and
 * stops what there is.
 *
 * <p>{@link io.tcpbalance.upgrade.Departure} is the side that leaves, {@link
 * io.tcpbalance.upgrade.Arrival} the one that comes. They are classes of different class loaders,
 * so between them there are the JDK's types and JSON only. Each document has a version and names
 * the oldest one whose readers understand it; members that a reader does not know are skipped. So
 * two versions next to each other understand each other both ways, and one that cannot be
 * understood refuses the upgrade while nothing is changed yet.
 *
 * <p>A node of a cluster hands over in the same way. Its successor is a member of its own by then,
 * which the {@code cluster} room tells of, and says when the predecessor may leave.
 *
 * <p>What was counted passes over with the snapshot; what the old generation's last sessions add to
 * it is told when its proxies end, so that each session counts once.
 *
 * <p>What the interfaces remember (samples of the charts, notices, logins) is not in the snapshot,
 * which is written and read while nothing is granted. The successor asks for it when it serves
 * clients already and before its interfaces listen: the same {@code description} as at the
 * beginning has it by then. One of a version that knows nothing of it never asks, and one that asks
 * a predecessor that has nothing begins with empty charts; so it needs no version of its own. It
 * has 36,000 samples at most, 100 notices, 100 logins of each of 100 tokens and 10,000 machines: 5
 * MB then, and 45 kB with one proxy. What is done at the old interfaces after that, while they
 * serve their last connections, is told as news, to a successor only that has asked. The rates
 * between the last look of the one and the first of the other are left out: until the old sessions
 * have ended the two do not count the same.
 *
 * <p>It never leaves the process: digests of cookies and tokens are in no file, no log and no
 * answer.
 *
 * <p>One step, in which nothing is granted: every proxy of the old generation shuts its door (the
 * kernel queues who comes), counts who is there and freezes its balancer; the new generation's
 * proxies begin with that; then those who wait are given away with the bytes they have sent. Until
 * the new proxies serve, all that was done can be undone by going on. After that nothing can fail:
 * what is left is told, not asked.
 *
 * <p>What may go wrong, step by step. <em>Until the new proxies serve</em> whatever it is costs
 * nothing, the old generation goes on:
 *
 * <ol>
 *   <li>the new code is loaded, reads its configuration and what is {@link
 *       io.tcpbalance.bootstrap.Predecessor#description served}, starts, rehearses and becomes a
 *       member of the cluster, if there is one: it fails by itself, throws whatever it likes, or is
 *       given up after 90 s;
 *   <li>the old proxies shut their doors and freeze: one that does not answer within 4 s ends it;
 *   <li>{@link io.tcpbalance.bootstrap.Successor#begin}: it throws, or is given up after 5 s. It
 *       may still be at it then, but the doors that it knows it may not open.
 * </ol>
 *
 * <p><em>After that</em> the new generation goes on, whatever is thrown:
 *
 * <ol start="4">
 *   <li>{@link io.tcpbalance.bootstrap.Successor#adopt}: costs the client concerned; his place in
 *       the queue is kept for him for two seconds;
 *   <li>{@link io.tcpbalance.bootstrap.Successor#tell}: costs what was told;
 *   <li>{@link io.tcpbalance.bootstrap.Successor#openDoors} and {@link
 *       io.tcpbalance.bootstrap.Successor#openInterfaces}: are told in the log;
 *   <li>what the interfaces remember: they open without it.
 * </ol>
 *
 * <p>One that hangs there keeps a thread that is there for nothing else ({@link
 * io.tcpbalance.upgrade.Courier}): the old sessions go on. After some seconds it gets nothing more,
 * and who was on the way to it is closed.
 *
 * <p>A thread cannot be taken away from code that keeps it: a generation that hangs stays behind
 * with its threads and classes, and can do no harm by its calls.
 *
 * <p>Before all this each side plays the hand-over a few times with nobody there ({@link
 * io.tcpbalance.upgrade.Rehearsal}): code that runs for the first time is slow, and everybody who
 * waits would wait for that. The new side serves its interfaces to itself too, and lets the JVM's
 * compilers come to rest, before it says that it is ready: what it has to do first, and what they
 * have to do then, would take the processor from who waits.
 *
 * <p>Who wants a slot is given away, and nobody else: sessions that have one go on in the old code,
 * a job whose request is still coming is given away when it is whole, and one that is sent
 * elsewhere by a death or a refused connect is given away instead. So there is one moment at which
 * a client changes hands, and its whole state is what has come from it. Slots that old sessions use
 * count in the new balancer's census as leases, whose ends are told across.
 *
 * <p>Who waits keeps his number and his place in the queue, and nothing is granted to anybody
 * before all who waited have come, or two seconds are over.
 */
@NullMarked
package io.tcpbalance.upgrade;

import org.jspecify.annotations.NullMarked;
