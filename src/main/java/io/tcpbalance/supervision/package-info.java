/**
 * How our actors are supervised, said once, and which there are. Knows only {@code config}.
 *
 * <p>The tree is known from signals (start, restart, stop), so a message costs nothing but the way
 * through one more wrapper, and a session not even that.
 */
@NullMarked
package io.tcpbalance.supervision;

import org.jspecify.annotations.NullMarked;
