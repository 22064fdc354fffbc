package io.tcpbalance.proxy;

/** Why a client was not served, or not yet. */
public enum Complaint {
  /** Closed: its network is not in {@code allow}. */
  NOT_ALLOWED,
  /** Closed: its machine has {@code max-per-client} sessions already. */
  MAX_PER_CLIENT,
  /** Closed: {@code queue.max-length} clients wait already. */
  QUEUE_FULL,
  /** Closed: it waited for {@code queue.timeout}. */
  QUEUE_TIMEOUT,
  /**
   * Closed: no back-end has the compiler that it asks for, or the one that would do is not free.
   */
  NO_BACKEND,
  /** Closed: what it sent is no request of distcc's. */
  MALFORMED,
  /** Not accepted for the moment: {@code max-sessions}, or no file descriptor is left. */
  ACCEPT_PAUSED,
  /** Not accepted for the moment: the system refused. */
  ACCEPT_FAILED
}
