package io.tcpbalance.balancer;

/** What probes have found out about a back-end. */
public enum Observation {
  /** It accepts connections. */
  SERVES,
  /** It does jobs: where it was on trial, that is over. */
  DOES_JOBS,
  /** It does not serve, but what it does at this moment may still go well. */
  FAILS,
  /** It accepts connections, but does no job: it is on trial when it is back. */
  FAILS_JOBS,
  /** It does not accept connections: what it was doing may be lost. */
  UNREACHABLE;

  boolean isGood() {
    return this == SERVES || this == DOES_JOBS;
  }
}
