package io.tcpbalance.supervision;

import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.BehaviorSignalInterceptor;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Tells the {@link ActorTree} of the lives of the behaviour inside it. Messages pass it by. */
final class Listed<T> extends BehaviorSignalInterceptor<T> {

  private final ActorTree tree;

  private Listed(ActorTree tree) {
    this.tree = tree;
  }

  static <T> Behavior<T> in(ActorTree tree, Behavior<T> behavior) {
    return Behaviors.intercept(() -> new Listed<>(tree), behavior);
  }

  @Override
  public Behavior<T> aroundStart(TypedActorContext<T> context, PreStartTarget<T> target) {
    Behavior<T> started = target.start(context);
    tree.started(context.asJava().getSelf());
    return started;
  }

  @Override
  public Behavior<T> aroundSignal(
      TypedActorContext<T> context, Signal signal, SignalTarget<T> target) {
    if (signal instanceof PreRestart) {
      tree.restarting(context.asJava().getSelf());
      tell(context);
    } else if (signal instanceof PostStop) {
      tree.stopped(context.asJava().getSelf());
    }
    return target.apply(context, signal);
  }

  private void tell(TypedActorContext<T> context) {
    ActorContext<T> restarting = context.asJava();
    String path = restarting.getSelf().path().toStringWithoutAddress();
    restarting.getSystem().eventStream().tell(new EventStream.Publish<>(new ActorRestarting(path)));
  }
}
