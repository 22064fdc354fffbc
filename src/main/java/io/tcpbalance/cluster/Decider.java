package io.tcpbalance.cluster;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Roster;
import io.tcpbalance.cluster.mail.Answer;
import io.tcpbalance.cluster.mail.Question;
import io.tcpbalance.cluster.mail.Stamp;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Balancer} that decides for a shared pool: a child of the pool's actor, which it takes
 * for its registrar and its watcher. To be used by that actor only.
 */
final class Decider {

  private final ActorContext<Object> context;
  private final SharedBalancer.Surroundings around;
  private PoolSpec spec;
  private Roster.@Nullable Holder holder;
  private @Nullable Roster told;
  private @Nullable ActorRef<Balancer.Command> balancer;

  Decider(ActorContext<Object> context, PoolSpec spec, SharedBalancer.Surroundings around) {
    this.context = context;
    this.spec = spec;
    this.around = around;
  }

  /** What the configuration says is from now on this; its back-ends are an operation. */
  void spec(PoolSpec newSpec) {
    boolean others = !newSpec.settings().equals(spec.settings());
    spec = newSpec;
    if (others) {
      tell(
          new Balancer.Reconfigure(
              now -> now, newSpec.settings(), context.getSystem().ignoreRef()));
    }
  }

  /**
   * Begins, with what is configured if there is no roster yet. The context watches it.
   *
   * @param name another one for each
   */
  void start(Optional<Roster> newest, String name) {
    Roster.Holder roster = new Roster.Holder(newest.orElse(spec.roster().get()));
    ActorRef<Object> self = context.getSelf();
    ActorRef<Balancer.Command> started =
        context.spawn(
            around
                .supervision()
                .restarting(
                    Balancer.create(
                        spec.pool(),
                        roster,
                        spec.settings(),
                        around.nanoTime(),
                        around.wallClock(),
                        self.narrow())),
            name,
            DispatcherSelector.sameAsParent());
    context.watch(started);
    started.tell(new Balancer.Watch(self.narrow()));
    holder = roster;
    balancer = started;
  }

  /** To nobody, as long as it has not begun. */
  void tell(Balancer.Command command) {
    if (balancer != null) {
      balancer.tell(command);
    }
  }

  /** What this has not told of yet. */
  Optional<Roster> newRoster() {
    if (holder == null || holder.get().equals(told)) {
      return Optional.empty();
    }
    told = holder.get();
    return Optional.of(told);
  }

  /**
   * Answers for an operator, always. Must have begun.
   *
   * @param newest of the roster, as far as the members are told of it
   */
  CompletionStage<Answer> ask(Question question, Stamp newest) {
    return new Desk(Objects.requireNonNull(balancer), context.getSystem().scheduler())
        .answer(question, newest, spec.settings());
  }
}
