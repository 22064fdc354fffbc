/**
 * The HTTP interface: routes, their JSON, who may use them. Speaks to the proxies by their messages
 * only; {@link io.tcpbalance.admin.Admin} is the way in, {@link io.tcpbalance.admin.Routes} says
 * what there is.
 *
 * <p>Bodies are read field by field, not bound to records by Jackson: what is wrong is told all at
 * once and in our own words, and {@code "4"} or {@code 4.0} is no number of connections. Headers
 * are not parsed into Pekko's models: a token may hold characters that RFC 6750 does not allow, and
 * a browser's odd header is no line in our log.
 */
@NullMarked
package io.tcpbalance.admin;

import org.jspecify.annotations.NullMarked;
