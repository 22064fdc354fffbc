package io.tcpbalance.balancer;

import java.time.Instant;

/**
 * A back-end failed or became healthy. Published to the actor system's event stream, and told to
 * the balancer's watcher; never where it stays what it was.
 *
 * @param proxy whose back-end it is
 * @param healthy what it is from now on
 * @param onTrial whether jobs made it fail, see {@link BackendStatus}
 * @param reason for a person, such as "connection refused"
 */
public record BackendHealthChanged(
    String proxy, String backend, boolean healthy, boolean onTrial, String reason, Instant at)
    implements Balancer.WatcherMessage {}
