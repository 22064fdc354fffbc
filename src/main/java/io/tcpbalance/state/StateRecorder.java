package io.tcpbalance.state;

import io.tcpbalance.balancer.Roster;
import io.tcpbalance.config.BackendSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Writes down what operators changed. Told that there is something new, not what: it compares the
 * rosters' holders with what is on the disk, so nothing that one of its lives missed is lost to the
 * next. What differs only in counters or health is not written.
 *
 * <p>Blocks while it writes: to be run on a dispatcher for that.
 */
public final class StateRecorder extends AbstractBehavior<StateRecorder.Command> {

  /** What the recorder is told. */
  public sealed interface Command {}

  /**
   * From now on this pool is recorded as what differs from this configuration; again for a proxy
   * whose configuration is a new one.
   */
  public record Watch(String proxy, List<BackendSettings> configured, Roster.Holder roster)
      implements Command {
    public Watch {
      configured = List.copyOf(configured);
    }
  }

  /** Asks that what the rosters hold be on the disk. Always answered. */
  public record Save(ActorRef<Outcome> replyTo) implements Command {}

  /**
   * What came of it.
   *
   * @param failure why it could not be written; none: it is on the disk
   */
  public record Outcome(Optional<String> failure) {}

  private enum Retry implements Command {
    INSTANCE
  }

  private static final Duration RETRY_INTERVAL = Duration.ofSeconds(10);

  /** What outlives a life of this actor. */
  private static final class Estate {
    final StateFile file;
    final Map<String, Watch> watched = new HashMap<>();
    Optional<String> failure = Optional.empty();

    Estate(StateFile file) {
      this.file = file;
    }
  }

  private final TimerScheduler<Command> timers;
  private final Estate estate;

  private StateRecorder(
      ActorContext<Command> context, TimerScheduler<Command> timers, Estate estate) {
    super(context);
    context.setLoggerName(StateRecorder.class);
    this.timers = timers;
    this.estate = estate;
    record();
  }

  /** A recorder, not yet supervised. */
  static Behavior<Command> create(StateFile file) {
    Estate estate = new Estate(file);
    return Behaviors.withTimers(
        timers -> Behaviors.setup(context -> new StateRecorder(context, timers, estate)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Watch.class, this::onWatch)
        .onMessage(Save.class, this::onSave)
        .onMessage(Retry.class, m -> record())
        .onSignal(PostStop.class, signal -> record())
        .build();
  }

  private Behavior<Command> onWatch(Watch m) {
    estate.watched.put(m.proxy(), m);
    return record();
  }

  private Behavior<Command> onSave(Save m) {
    record();
    m.replyTo().tell(new Outcome(estate.failure));
    return this;
  }

  private Behavior<Command> record() {
    try {
      estate.file.save(newest());
      if (estate.failure.isPresent()) {
        getContext().getLog().info("what operators changed is recorded again");
      }
      estate.failure = Optional.empty();
    } catch (IOException e) {
      Optional<String> failure = Optional.of(StateFile.reason(e));
      if (!failure.equals(estate.failure)) {
        getContext()
            .getLog()
            .error(
                "what operators changed cannot be recorded, a restart would lose it: {}",
                failure.get());
      }
      estate.failure = failure;
      timers.startSingleTimer(Retry.INSTANCE, RETRY_INTERVAL);
    }
    return this;
  }

  /** What is recorded of proxies that are not configured is left as it is. */
  private RecordedState newest() {
    Map<String, PoolChanges> proxies = new HashMap<>(estate.file.recorded().proxies());
    estate.watched.values().forEach(w -> proxies.put(w.proxy(), changesOf(w)));
    return new RecordedState(proxies);
  }

  private static PoolChanges changesOf(Watch watched) {
    return PoolChanges.between(watched.configured(), watched.roster().get().staying());
  }
}
