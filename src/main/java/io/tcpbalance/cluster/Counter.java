package io.tcpbalance.cluster;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.OperationRefused;
import io.tcpbalance.balancer.PoolStatus;
import io.tcpbalance.balancer.Roster;
import io.tcpbalance.balancer.WaitingClient;
import io.tcpbalance.cluster.mail.Answer;
import io.tcpbalance.cluster.mail.Question;
import io.tcpbalance.cluster.mail.ToPool;
import io.tcpbalance.config.BackendSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  /** Somebody waits; is told of an answer that is not to come by a refusal. */
  private record Pending(long askedAtNanos, Consumer<Answer> answered) {}

  private final AgentLedger<?> ledger;
  private final Promise promise;
  private final Roster.Holder roster;
  private final Runnable flush;
  private final LongSupplier nanoTime;
  private final Map<Long, Pending> pending = new LinkedHashMap<>();
  private long lastId;

  Counter(
      AgentLedger<?> ledger,
      Promise promise,
      Roster.Holder roster,
      Runnable flush,
      LongSupplier nanoTime) {
    this.ledger = ledger;
    this.promise = promise;
    this.roster = roster;
    this.flush = flush;
    this.nanoTime = nanoTime;
  }

  void ask(Balancer.Operation operation) {
    if (operation instanceof Balancer.Describe m) {
      put(new Question.Describe(), answer -> m.replyTo().tell(status(answer)));
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
                      answer instanceof Answer.Refused r
                          ? StatusReply.error(refused(r))
                          : StatusReply.success(status(answer))));
    } else if (operation instanceof Balancer.Remove m) {
      put(new Question.Remove(m.name(), m.force()), backendFor(m.replyTo()));
    } else {
      throw new IllegalArgumentException("no such operation: " + operation);
    }
  }

  private void put(Question question, Consumer<Answer> answered) {
    long id = ++lastId;
    if (ledger.say(new ToPool.Ask(id, question))) {
      pending.put(id, new Pending(nanoTime.getAsLong(), answered));
      flush.run();
    } else {
      answered.accept(nobody());
    }
  }

  private static Answer nobody() {
    return new Answer.Refused(
        OperationRefused.Kind.CONFLICT,
        "the shared pool has no balancer at this moment, see 'tcpbalance nodes'; try again");
  }

  private static Consumer<Answer> backendFor(ActorRef<StatusReply<BackendStatus>> replyTo) {
    return answer -> {
      if (answer instanceof Answer.Backend a) {
        replyTo.tell(StatusReply.success(a.status()));
      } else if (answer instanceof Answer.Refused r) {
        replyTo.tell(StatusReply.error(refused(r)));
      }
    };
  }

  private static OperationRefused refused(Answer.Refused r) {
    return new OperationRefused(r.kind(), r.message());
  }

  private PoolStatus status(Answer answer) {
    Roster known = roster.get();
    if (answer instanceof Answer.Pool a) {
      Map<String, Answer.Counts> counts =
          a.counts().stream()
              .collect(Collectors.toMap(Answer.Counts::backend, Function.identity()));
      List<BackendStatus> backends = new ArrayList<>();
      for (BackendStatus backend : known.backends()) {
        Answer.Counts of = counts.get(backend.name());
        backends.add(of == null ? backend : of.in(backend));
      }
      return new PoolStatus(a.startedAt(), a.waiting(), backends);
    }
    return new PoolStatus(known.startedAt(), ownWaiting().size(), known.backends());
  }

  private List<? extends Claim<?>> ownWaiting() {
    return ledger.claims().where(Claim::waits);
  }

  private List<WaitingClient> waiting(Answer answer, int limit) {
    if (answer instanceof Answer.Waiting a) {
      return a.clients();
    }
    List<WaitingClient> own = new ArrayList<>();
    long nowNanos = nanoTime.getAsLong();
    for (Claim<?> claim : ownWaiting()) {
      if (own.size() < limit) {
        long waitedMs = (nowNanos - claim.arrivedAtNanos) / 1_000_000;
        own.add(new WaitingClient(own.size() + 1, claim.lease.session(), claim.client, waitedMs));
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
        new Question.Rearrange(promise.stamp, wanted),
        answer -> {
          if (answer instanceof Answer.Rearranged a) {
            m.replyTo().tell(new Balancer.Reconfigured(a.before(), a.after()));
          } else if (tries > 1 && !answer.equals(nobody())) {
            reconfigure(m, tries - 1);
          }
        });
  }

  void answered(long id, Answer answer) {
    Pending asked = pending.remove(id);
    if (asked != null) {
      asked.answered.accept(answer);
    }
  }

  /** Whoever was asked is gone. */
  void moved() {
    List<Pending> all = List.copyOf(pending.values());
    pending.clear();
    all.forEach(asked -> asked.answered.accept(nobody()));
  }

  void tick() {
    long nowNanos = nanoTime.getAsLong();
    for (Map.Entry<Long, Pending> asked : List.copyOf(pending.entrySet())) {
      if (nowNanos - asked.getValue().askedAtNanos() >= TIMEOUT_NANOS) {
        answered(asked.getKey(), nobody());
      }
    }
  }
}
