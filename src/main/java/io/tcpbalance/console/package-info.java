/**
 * The telnet console: a line in, a page out, by the operations of {@code admin}. {@link
 * io.tcpbalance.console.Console} is the way in, {@link io.tcpbalance.console.Verbs} says what there
 * is.
 *
 * <p>Lines are cut by a decoder of our own rather than by Pekko's {@code Framing}: it has to take
 * telnet's negotiation out first, to answer it (a client that was interrupted shows nothing more
 * until its timing mark is answered), and to notice a key that no line's end follows.
 *
 * <p>A connection is one stage of a stream and no actor. It reads no further while a command is
 * under way, and begins none before the answer to the last one is taken: what a client can make the
 * daemon hold is one read of lines and one answer.
 */
@NullMarked
package io.tcpbalance.console;

import org.jspecify.annotations.NullMarked;
