package io.tcpbalance.cluster;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.OperationRefused;
import io.tcpbalance.balancer.PoolSettings;
import io.tcpbalance.balancer.PoolStatus;
import io.tcpbalance.balancer.WaitingClient;
import io.tcpbalance.cluster.mail.Answer;
import io.tcpbalance.cluster.mail.Question;
import io.tcpbalance.cluster.mail.Stamp;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.pattern.StatusReply;

/** Puts the questions of other nodes to the balancer of this one. */
final class Desk {

  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final ActorRef<Balancer.Command> balancer;
  private final Scheduler scheduler;

  Desk(ActorRef<Balancer.Command> balancer, Scheduler scheduler) {
    this.balancer = balancer;
    this.scheduler = scheduler;
  }

  /**
   * Always answered.
   *
   * @param newest of the pool's roster
   * @param settings of the pool
   */
  CompletionStage<Answer> answer(Question question, Stamp newest, PoolSettings settings) {
    return put(question, newest, settings).exceptionally(Desk::refusal);
  }

  private CompletionStage<Answer> put(Question question, Stamp newest, PoolSettings settings) {
    if (question instanceof Question.Describe) {
      return this.<PoolStatus>ask(Balancer.Describe::new).thenApply(Desk::pool);
    } else if (question instanceof Question.ListWaiting q) {
      return this.<List<WaitingClient>>ask(
              to -> new Balancer.ListWaiting(Math.min(q.limit(), SharedPool.MOST_SHOWN), to))
          .thenApply(Answer.Waiting::new);
    } else if (question instanceof Question.Add q) {
      return backend(to -> new Balancer.Add(q.backend(), q.placement(), to));
    } else if (question instanceof Question.Change q) {
      return backend(
          to ->
              new Balancer.Change(
                  q.name(), q.state(), q.maxConnections(), q.placement(), q.compilers(), to));
    } else if (question instanceof Question.Reset q) {
      return backend(to -> new Balancer.Reset(q.name(), to));
    } else if (question instanceof Question.ResetAll) {
      return AskPattern.<Balancer.Command, PoolStatus>askWithStatus(
              balancer, Balancer.ResetAll::new, TIMEOUT, scheduler)
          .thenApply(Desk::pool);
    } else if (question instanceof Question.Remove q) {
      return backend(to -> new Balancer.Remove(q.name(), q.force(), to));
    } else if (question instanceof Question.Rearrange q && q.basedOn().equals(newest)) {
      return this.<Balancer.Reconfigured>ask(
              to -> new Balancer.Reconfigure(before -> q.backends(), settings, to))
          .thenApply(done -> new Answer.Rearranged(done.before(), done.after()));
    } else if (question instanceof Question.Rearrange) {
      return refused("the pool was changed meanwhile; try again");
    }
    return refused("the pool's node is of a version that cannot do this; upgrade all nodes");
  }

  private static CompletionStage<Answer> refused(String reason) {
    return CompletableFuture.completedStage(
        new Answer.Refused(OperationRefused.Kind.CONFLICT, reason));
  }

  private <T> CompletionStage<T> ask(Function<ActorRef<T>, Balancer.Command> command) {
    return AskPattern.ask(balancer, command::apply, TIMEOUT, scheduler);
  }

  private CompletionStage<Answer> backend(
      Function<ActorRef<StatusReply<BackendStatus>>, Balancer.Command> command) {
    return AskPattern.<Balancer.Command, BackendStatus>askWithStatus(
            balancer, command::apply, TIMEOUT, scheduler)
        .thenApply(Answer.Backend::new);
  }

  private static Answer pool(PoolStatus status) {
    return new Answer.Pool(
        status.startedAt(),
        status.waiting(),
        status.backends().stream().map(Answer.Counts::of).toList(),
        List.of());
  }

  private static Answer refusal(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof OperationRefused refused
        ? new Answer.Refused(refused.kind(), String.valueOf(refused.getMessage()))
        : new Answer.Refused(
            OperationRefused.Kind.CONFLICT, "the pool's balancer did not answer; try again");
  }
}
