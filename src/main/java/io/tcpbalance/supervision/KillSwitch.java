package io.tcpbalance.supervision;

import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.BehaviorInterceptor;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Understands {@link Kill} on behalf of the behaviour inside it. */
final class KillSwitch<T> extends BehaviorInterceptor<Object, T> {

  private KillSwitch() {
    super(Object.class);
  }

  static <T> Behavior<T> in(Behavior<T> behavior) {
    return Behaviors.<Object, T>intercept(KillSwitch::new, behavior).narrow();
  }

  @Override
  @SuppressWarnings("unchecked")
  public Behavior<T> aroundReceive(
      TypedActorContext<Object> context, Object message, ReceiveTarget<T> target) {
    if (message instanceof Kill kill) {
      throw new Kill.Killed(kill.reason());
    }
    return target.apply(context, (T) message);
  }

  @Override
  public boolean isSame(BehaviorInterceptor<Object, Object> other) {
    return other instanceof KillSwitch;
  }
}
