package io.tcpbalance.config;

/** How it is found out whether a back-end serves. */
public enum HealthCheck {
  /** By connecting to it now and then. */
  CONNECT,
  /** By the connects of clients alone. */
  NONE
}
