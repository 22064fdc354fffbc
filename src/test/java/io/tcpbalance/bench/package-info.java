/**
 * The load and the comparison that DESIGN.md section 11 is judged by: a job server, a load client,
 * and {@link io.tcpbalance.bench.Compare}. JDK classes only and no other package of ours, so that
 * it runs from {@code target/test-classes} alone and measures TCPBalance from outside, like any
 * other proxy.
 *
 * <p>Load, server and proxy share one machine, so what is compared is the proxy's CPU time per job,
 * not jobs per second: the load client and the server would blur that.
 */
@NullMarked
package io.tcpbalance.bench;

import org.jspecify.annotations.NullMarked;
