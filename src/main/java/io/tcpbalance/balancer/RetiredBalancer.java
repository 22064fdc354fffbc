package io.tcpbalance.balancer;

import java.util.List;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A balancer that another one has followed: what becomes of the leases it has given is told to that
 * one, who wishes for a slot is sent away, and who asks hears how things were. The interfaces of
 * this generation are still asked for a moment, whether it is ready for example.
 */
public final class RetiredBalancer {

  private RetiredBalancer() {}

  /**
   * One that understands what a balancer does, and leaves aside all else.
   *
   * @param last how things were when it was followed
   */
  public static Behavior<Object> create(Consumer<Balancer.LeaseFact> heir, PoolStatus last) {
    return Behaviors.receive(Object.class)
        .onMessage(Balancer.LeaseFact.class, fact -> passOn(fact, heir))
        .onMessage(Balancer.Acquire.class, RetiredBalancer::sendAway)
        .onMessage(Balancer.Operation.class, m -> answer(m, last))
        .onAnyMessage(m -> Behaviors.same())
        .build();
  }

  private static Behavior<Object> passOn(
      Balancer.LeaseFact fact, Consumer<Balancer.LeaseFact> heir) {
    heir.accept(fact);
    return Behaviors.same();
  }

  private static Behavior<Object> answer(Balancer.Operation operation, PoolStatus last) {
    if (operation instanceof Balancer.Describe m) {
      m.replyTo().tell(last);
    } else if (operation instanceof Balancer.AskStall m) {
      m.replyTo().tell(last.stall());
    } else if (operation instanceof Balancer.ListWaiting m) {
      m.replyTo().tell(List.of());
    } else {
      Operations.refuse(operation);
    }
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
