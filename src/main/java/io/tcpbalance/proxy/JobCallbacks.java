package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Outcome;
import io.tcpbalance.relay.AttemptEnd;
import io.tcpbalance.relay.JobHandler;
import io.tcpbalance.relay.JobWire;
import java.util.Objects;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** What a job's relay tells beside what every relay tells. */
final class JobCallbacks extends RelayCallbacks implements JobHandler {

  JobCallbacks(
      SessionEntry entry, ActorRef<Balancer.SessionMessage> session, Session.Surroundings around) {
    super(entry, session, around);
  }

  @Override
  public void requestReceived(JobWire wire, boolean kept) {
    DistccJobWire distcc = (DistccJobWire) wire;
    JobDescription job = distcc.describe();
    entry.describe(job);
    session.tell(new JobSession.Received(job, distcc.refusal()));
  }

  @Override
  public void malformed(String complaint) {
    session.tell(new JobSession.Malformed(complaint));
  }

  @Override
  public void attemptEnded(AttemptEnd end, JobWire wire) {
    SessionEntry.Held held = Objects.requireNonNull(entry.clear(), "an attempt without a lease");
    session.tell(
        new JobSession.AttemptEnded(held.slot().backend(), end, ((DistccJobWire) wire).compiled()));
    release(held, outcome(end));
  }

  private static Outcome outcome(AttemptEnd end) {
    return new Outcome.Finished(
        end.totalNanos(),
        end.sentBytes(),
        end.answerBytes(),
        Optional.of(end.reason()).filter(reason -> !reason.isEmpty()),
        end.result() == AttemptEnd.Result.TIMED_OUT);
  }
}
