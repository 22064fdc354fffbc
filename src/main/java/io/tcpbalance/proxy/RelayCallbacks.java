package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Outcome;
import io.tcpbalance.relay.ConnectFailure;
import io.tcpbalance.relay.RelayEnd;
import io.tcpbalance.relay.RelayHandler;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Turns a relay's call-backs into messages, in the order that the package rules. It outlives the
 * session's actor: a lease is released when its socket is closed, whoever is still alive by then.
 */
class RelayCallbacks implements RelayHandler {

  final SessionEntry entry;
  final ActorRef<Balancer.SessionMessage> session;
  private final Session.Surroundings around;

  RelayCallbacks(
      SessionEntry entry, ActorRef<Balancer.SessionMessage> session, Session.Surroundings around) {
    this.entry = entry;
    this.session = session;
    this.around = around;
  }

  @Override
  public void connected() {
    SessionEntry.Held held = Objects.requireNonNull(entry.held(), "a connect without a lease");
    entry.markConnected();
    if (!entry.isTrial()) {
      around.metrics().connected(around.nanoTime().getAsLong() - entry.sinceNanos());
    }
    around.balancer().tell(new Balancer.Connected(held.lease()));
  }

  @Override
  public void connectFailed(ConnectFailure failure) {
    InetSocketAddress next = failure.local() ? null : entry.nextAddress();
    if (next != null) {
      entry.relay.connect(next);
      return;
    }
    SessionEntry.Held held = Objects.requireNonNull(entry.clear(), "a connect without a lease");
    session.tell(new Session.ConnectFailed(held.slot().backend(), failure.local()));
    Outcome outcome =
        failure.local() ? new Outcome.Unused() : new Outcome.ConnectFailed(failure.reason(), true);
    release(held, outcome);
  }

  @Override
  public void ended(RelayEnd end) {
    SessionEntry.Held held = entry.clear();
    entry.markRelayEnded();
    session.tell(new Session.RelayEnded(end));
    release(held, end.wasConnected() ? outcome(end) : new Outcome.Unused());
  }

  final void release(SessionEntry.@Nullable Held held, Outcome outcome) {
    if (held != null) {
      around.balancer().tell(new Balancer.Release(held.lease(), held.slot(), outcome));
    }
  }

  private static Outcome outcome(RelayEnd end) {
    return switch (end.cause()) {
      case FINISHED -> finished(end, Optional.empty());
      case BACKEND_RESET -> finished(end, Optional.of("connection reset"));
      case IDLE -> finished(end, Optional.of("idle time-out"));
      case CLIENT_GONE, STALLED, MALFORMED, SURRENDERED, CLOSED, FAULT ->
          new Outcome.Aborted(end.connectedNanos(), end.bytesIn(), end.bytesOut());
    };
  }

  private static Outcome finished(RelayEnd end, Optional<String> error) {
    return new Outcome.Finished(end.connectedNanos(), end.bytesIn(), end.bytesOut(), error, false);
  }
}
