package io.tcpbalance.balancer;

/**
 * One slot of a back-end in a session's hands: pending until the back-end accepts, then active.
 * Belongs to its {@link SlotPool}.
 *
 * @param <C> whom to tell
 */
final class Lease<C> {

  final Backend backend;
  final C holder;
  boolean active;

  /** Whether it was asked for that very back-end, failed or not. */
  final boolean probes;

  /** Whether its holder knows that the back-end is lost. */
  boolean toldLost;

  /** Whether its accept was told in this life; one that was adopted may be active without. */
  boolean accepted;

  Lease(Backend backend, C holder, boolean active, boolean probes) {
    this.backend = backend;
    this.holder = holder;
    this.active = active;
    this.probes = probes;
  }
}
