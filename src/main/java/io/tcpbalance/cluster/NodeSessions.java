package io.tcpbalance.cluster;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Balancer.SessionMessage;
import io.tcpbalance.balancer.Census;
import io.tcpbalance.cluster.mail.ToPool;
import java.net.InetSocketAddress;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What the sessions of one node say to one life of its {@link Agent}, as they would to a balancer:
 * at first all that they have, then what changes. Goes into the ledger.
 */
final class NodeSessions {

  private final AgentLedger<ActorRef<SessionMessage>> ledger;
  private final Runnable askAll;
  private final LongSupplier nanoTime;
  private final Census census = new Census();
  private boolean counted;

  /**
   * Begins the census.
   *
   * @param askAll asks the registrar for it, with the ledger's life for its epoch
   */
  NodeSessions(
      AgentLedger<ActorRef<SessionMessage>> ledger, Runnable askAll, LongSupplier nanoTime) {
    this.ledger = ledger;
    this.askAll = askAll;
    this.nanoTime = nanoTime;
    askAll.run();
  }

  // What changes.

  void acquire(Balancer.Acquire m) {
    InetSocketAddress client = (InetSocketAddress) m.client();
    ledger.acquire(m.lease(), m.arrivedAtNanos(), m.wish(), client, m.replyTo(), now());
    if (!counted) {
      census.hasAsked(m.lease().session());
      countIfComplete();
    }
  }

  private long now() {
    return nanoTime.getAsLong();
  }

  void connected(Balancer.Connected m) {
    if (!counted) {
      census.connected(m.lease());
    }
    ledger.connected(m.lease());
  }

  void release(Balancer.Release m) {
    if (!counted) {
      census.over(m.lease());
    }
    ledger.release(m.lease(), m.slot(), m.outcome(), now());
  }

  void withdraw(Balancer.Withdraw m) {
    ledger.withdraw(m.lease(), now());
  }

  void ended(Balancer.SessionEnded m) {
    ledger.sessionEnded(m.session());
    heardOf(m.session());
  }

  void blame(Balancer.Blame m) {
    ledger.say(new ToPool.Blame(m.lease(), m.backend(), m.reason()));
  }

  // The census.

  void registrarStarted() {
    if (!counted) {
      askAll.run();
    }
  }

  void roll(Balancer.Roll m) {
    if (isAsked(m.epoch())) {
      ledger.inherit(m.farmTickets());
      census.expect(m.arriving());
      census.roll(m.sessions());
      countIfComplete();
    }
  }

  void holdsNothing(Balancer.HoldsNothing m) {
    if (isAsked(m.epoch())) {
      heardOf(m.session());
    }
  }

  void waits(Balancer.Waits m) {
    if (isAsked(m.epoch())) {
      acquire(m.wish());
      heardOf(m.wish().lease().session());
    }
  }

  void holds(Balancer.Holds m) {
    if (!isAsked(m.epoch())) {
      return;
    }
    if (!census.isOver(m.lease())) {
      boolean active = m.active() || census.wasConnected(m.lease());
      ledger.holds(m.lease(), m.slot(), active, m.holder());
    }
    heardOf(m.lease().session());
  }

  private boolean isAsked(long epoch) {
    return !counted && epoch == ledger.life();
  }

  private void heardOf(long session) {
    if (!counted) {
      census.heardOf(session);
      countIfComplete();
    }
  }

  private void countIfComplete() {
    if (census.complete()) {
      counted = true;
      ledger.counted();
    }
  }
}
