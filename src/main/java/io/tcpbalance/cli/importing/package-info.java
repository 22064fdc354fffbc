/**
 * Turns what others call a configuration into ours: a {@code .config} of the original TCPBalance,
 * which is a list of Erlang terms, and distcc's host lists. Pure; {@link
 * io.tcpbalance.cli.importing.Importer} is the way in.
 *
 * <p>The original's file holds {@code {balance, [{Key, Value}...]}} with the keys {@code
 * local_tcp_port}, {@code be_conn_timeout}, {@code be_inactivity_timeout} (milliseconds) and {@code
 * initial_be_list}, whose elements are records written as tuples: {@code {be, Host, Port, up|down,
 * MaxConn, ...}}, fastest first. What follows MaxConn are counters, which begin at zero.
 */
@NullMarked
package io.tcpbalance.cli.importing;

import org.jspecify.annotations.NullMarked;
