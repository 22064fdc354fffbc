package io.tcpbalance.cluster;

import io.tcpbalance.balancer.Balancer.Slot;
import io.tcpbalance.balancer.LeaseId;
import io.tcpbalance.balancer.Wish;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One wish of a session, and the slot that came of it. Belongs to one {@link Claims}.
 *
 * @param <H> whom to tell
 */
final class Claim<H> {

  /** The rest of it is known of those that wait; of one that holds a slot it does not matter. */
  private static final InetSocketAddress NOWHERE = InetSocketAddress.createUnresolved("unknown", 0);

  final LeaseId lease;
  final H holder;
  final long arrivedAtNanos;
  final Wish wish;
  final InetSocketAddress client;

  /** Its place in the queue; 0 until the shared balancer has given one. */
  long ticket;

  /** What was granted; null while it waits. */
  @Nullable Slot slot;

  /** Whether the back-end has accepted. */
  boolean active;

  /** Whether the session knows of its slot. */
  boolean told;

  /** Whether the session was told to give its slot back since the node is on its own. */
  boolean fenced;

  Claim(
      LeaseId lease,
      H holder,
      long ticket,
      long arrivedAtNanos,
      Wish wish,
      InetSocketAddress client) {
    this.lease = lease;
    this.holder = holder;
    this.ticket = ticket;
    this.arrivedAtNanos = arrivedAtNanos;
    this.wish = wish;
    this.client = client;
  }

  /** One of a slot that is in use already. */
  static <H> Claim<H> holding(LeaseId lease, H holder, Slot slot, boolean active) {
    Claim<H> claim = new Claim<>(lease, holder, 0, 0, Wish.anything(), NOWHERE);
    claim.slot = slot;
    claim.active = active;
    claim.told = true;
    return claim;
  }

  /** Whether it is for a trial compile, and nobody's. */
  boolean isTrial() {
    return wish.only().isPresent();
  }

  boolean waits() {
    return slot == null;
  }
}
