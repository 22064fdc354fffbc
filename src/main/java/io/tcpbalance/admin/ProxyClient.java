package io.tcpbalance.admin;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.OperationRefused;
import io.tcpbalance.balancer.PoolStatus;
import io.tcpbalance.balancer.Stall;
import io.tcpbalance.balancer.WaitingClient;
import io.tcpbalance.proxy.ProxyDescription;
import io.tcpbalance.proxy.ProxySupervisor;
import io.tcpbalance.proxy.SessionPath;
import io.tcpbalance.proxy.SessionStatus;
import io.tcpbalance.supervision.Kill;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.pattern.StatusReply;

/**
 * Asks one proxy. Every answer fails with an {@link ApiError} if the proxy refuses or is silent.
 * Any thread may call.
 */
public final class ProxyClient {

  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(3);

  private final String name;
  private final ActorRef<ProxySupervisor.Command> proxy;
  private final Scheduler scheduler;

  ProxyClient(String name, ActorRef<ProxySupervisor.Command> proxy, Scheduler scheduler) {
    this.name = name;
    this.proxy = proxy;
    this.scheduler = scheduler;
  }

  public String name() {
    return name;
  }

  public CompletionStage<ProxyDescription> description() {
    return ask(ProxySupervisor.Describe::new);
  }

  public CompletionStage<PoolStatus> pool() {
    return this.<PoolStatus>ask(to -> new ProxySupervisor.Operate(new Balancer.Describe(to)));
  }

  public CompletionStage<Optional<Stall>> stall() {
    return this.<Optional<Stall>>ask(to -> new ProxySupervisor.Operate(new Balancer.AskStall(to)));
  }

  /** Where it listens. */
  public CompletionStage<Integer> port() {
    return description().thenApply(described -> described.address().getPort());
  }

  public CompletionStage<ProxyView> view() {
    return state().thenApply(ProxyView::of);
  }

  CompletionStage<ProxyState> state() {
    return description().thenCombine(pool(), ProxyState::new);
  }

  public CompletionStage<BackendStatus> backend(String backend) {
    return pool()
        .thenApply(
            pool ->
                pool.backends().stream()
                    .filter(status -> status.name().equals(backend))
                    .findFirst()
                    .orElseThrow(() -> ApiError.noSuchBackend(name, backend)));
  }

  /** Who waits, the next one first. */
  public CompletionStage<List<WaitingClient>> waiting(int limit) {
    return this.<List<WaitingClient>>ask(
        to -> new ProxySupervisor.Operate(new Balancer.ListWaiting(limit, to)));
  }

  /** Sessions at that time, in the order of their arrival, with their places in the queue. */
  public CompletionStage<List<SessionView>> sessions(int limit, Instant now) {
    return sessions(limit)
        .thenCombine(
            waiting(limit), (sessions, waiting) -> SessionView.all(sessions, waiting, now));
  }

  public CompletionStage<List<SessionStatus>> sessions(int limit) {
    return this.<List<SessionStatus>>ask(to -> new ProxySupervisor.ListSessions(limit, to));
  }

  /**
   * Those that have a slot, in the order of their arrival, and these others, in any order.
   *
   * @param limit of those that have a slot
   */
  public CompletionStage<List<SessionStatus>> served(int limit, Set<Long> others) {
    return this.<List<SessionStatus>>ask(to -> new ProxySupervisor.ListServed(limit, others, to));
  }

  CompletionStage<Boolean> closeSession(long id) {
    return this.<Boolean>ask(to -> new ProxySupervisor.CloseSession(id, to));
  }

  public String pathOfSession(long id) {
    return SessionPath.of(proxy, id);
  }

  /** Answers whether there was one to kill; of a path that is not one of its sessions', no. */
  public CompletionStage<Boolean> killSession(String path, Kill kill) {
    OptionalLong id = SessionPath.id(proxy, path);
    return id.isPresent()
        ? this.<Boolean>ask(to -> new ProxySupervisor.KillSession(id.getAsLong(), kill, to))
        : CompletableFuture.completedStage(false);
  }

  /** Has an operation done that can be refused. */
  <R> CompletionStage<R> operate(Function<ActorRef<StatusReply<R>>, Balancer.Operation> operation) {
    return told(
        AskPattern.<ProxySupervisor.Command, R>askWithStatus(
            proxy,
            to -> new ProxySupervisor.Operate(operation.apply(to)),
            ANSWER_TIMEOUT,
            scheduler));
  }

  private <R> CompletionStage<R> ask(Function<ActorRef<R>, ProxySupervisor.Command> message) {
    return told(AskPattern.ask(proxy, message, ANSWER_TIMEOUT, scheduler));
  }

  private <R> CompletionStage<R> told(CompletionStage<R> answer) {
    return answer.exceptionally(
        failure -> {
          throw reason(failure);
        });
  }

  private RuntimeException reason(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof OperationRefused refusal) {
      return ApiError.refused(refusal);
    }
    if (cause instanceof TimeoutException) {
      return ApiError.noAnswer(name);
    }
    return new CompletionException(cause);
  }
}
