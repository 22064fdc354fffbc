package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Stands for the sessions of the generation before where the balancer speaks to who has a slot. */
final class LegacyHolder {

  private LegacyHolder() {}

  static Behavior<Balancer.SessionMessage> create(Legacy.Ancestor ancestor) {
    return Behaviors.receive(Balancer.SessionMessage.class)
        .onMessage(
            Balancer.Evicted.class,
            m -> {
              ancestor.evict(m.lease());
              return Behaviors.same();
            })
        .onMessage(
            Balancer.BackendLost.class,
            m -> {
              ancestor.lose(m.lease(), m.reason());
              return Behaviors.same();
            })
        .build();
  }
}
