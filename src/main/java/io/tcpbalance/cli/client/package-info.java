/** HTTP to the admin interface of one daemon, and why it could not be reached. */
@NullMarked
package io.tcpbalance.cli.client;

import org.jspecify.annotations.NullMarked;
