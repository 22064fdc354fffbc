package io.tcpbalance.supervision;

import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.BehaviorSignalInterceptor;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Tells the {@link ActorTree} of the end of an actor that may be stopped while it waits for its
 * next life: there is no {@link Listed} behaviour then that could.
 */
final class Delisted<T> extends BehaviorSignalInterceptor<T> {

  private final ActorTree tree;

  private Delisted(ActorTree tree) {
    this.tree = tree;
  }

  static <T> Behavior<T> atLast(ActorTree tree, Behavior<T> behavior) {
    return Behaviors.intercept(() -> new Delisted<>(tree), behavior);
  }

  @Override
  public Behavior<T> aroundSignal(
      TypedActorContext<T> context, Signal signal, SignalTarget<T> target) {
    if (signal instanceof PostStop) {
      tree.stopped(context.asJava().getSelf());
    }
    return target.apply(context, signal);
  }
}
