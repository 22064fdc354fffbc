package io.tcpbalance.balancer;

import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A balancer that another one has followed: what becomes of the leases it has given is told to that
 * one, and who wishes for a slot is sent away.
 */
public final class RetiredBalancer {

  private RetiredBalancer() {}

  /** One that understands what a balancer does, and leaves aside all else. */
  public static Behavior<Object> create(Consumer<Balancer.LeaseFact> heir) {
    return Behaviors.receive(Object.class)
        .onMessage(Balancer.LeaseFact.class, fact -> passOn(fact, heir))
        .onMessage(Balancer.Acquire.class, RetiredBalancer::sendAway)
        .onMessage(Balancer.Operation.class, RetiredBalancer::refuse)
        .onAnyMessage(m -> Behaviors.same())
        .build();
  }

  private static Behavior<Object> passOn(
      Balancer.LeaseFact fact, Consumer<Balancer.LeaseFact> heir) {
    heir.accept(fact);
    return Behaviors.same();
  }

  private static Behavior<Object> refuse(Balancer.Operation operation) {
    Operations.refuse(operation);
    return Behaviors.same();
  }

  /** A trial compile has no client: it is not begun elsewhere. */
  private static Behavior<Object> sendAway(Balancer.Acquire m) {
    m.replyTo()
        .tell(
            m.wish().only().isPresent()
                ? new Balancer.Refused(m.lease(), Refusal.NO_FREE_SLOT)
                : new Balancer.SentAway(m.lease()));
    return Behaviors.same();
  }
}
