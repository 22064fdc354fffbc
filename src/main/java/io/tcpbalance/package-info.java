/** The process's entry and the root of the supervisor tree. Knows every room; no room knows it. */
@NullMarked
package io.tcpbalance;

import org.jspecify.annotations.NullMarked;
