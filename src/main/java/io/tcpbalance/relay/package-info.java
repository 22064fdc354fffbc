/**
 * Moves bytes between a client's socket and a back-end's, on plain NIO selector loops. Decides
 * nothing: who is connected to whom is told from outside, what happens is told by call-backs. A
 * leaf: knows no other package and no actor.
 *
 * <p>Why no streams and no actors here: bytes that pass through either cost three to six times the
 * CPU of the whole relay.
 *
 * <p>A {@link io.tcpbalance.relay.Relay} is a client's whole life here, of one of two kinds. A
 * {@link io.tcpbalance.relay.StreamRelay} passes bytes on as they come: a {@code HeldClient} keeps
 * a few until there is a back-end, a {@code Transfer} moves them from then on. A {@link
 * io.tcpbalance.relay.JobRelay} keeps a whole request ({@code JobIntake}), has one back-end after
 * the other try it ({@code JobAttempt}), and gives the client a whole answer; what messages look
 * like it learns from a {@link io.tcpbalance.relay.JobWire}. Both stand on {@code Endpoint} (one
 * socket); what waits lies in a {@code Backlog} (written once) or a {@code MessageStore} (written
 * as often as needed).
 *
 * <p>A client without a back-end can be given away ({@link io.tcpbalance.relay.Surrendered}), to a
 * relay of other loops, which begins with what was read of it.
 *
 * <p>Three rules hold everywhere. A relay's sockets, buffers and flags belong to its loop's thread;
 * other threads only post tasks. A relay reports {@link io.tcpbalance.relay.RelayHandler#ended}
 * exactly once, and only after both of its sockets are really closed, which for a registered
 * channel is after the <em>next</em> selection. A reader is parked while its bytes cannot be
 * written on, so a session never holds more than one read of them.
 */
@NullMarked
package io.tcpbalance.relay;

import org.jspecify.annotations.NullMarked;
