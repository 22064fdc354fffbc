/**
 * What is measured, and how it is told to Prometheus. Knows nothing else of ours, and no actor: who
 * measures is given the object to tell.
 *
 * <p>Most numbers are state that somebody has anyway, and are read when they are asked for. Kept
 * here is only what nobody else would know: durations ({@link
 * io.tcpbalance.metrics.DurationHistogram}) and a few counts of a proxy ({@link
 * io.tcpbalance.metrics.ProxyMetrics}).
 *
 * <p>Why not the histogram of the Prometheus library: the charts of the last half hour need the
 * 50th and 99th percentile of each five seconds. Buckets that suit a time series database are too
 * few for that, a reservoir would be a second record of the same thing. So one histogram has fine
 * cells, of which eight are a bucket for Prometheus, and it costs two additions.
 *
 * <p>Why there is no collector that asks the proxies: it would have to block a thread. They are
 * asked first, and the answers are written down ({@link io.tcpbalance.metrics.Families}) beside
 * what the registry of the JVM's collectors says ({@link io.tcpbalance.metrics.JvmFamilies}).
 */
@NullMarked
package io.tcpbalance.metrics;

import org.jspecify.annotations.NullMarked;
