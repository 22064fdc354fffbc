package io.tcpbalance.config;

/** What the operator wants of a back-end. What is observed of it is a separate fact. */
public enum OperatorState {
  /** In service. */
  UP,
  /** Gets no new sessions; those it has go on. */
  DRAIN,
  /** Out of service: gets no new sessions; those it has go on. */
  DOWN
}
