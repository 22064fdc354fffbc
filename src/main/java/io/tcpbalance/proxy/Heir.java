package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.metrics.Tallies;
import io.tcpbalance.relay.Surrendered;

/**
 * Who goes on where this proxy ends: the same proxy of a generation that follows. Any thread may
 * call; nothing blocks or throws.
 */
public interface Heir {

  /** Takes a client that wants a slot. */
  void adopt(Surrendered client, Past past);

  /** Learns what becomes of the slots that sessions here have, and of those who were to come. */
  void learn(Balancer.LeaseFact fact);

  /** Learns what was counted here since it has followed. */
  void count(Tallies more);
}
