/**
 * Who is let in by the HTTP interface and the console, and what they may do: tokens with roles, and
 * the logins that a browser has instead of a token. Knows no HTTP; {@link
 * io.tcpbalance.admin.access.Access} is the way in, one for all interfaces, so that whoever guesses
 * is slowed down by whatever door he tries.
 *
 * <p>A login is a random number in a cookie: a cookie that gets lost ends with its login, the token
 * would go on. It lives in memory only, so that a daemon that is started with other tokens knows
 * none of the old ones. Other code in the same process goes on with the logins, by digests ({@link
 * io.tcpbalance.admin.access.Visitors}): that of the cookie, and that of the token, so that a login
 * ends with the token that it was made with. For the seconds in which both are asked the old one
 * tells the new one who logs in and out, and not the other way round.
 *
 * <p>Wrong tokens are slowed down by address, and in all; a wrong one more does not lock the
 * operator out, since an address from which a right one came is not slowed down for what others do.
 */
@NullMarked
package io.tcpbalance.admin.access;

import org.jspecify.annotations.NullMarked;
