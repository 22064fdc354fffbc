package io.tcpbalance.config;

import java.time.Duration;

/**
 * How a back-end is found failed, and how it comes back. A client's connect that fails makes it
 * failed in any case.
 *
 * @param check whether back-ends are probed
 * @param interval between two probes of a back-end
 * @param timeout how long a probe's connect may take
 * @param fall so many probes in a row must fail to make it failed
 * @param rise so many probes in a row must succeed to make it healthy
 * @param slowStart over this time one that comes back gets its slots; zero = all at once
 * @param maxBackoff the longest that one that keeps failing has to wait before it comes back; zero
 *     = never at all
 * @param retryAfter without probes: how long a failed back-end is left alone before one client at a
 *     time tries it again
 * @param trials without meaning unless the check is by compiles
 */
public record HealthSettings(
    HealthCheck check,
    Duration interval,
    Duration timeout,
    int fall,
    int rise,
    Duration slowStart,
    Duration maxBackoff,
    Duration retryAfter,
    TrialSettings trials) {

  /** Whether back-ends are probed, and so come back without a client's help. */
  public boolean probes() {
    return check != HealthCheck.NONE;
  }

  /** Whether the probes are jobs, too. */
  public boolean compiles() {
    return check == HealthCheck.COMPILE;
  }
}
