package io.tcpbalance.config;

/** What somebody who bears a token may do. */
public enum Role {
  /** Look at everything, change nothing. */
  VIEW,
  /** Everything. */
  OPERATE
}
