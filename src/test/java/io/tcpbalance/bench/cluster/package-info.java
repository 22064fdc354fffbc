/**
 * Drills of several daemons before one farm, as {@code ops/bench/cluster} and the tests run them:
 * real processes are killed, cut off, frozen and replaced, or their code is, under load, while the
 * hosts note who uses them. Uses the fakes of the tests, and so their class path.
 *
 * <p>Nodes have addresses of their own out of 127.0.0.0/8. Where the machine allows it, each lives
 * in a network namespace of its own with a cable to that of the drill, which passes packets on
 * between them: there the links between nodes are cut, and not those to clients and hosts.
 */
@NullMarked
package io.tcpbalance.bench.cluster;

import org.jspecify.annotations.NullMarked;
