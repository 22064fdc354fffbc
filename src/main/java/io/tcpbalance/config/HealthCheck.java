package io.tcpbalance.config;

/** How it is found out whether a back-end serves. */
public enum HealthCheck {
  /** By connecting to it now and then. */
  CONNECT,
  /** By connecting, and by a tiny compile now and then; for distcc only. */
  COMPILE,
  /** By the connects of clients alone. */
  NONE
}
