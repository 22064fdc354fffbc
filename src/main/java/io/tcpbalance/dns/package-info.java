/**
 * Names and their addresses. A leaf: knows no other package; is known by whoever connects to
 * back-ends, which are the sessions and the probes, and by the Guardian, who owns the one resolver.
 */
@NullMarked
package io.tcpbalance.dns;

import org.jspecify.annotations.NullMarked;
