package io.tcpbalance.proxy;

import io.tcpbalance.relay.Acceptor;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
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

  /** A client from outside of the allowed networks was closed. */
  record Refused(SocketAddress client) implements Command {}

  private enum Resume implements Command {
    INSTANCE
  }

  /** The descriptors may be freed by others than our clients, who would resume us at once. */
  private static final Duration RESUME_AFTER = Duration.ofMillis(500);

  /** The same complaint is logged once in this time, with a count. */
  private static final Duration QUIET = Duration.ofSeconds(30);

  private final TimerScheduler<Command> timers;
  private final Acceptor acceptor;
  private final LongSupplier nanoTime;
  private final Map<String, Complaint> complaints = new HashMap<>();

  private record Complaint(long loggedAtNanos, int untold) {}

  private Listener(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Acceptor acceptor,
      LongSupplier nanoTime) {
    super(context);
    this.timers = timers;
    this.acceptor = acceptor;
    this.nanoTime = nanoTime;
    acceptor.resume();
  }

  static Behavior<Command> create(Acceptor acceptor, Admission door, LongSupplier nanoTime) {
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                context -> {
                  door.reportTo(context.getSelf());
                  return new Listener(context, timers, acceptor, nanoTime);
                }));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Exhausted.class, this::onExhausted)
        .onMessage(AcceptFailed.class, this::onAcceptFailed)
        .onMessage(Refused.class, this::onRefused)
        .onMessage(Resume.class, m -> onResume())
        .onSignal(PreRestart.class, signal -> onEnd())
        .onSignal(PostStop.class, signal -> onEnd())
        .build();
  }

  private Behavior<Command> onExhausted(Exhausted m) {
    warn("exhausted", "not accepting for the moment: " + m.reason());
    return resumeLater();
  }

  private Behavior<Command> onAcceptFailed(AcceptFailed m) {
    warn("failed", "accepting failed: " + m.cause().getMessage());
    return resumeLater();
  }

  private Behavior<Command> resumeLater() {
    timers.startSingleTimer(Resume.INSTANCE, RESUME_AFTER);
    return this;
  }

  private Behavior<Command> onResume() {
    acceptor.resume();
    return this;
  }

  private Behavior<Command> onRefused(Refused m) {
    warn("refused", "client " + m.client() + " refused: its network is not in 'allow'");
    return this;
  }

  private Behavior<Command> onEnd() {
    acceptor.pause();
    return this;
  }

  private void warn(String kind, String text) {
    long now = nanoTime.getAsLong();
    Complaint last = complaints.get(kind);
    if (last != null && now - last.loggedAtNanos < QUIET.toNanos()) {
      complaints.put(kind, new Complaint(last.loggedAtNanos, last.untold + 1));
      getContext().getLog().debug("{}", text);
      return;
    }
    String more = last == null || last.untold == 0 ? "" : " (and " + last.untold + " times before)";
    String proxy = getContext().getSelf().path().parent().name();
    getContext().getLog().warn("{}: {}{}", proxy, text, more);
    complaints.put(kind, new Complaint(now, 0));
  }
}
