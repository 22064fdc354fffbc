/** What the daemon was told: typed, validated records read from HOCON. Knows no other package. */
@NullMarked
package io.tcpbalance.config;

import org.jspecify.annotations.NullMarked;
