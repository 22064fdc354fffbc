package io.tcpbalance.proxy;

import java.io.IOException;
import java.time.Duration;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Rules over the acceptance of new clients: it goes on while this actor lives. While it does not,
 * the kernel queues them, for the listening socket belongs to the proxy's supervisor.
 */
final class Listener extends AbstractBehavior<Listener.Command> {

  /** What the door tells. */
  sealed interface Command {}

  /** No descriptor is left; accepting has paused. */
  record Exhausted(String reason) implements Command {}

  /** Accepting failed for another reason. */
  record AcceptFailed(IOException cause) implements Command {}

  /** The door is at another place. */
  enum Moved implements Command {
    INSTANCE
  }

  private enum Resume implements Command {
    INSTANCE
  }

  /** The descriptors may be freed by others than our clients, who would resume us at once. */
  private static final Duration RESUME_AFTER = Duration.ofMillis(500);

  private final TimerScheduler<Command> timers;
  private final Admission door;
  private final Complaints complaints;

  private Listener(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Admission door,
      Complaints complaints) {
    super(context);
    this.timers = timers;
    this.door = door;
    this.complaints = complaints;
    door.reportTo(context.getSelf());
    door.open();
  }

  static Behavior<Command> create(Admission door, Complaints complaints) {
    return Behaviors.withTimers(
        timers -> Behaviors.setup(context -> new Listener(context, timers, door, complaints)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Exhausted.class, this::onExhausted)
        .onMessage(AcceptFailed.class, this::onAcceptFailed)
        .onMessage(Resume.class, m -> onOpen())
        .onMessage(Moved.class, m -> onOpen())
        .onSignal(PreRestart.class, signal -> onEnd())
        .onSignal(PostStop.class, signal -> onEnd())
        .build();
  }

  private Behavior<Command> onExhausted(Exhausted m) {
    complaints.add(Complaint.ACCEPT_PAUSED, "not accepting for the moment: " + m.reason());
    return resumeLater();
  }

  private Behavior<Command> onAcceptFailed(AcceptFailed m) {
    complaints.add(Complaint.ACCEPT_FAILED, "accepting failed: " + m.cause().getMessage());
    return resumeLater();
  }

  private Behavior<Command> resumeLater() {
    timers.startSingleTimer(Resume.INSTANCE, RESUME_AFTER);
    return this;
  }

  private Behavior<Command> onOpen() {
    door.open();
    return this;
  }

  private Behavior<Command> onEnd() {
    door.shut();
    return this;
  }
}
