package io.tcpbalance.state;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/**
 * Where every interface reports what an operator has done through it, before it answers him. The
 * entries are published to the actor system's event stream too. Any thread may call.
 */
public final class OperatorRecords {

  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(3);

  private final AuditTrail audit;
  private final Optional<ActorRef<StateRecorder.Command>> recorder;
  private final ActorSystem<?> system;
  private final Map<String, Long> counts = new ConcurrentHashMap<>();

  /**
   * @param recorder if anything is kept
   */
  public OperatorRecords(
      AuditTrail audit, Optional<ActorRef<StateRecorder.Command>> recorder, ActorSystem<?> system) {
    this.audit = audit;
    this.recorder = recorder;
    this.system = system;
  }

  /** Something was done that leaves the pools' settings as they are. */
  public void done(AuditEntry entry) {
    counts.merge(entry.via(), 1L, Long::sum);
    audit.record(entry);
    system.eventStream().tell(new EventStream.Publish<>(entry));
  }

  /**
   * A pool's settings were changed. Completes when that is on the disk, with nothing, or when it
   * could not be brought there, with a sentence for the operator; never exceptionally.
   */
  public CompletionStage<Optional<String>> changed(AuditEntry entry) {
    done(entry);
    return recorder.map(this::recorded).orElse(CompletableFuture.completedStage(Optional.empty()));
  }

  /** So much was done before, by interface. */
  public void inherit(Map<String, Long> before) {
    before.forEach((via, count) -> counts.merge(via, count, Long::sum));
  }

  /** How much was done since the start, by interface; logins too. */
  public Map<String, Long> counts() {
    return new TreeMap<>(counts);
  }

  private CompletionStage<Optional<String>> recorded(ActorRef<StateRecorder.Command> actor) {
    return AskPattern.ask(actor, StateRecorder.Save::new, ANSWER_TIMEOUT, system.scheduler())
        .handle(
            (outcome, failure) ->
                outcome == null ? Optional.of("the disk has not confirmed it") : outcome.failure())
        .thenApply(reason -> reason.map(OperatorRecords::warning));
  }

  private static String warning(String reason) {
    return "the change is made, but could not be recorded ("
        + reason
        + "): a restart of the daemon would lose it";
  }
}
