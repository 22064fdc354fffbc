package io.tcpbalance.cluster;

/** A node's contact with the majority of its cluster. */
enum Contact {
  /** There is one. */
  KEPT,
  /** None of late: no new slot is used. */
  MISSED,
  /** None for so long that the others may soon take this node's slots for free. */
  LOST
}
