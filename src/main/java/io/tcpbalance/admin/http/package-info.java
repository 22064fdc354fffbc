/**
 * The HTTP interface: the server, its routes, and who may use them. {@link
 * io.tcpbalance.admin.http.Admin} is the way in, {@link io.tcpbalance.admin.http.Routes} says what
 * there is. Joins the rooms of {@code admin}, none of which knows it.
 *
 * <p>Requests that name another node are handed on by {@link io.tcpbalance.admin.http.Elsewhere},
 * and come out there at {@link io.tcpbalance.admin.http.Serving}: all checks are on this side, but
 * that of the role, which is on both.
 *
 * <p>What outlives the actors is in {@link io.tcpbalance.admin.http.Memory}, and passes on to other
 * code in the same process as {@link io.tcpbalance.admin.http.Remembered}.
 *
 * <p>Headers are not parsed into Pekko's models: a token may hold characters that RFC 6750 does not
 * allow, and a browser's odd header is no line in our log.
 */
@NullMarked
package io.tcpbalance.admin.http;

import org.jspecify.annotations.NullMarked;
