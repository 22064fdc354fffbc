package io.tcpbalance.balancer;

/** Why a session gets no slot. */
public enum Refusal {
  /** As many wait as may wait. */
  QUEUE_FULL,
  /** It waited as long as one may wait. */
  QUEUE_TIMEOUT
}
