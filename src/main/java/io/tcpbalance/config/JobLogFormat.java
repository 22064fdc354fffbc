package io.tcpbalance.config;

/** The form of the line that the log gets for each finished job. */
public enum JobLogFormat {
  /** {@code key=value} pairs. */
  TEXT,
  /** One JSON object. */
  JSON
}
