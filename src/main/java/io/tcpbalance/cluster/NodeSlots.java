package io.tcpbalance.cluster;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Balancer.Slot;
import io.tcpbalance.balancer.Outcome;
import io.tcpbalance.cluster.mail.ToNode;
import io.tcpbalance.cluster.mail.ToPool;
import java.util.Objects;

/**
 * The slots that one node's sessions were granted of a shared pool. While the node misses the
 * majority no session is told of a new one; when that is lost, all are given back.
 *
 * @param <S> sessions
 */
final class NodeSlots<S> {

  private final FenceTimes times;
  private final Claims<S> claims;
  private final Places places;
  private final BalancerLine line;
  private final AgentLedger.Voice<S> voice;
  private Contact contact = Contact.MISSED;
  private boolean frozen;

  NodeSlots(
      FenceTimes times,
      Claims<S> claims,
      Places places,
      BalancerLine line,
      AgentLedger.Voice<S> voice) {
    this.times = times;
    this.claims = claims;
    this.places = places;
    this.line = line;
    this.voice = voice;
  }

  Contact contact() {
    return contact;
  }

  /** As {@link AgentLedger#freeze} says it. */
  void freeze(boolean isFrozen) {
    frozen = isFrozen;
  }

  /** Before anything is done about what came in: this process may have stood still. */
  void observe(long sinceMajorityNanos) {
    contact = times.contact(sinceMajorityNanos);
  }

  /** A claim that is not there, or has a slot, was given up when the grant was under way. */
  void granted(ToNode.Granted m) {
    Claim<S> claim = claims.find(m.lease());
    if (claim == null) {
      line.say(new ToPool.Release(m.lease(), m.slot(), new Outcome.Unused()));
    } else if (claim.waits()) {
      claim.slot = m.slot();
      places.gave(m.lease().session(), m.ticket());
      if (contact == Contact.KEPT && !frozen) {
        tellSlot(claim);
      }
    }
  }

  private void tellSlot(Claim<S> claim) {
    claim.told = true;
    Slot slot = Objects.requireNonNull(claim.slot);
    voice.tell(claim.holder, new Balancer.Granted(line.life(), claim.lease, slot));
  }

  void evicted(ToNode.Evicted m, long nowNanos) {
    Claim<S> claim = claims.find(m.lease());
    if (claim != null && !claim.waits()) {
      takeBack(claim, nowNanos);
    }
  }

  /** A session that was never told of it goes on waiting. */
  private void takeBack(Claim<S> claim, long nowNanos) {
    if (claim.told) {
      voice.tell(claim.holder, new Balancer.Evicted(claim.lease));
      return;
    }
    Slot slot = Objects.requireNonNull(claim.slot);
    claim.slot = null;
    line.say(new ToPool.Release(claim.lease, slot, new Outcome.Unused()));
    line.say(places.wishOf(claim, nowNanos));
  }

  /** Does what the contact asks for. */
  void settle(long nowNanos) {
    if (contact == Contact.KEPT && !frozen) {
      claims.where(claim -> !claim.waits() && !claim.told).forEach(this::tellSlot);
    } else if (contact == Contact.LOST) {
      for (Claim<S> claim : claims.where(claim -> !claim.waits() && !claim.fenced)) {
        claim.fenced = claim.told;
        takeBack(claim, nowNanos);
      }
    }
  }
}
