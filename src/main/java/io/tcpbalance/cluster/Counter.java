package io.tcpbalance.cluster;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.OperationRefused;
import io.tcpbalance.balancer.PoolStatus;
import io.tcpbalance.balancer.RemoteSession;
import io.tcpbalance.balancer.Roster;
import io.tcpbalance.balancer.Stall;
import io.tcpbalance.balancer.WaitingClient;
import io.tcpbalance.cluster.mail.Answer;
import io.tcpbalance.cluster.mail.NodeId;
import io.tcpbalance.cluster.mail.Question;
import io.tcpbalance.cluster.mail.ToPool;
import io.tcpbalance.config.BackendSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;

/**
 * Where operators of a node are served: puts what they want to the shared balancer, and answers
 * them also when there is none. What is only asked is then answered by what this node knows.
 */
final class Counter {

  private static final long TIMEOUT_NANOS = Duration.ofMillis(2500).toNanos();
  private static final int MOST_TRIES = 5;

  /** Somebody waits; is told nothing of an answer that is not to come. */
  private record Pending(long askedAtNanos, Consumer<Optional<Answer>> answered) {}

  private final AgentLedger<?> ledger;
  private final Agent.Estate estate;
  private final Roster.Holder roster;
  private final String self;
  private final Runnable flush;
  private final LongSupplier nanoTime;
  private final Map<Long, Pending> pending = new LinkedHashMap<>();
  private long lastId;

  Counter(
      AgentLedger<?> ledger,
      Agent.Estate estate,
      Roster.Holder roster,
      NodeId self,
      Runnable flush,
      LongSupplier nanoTime) {
    this.ledger = ledger;
    this.estate = estate;
    this.roster = roster;
    this.self = self.toString();
    this.flush = flush;
    this.nanoTime = nanoTime;
  }

  void ask(Balancer.Operation operation) {
    if (operation instanceof Balancer.Describe m) {
      put(new Question.Describe(), answer -> m.replyTo().tell(status(answer)));
    } else if (operation instanceof Balancer.AskStall m) {
      m.replyTo().tell(estate.stalls.stall());
    } else if (operation instanceof Balancer.ListWaiting m) {
      put(
          new Question.ListWaiting(m.limit()),
          answer -> m.replyTo().tell(waiting(answer, m.limit())));
    } else if (operation instanceof Balancer.Add m) {
      put(new Question.Add(m.backend(), m.placement()), backendFor(m.replyTo()));
    } else if (operation instanceof Balancer.Change m) {
      put(
          new Question.Change(
              m.name(), m.state(), m.maxConnections(), m.placement(), m.compilers()),
          backendFor(m.replyTo()));
    } else if (operation instanceof Balancer.Reset m) {
      put(new Question.Reset(m.name()), backendFor(m.replyTo()));
    } else if (operation instanceof Balancer.ResetAll m) {
      put(
          new Question.ResetAll(),
          answer ->
              m.replyTo()
                  .tell(
                      refusal(answer)
                          .<StatusReply<PoolStatus>>map(StatusReply::error)
                          .orElseGet(() -> StatusReply.success(status(answer)))));
    } else if (operation instanceof Balancer.Remove m) {
      put(new Question.Remove(m.name(), m.force()), backendFor(m.replyTo()));
    } else {
      throw new IllegalArgumentException("no such operation: " + operation);
    }
  }

  private void put(Question question, Consumer<Optional<Answer>> answered) {
    long id = ++lastId;
    if (estate.stalls.stall().isEmpty() && ledger.say(new ToPool.Ask(id, question))) {
      pending.put(id, new Pending(nanoTime.getAsLong(), answered));
      flush.run();
    } else {
      answered.accept(Optional.empty());
    }
  }

  private Consumer<Optional<Answer>> backendFor(ActorRef<StatusReply<BackendStatus>> replyTo) {
    return answer -> {
      if (answer.isPresent() && answer.get() instanceof Answer.Backend a) {
        replyTo.tell(StatusReply.success(a.status()));
      } else {
        refusal(answer).ifPresent(refused -> replyTo.tell(StatusReply.error(refused)));
      }
    };
  }

  private Optional<OperationRefused> refusal(Optional<Answer> answer) {
    if (answer.isEmpty()) {
      String why = estate.stalls.stall().map(Stall::reason).orElse("nobody who decides answers");
      return Optional.of(
          new OperationRefused(
              OperationRefused.Kind.CONFLICT,
              "the shared pool cannot be changed at this moment: " + why + "; try again"));
    }
    return answer.get() instanceof Answer.Refused r
        ? Optional.of(new OperationRefused(r.kind(), r.message()))
        : Optional.empty();
  }

  private PoolStatus status(Optional<Answer> answer) {
    if (answer.isPresent() && answer.get() instanceof Answer.Pool a) {
      Map<String, Answer.Counts> counts =
          a.counts().stream()
              .collect(Collectors.toMap(Answer.Counts::backend, Function.identity()));
      List<BackendStatus> backends = new ArrayList<>();
      for (BackendStatus backend : roster.get().backends()) {
        Answer.Counts of = counts.get(backend.name());
        backends.add(of == null ? backend : of.in(backend));
      }
      List<RemoteSession> elsewhere =
          a.holders().stream().filter(s -> !s.node().equals(self)).toList();
      return new PoolStatus(a.startedAt(), a.waiting(), backends, elsewhere, estate.stalls.stall());
    }
    return known();
  }

  /** As much as is known without asking anybody. */
  PoolStatus known() {
    return new PoolStatus(
        roster.get().startedAt(),
        ownWaiting().size(),
        roster.get().backends(),
        List.of(),
        estate.stalls.stall());
  }

  private List<? extends Claim<?>> ownWaiting() {
    return ledger.claims().where(Claim::waits);
  }

  private List<WaitingClient> waiting(Optional<Answer> answer, int limit) {
    if (answer.isPresent() && answer.get() instanceof Answer.Waiting a) {
      return a.clients().stream().map(c -> c.at(c.node().filter(n -> !n.equals(self)))).toList();
    }
    List<WaitingClient> own = new ArrayList<>();
    long nowNanos = nanoTime.getAsLong();
    for (Claim<?> claim : ownWaiting()) {
      if (own.size() < limit) {
        long waitedMs = (nowNanos - claim.arrivedAtNanos) / 1_000_000;
        own.add(
            new WaitingClient(
                own.size() + 1, claim.lease.session(), claim.client, waitedMs, Optional.empty()));
      }
    }
    return own;
  }

  /** Made from this node's copy of the roster, and made again where that was not the newest. */
  void reconfigure(Balancer.Reconfigure m) {
    reconfigure(m, MOST_TRIES);
  }

  private void reconfigure(Balancer.Reconfigure m, int tries) {
    List<BackendSettings> before = roster.get().staying();
    List<BackendSettings> wanted = m.backends().apply(before);
    if (wanted.equals(before)) {
      m.replyTo().tell(new Balancer.Reconfigured(before, before));
      return;
    }
    put(
        new Question.Rearrange(estate.promise.stamp, wanted),
        answer -> {
          if (answer.isPresent() && answer.get() instanceof Answer.Rearranged a) {
            m.replyTo().tell(new Balancer.Reconfigured(a.before(), a.after()));
          } else if (answer.isPresent() && tries > 1) {
            reconfigure(m, tries - 1);
          }
        });
  }

  void answered(long id, Answer answer) {
    Pending asked = pending.remove(id);
    if (asked != null) {
      asked.answered.accept(Optional.of(answer));
    }
  }

  /** Whoever was asked is gone. */
  void moved() {
    List<Pending> all = List.copyOf(pending.values());
    pending.clear();
    all.forEach(asked -> asked.answered.accept(Optional.empty()));
  }

  void tick() {
    long nowNanos = nanoTime.getAsLong();
    List<Pending> late =
        pending.values().stream()
            .filter(asked -> nowNanos - asked.askedAtNanos() >= TIMEOUT_NANOS)
            .toList();
    pending.values().removeAll(late);
    late.forEach(asked -> asked.answered.accept(Optional.empty()));
  }
}
