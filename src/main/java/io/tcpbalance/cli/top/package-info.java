/**
 * The live view of one proxy in a terminal. {@code Farm} is what is shown, {@code Frame} how
 * (pure), {@code Top} when; {@code Screen} is the only one that touches a terminal, by JLine.
 */
@NullMarked
package io.tcpbalance.cli.top;

import org.jspecify.annotations.NullMarked;
