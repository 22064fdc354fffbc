package io.tcpbalance.cluster;

import io.tcpbalance.balancer.Balancer;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * When an agent that is to be followed freezes: not before those who wait know their places. Who
 * has asked a moment ago would pass over without the one that is on its way to it, and get the last
 * one. Slots are used as ever meanwhile. Where no places come there is none to be lost, so it does
 * not wait for long.
 */
final class LastTickets {

  static final Duration PATIENCE = Duration.ofMillis(500);

  private final AgentLedger<?> ledger;
  private final Consumer<Balancer.Freeze> freeze;
  private Balancer.@Nullable Freeze asked;
  private long askedAtNanos;

  /**
   * @param freeze is given what was asked when it is time
   */
  LastTickets(AgentLedger<?> ledger, Consumer<Balancer.Freeze> freeze) {
    this.ledger = ledger;
    this.freeze = freeze;
  }

  void ask(Balancer.Freeze m, long nowNanos) {
    asked = m;
    askedAtNanos = nowNanos;
    look(nowNanos);
  }

  /** After whatever may have brought a place, and from time to time. */
  void look(long nowNanos) {
    Balancer.Freeze m = asked;
    if (m != null && (!ledger.awaitsTickets() || nowNanos - askedAtNanos >= PATIENCE.toNanos())) {
      asked = null;
      freeze.accept(m);
    }
  }

  /** It is not asked any more. */
  void callOff() {
    asked = null;
  }
}
