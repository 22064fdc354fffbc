package io.tcpbalance.balancer;

import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A balancer that another one has followed: what becomes of the leases it has given is told to that
 * one, and who wishes for a slot is sent away.
 */
final class RetiredBalancer {

  private RetiredBalancer() {}

  static Behavior<Balancer.Command> create(Consumer<Balancer.LeaseFact> heir) {
    return Behaviors.receive(Balancer.Command.class)
        .onMessage(Balancer.LeaseFact.class, fact -> passOn(fact, heir))
        .onMessage(Balancer.Acquire.class, RetiredBalancer::sendAway)
        .onMessage(Balancer.Operation.class, RetiredBalancer::refuse)
        .onAnyMessage(m -> Behaviors.same())
        .build();
  }

  private static Behavior<Balancer.Command> passOn(
      Balancer.LeaseFact fact, Consumer<Balancer.LeaseFact> heir) {
    heir.accept(fact);
    return Behaviors.same();
  }

  private static Behavior<Balancer.Command> refuse(Balancer.Operation operation) {
    Operations.refuse(operation);
    return Behaviors.same();
  }

  /** A trial compile has no client: it is not begun elsewhere. */
  private static Behavior<Balancer.Command> sendAway(Balancer.Acquire m) {
    m.replyTo()
        .tell(
            m.wish().only().isPresent()
                ? new Balancer.Refused(m.lease(), Refusal.NO_FREE_SLOT)
                : new Balancer.SentAway(m.lease()));
    return Behaviors.same();
  }
}
