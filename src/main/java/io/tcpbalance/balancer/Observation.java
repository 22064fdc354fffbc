package io.tcpbalance.balancer;

/** What probes have found out about a back-end. */
public enum Observation {
  /** It serves. */
  SERVES,
  /** It does not, but what it does at this moment may still go well. */
  FAILS,
  /** It does not accept connections: what it was doing may be lost. */
  UNREACHABLE
}
