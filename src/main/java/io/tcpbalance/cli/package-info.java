/**
 * The command line's side of a running daemon, which speaks HTTP only, and what else a person does
 * at a prompt. Knows only {@code config}: for where the daemon is to be found, and for distcc's
 * host lists.
 *
 * <p>{@link io.tcpbalance.cli.ClientCommands} is the way in. {@code Views} and {@code Orders} are
 * the verbs of the telnet console, a method each; {@code client} is HTTP, {@code top} the live
 * view, {@code importing} reads what others call a configuration. Nothing here may load Pekko, or
 * start a logger: a command must be done before its user looks up.
 */
@NullMarked
package io.tcpbalance.cli;

import org.jspecify.annotations.NullMarked;
