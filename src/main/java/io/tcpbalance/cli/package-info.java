/**
 * The command line's side of a running daemon: an HTTP client of its admin interface, which speaks
 * HTTP only. Knows only {@code config}, for where the daemon is to be found.
 */
@NullMarked
package io.tcpbalance.cli;

import org.jspecify.annotations.NullMarked;
