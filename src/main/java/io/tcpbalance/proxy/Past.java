package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What a session was until its client was given away.
 *
 * @param session its number, which it keeps
 * @param wishes how often it has wished for a slot
 * @param ticket its place in the queue; 0 if it has none yet
 * @param arrivedAtNanos when it got that, on the monotonic clock
 * @param acceptedAtNanos on the monotonic clock
 * @param avoid back-ends that did not accept
 * @param died back-ends on which its job died
 * @param deaths how often that happened
 * @param suspicions what is to be told of those back-ends if another one does the job
 */
public record Past(
    long session,
    int wishes,
    long ticket,
    long arrivedAtNanos,
    Instant acceptedAt,
    long acceptedAtNanos,
    Set<String> avoid,
    Set<String> died,
    int deaths,
    List<Balancer.Blame> suspicions) {

  public Past {
    avoid = Set.copyOf(avoid);
    died = Set.copyOf(died);
    suspicions = List.copyOf(suspicions);
  }

  /** The same without a place in the queue. */
  Past withoutTicket() {
    return new Past(
        session,
        wishes,
        0,
        arrivedAtNanos,
        acceptedAt,
        acceptedAtNanos,
        avoid,
        died,
        deaths,
        suspicions);
  }
}
