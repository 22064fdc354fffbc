/** How our actors are supervised, said once. Knows only {@code config}. */
@NullMarked
package io.tcpbalance.supervision;

import org.jspecify.annotations.NullMarked;
