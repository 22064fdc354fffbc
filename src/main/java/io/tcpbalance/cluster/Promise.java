package io.tcpbalance.cluster;

import io.tcpbalance.cluster.mail.Ballot;
import io.tcpbalance.cluster.mail.Stamp;

/**
 * What outlives a life of an agent: whom it obeys, and how new its node's copy of the roster is.
 * Belongs to the agent.
 */
final class Promise {

  Ballot ballot = Ballot.NONE;
  Stamp stamp = Stamp.NONE;
  private long lives;

  /** The number of the life that begins now, from 1. */
  long nextLife() {
    return ++lives;
  }
}
