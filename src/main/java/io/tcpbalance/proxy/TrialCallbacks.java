package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Outcome;
import io.tcpbalance.health.TrialCompiles.Result;
import io.tcpbalance.relay.AttemptEnd;
import io.tcpbalance.relay.AttemptHandler;
import io.tcpbalance.relay.JobWire;
import io.tcpbalance.relay.RelayEnd;
import java.util.Objects;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Judges a trial compile. Unlike a client's, its source is known to be good: whatever is no object
 * file is the host's fault.
 */
final class TrialCallbacks extends RelayCallbacks implements AttemptHandler {

  private final TrialSession.Trial trial;

  TrialCallbacks(
      SessionEntry entry,
      ActorRef<Balancer.SessionMessage> session,
      Session.Surroundings around,
      TrialSession.Trial trial) {
    super(entry, session, around);
    this.trial = trial;
  }

  @Override
  public void attemptEnded(AttemptEnd end, JobWire wire) {
    SessionEntry.Held held = Objects.requireNonNull(entry.clear(), "an attempt without a lease");
    Result verdict = verdict(end, (DistccJobWire) wire);
    Optional<String> error = Optional.of(verdict.reason()).filter(reason -> !reason.isEmpty());
    // With the slot itself: told later, whoever waits would get the slot of a host known to be bad.
    release(
        held,
        new Outcome.Finished(
            end.totalNanos(), end.sentBytes(), end.answerBytes(), error, error.isPresent()));
    trial.result().complete(verdict);
  }

  private Result verdict(AttemptEnd end, DistccJobWire wire) {
    if (end.result() != AttemptEnd.Result.ANSWERED) {
      return failed(end.reason());
    }
    return wire.hasObject() ? Result.PASSED : failed(wire.failure());
  }

  private Result failed(String reason) {
    return Result.failed("trial compile with %s: %s".formatted(trial.compiler(), reason));
  }

  @Override
  public void ended(RelayEnd end) {
    super.ended(end);
    trial.result().complete(Result.NOT_TRIED);
  }
}
