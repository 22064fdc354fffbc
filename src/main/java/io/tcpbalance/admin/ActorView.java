package io.tcpbalance.admin;

import io.tcpbalance.proxy.SessionStatus;
import io.tcpbalance.supervision.ActorStatus;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An actor in JSON. */
public record ActorView(
    String path,
    String kind,
    String state,
    long ageMs,
    int restarts,
    @Nullable Integer mailboxSize) {

  public static ActorView of(ActorStatus actor) {
    return new ActorView(
        actor.path(),
        kind(actor.path()),
        Texts.word(actor.state()),
        actor.age().toMillis(),
        actor.restarts(),
        actor.mailboxSize().isPresent() ? actor.mailboxSize().getAsInt() : null);
  }

  /** A session is never restarted, and nobody counts what waits for it. */
  public static ActorView ofSession(String path, SessionStatus session, Instant now) {
    return new ActorView(
        path,
        kind(path),
        Texts.word(ActorStatus.State.RUNNING),
        Duration.between(session.acceptedAt(), now).toMillis(),
        0,
        null);
  }

  /** Actors of which there are many are named KIND-NAME, the others just KIND. */
  private static String kind(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    int end = name.indexOf('-');
    if (name.equals("user")) {
      return "guardian";
    }
    return end < 0 ? name : name.substring(0, end);
  }
}
