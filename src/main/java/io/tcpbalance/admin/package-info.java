/**
 * What can be asked of the proxies and done to them, whatever the interface: by their messages
 * only, with the words in which it is refused, and the views in which it is told. {@link
 * io.tcpbalance.admin.Proxies} is the way in; the interfaces' rooms ({@code http}, {@code live},
 * and the console) know this one, and it knows none of them.
 *
 * <p>Whatever can be asked for can be asked of another node of a cluster too: {@link
 * io.tcpbalance.admin.Remote} does, for all interfaces, what has to be done before a request is
 * carried there. The way to the others ({@code nodes}) is for somebody else to build.
 *
 * <p>Bodies are read field by field, not bound to records by Jackson: what is wrong is told all at
 * once and in our own words, and {@code "4"} or {@code 4.0} is no number of connections.
 */
@NullMarked
package io.tcpbalance.admin;

import org.jspecify.annotations.NullMarked;
