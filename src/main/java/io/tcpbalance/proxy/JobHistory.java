package io.tcpbalance.proxy;

import io.tcpbalance.relay.AttemptEnd;
import io.tcpbalance.relay.RelayEnd;
import java.net.SocketAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What happened to one job, and how long that took. Times are on the monotonic clock. */
final class JobHistory {

  private final long acceptedNanos;
  private final Map<ReplayReason, Integer> replays = new EnumMap<>(ReplayReason.class);
  private @Nullable JobDescription job;
  private @Nullable String backend;
  private @Nullable JobOutcome outcome;
  private int attempts;
  private long receivedNanos;
  private long askedNanos;
  private long queuedNanos;
  private long grantedNanos;
  private long sendNanos;
  private long compileNanos;
  private long attemptEndedNanos;

  JobHistory(long acceptedNanos) {
    this.acceptedNanos = acceptedNanos;
  }

  void received(JobDescription description, long nowNanos) {
    job = description;
    receivedNanos = nowNanos;
    attemptEndedNanos = nowNanos;
  }

  void asked(long nowNanos) {
    askedNanos = nowNanos;
  }

  void granted(String slotOf, long nowNanos) {
    backend = slotOf;
    queuedNanos += nowNanos - askedNanos;
    grantedNanos = nowNanos;
  }

  void attemptEnded(AttemptEnd end, long nowNanos) {
    attempts++;
    long workNanos = end.totalNanos() - end.sendNanos();
    sendNanos = nowNanos - grantedNanos - workNanos;
    compileNanos = workNanos;
    attemptEndedNanos = nowNanos;
  }

  void replayed(ReplayReason reason) {
    replays.merge(reason, 1, Integer::sum);
  }

  /** What is to be told unless the relay ends in another way. */
  void ends(JobOutcome how) {
    outcome = how;
  }

  /** Whether there is anything to tell of. */
  boolean isWorthTelling() {
    return job != null || outcome != null;
  }

  JobReport report(String proxy, SocketAddress client, RelayEnd end, long nowNanos) {
    boolean received = job != null;
    Optional<JobDescription> described = Optional.ofNullable(job);
    return new JobReport(
        proxy,
        client,
        described.map(JobDescription::compiler).filter(name -> !name.isEmpty()),
        described.map(JobDescription::inputFile).filter(name -> !name.isEmpty()),
        outcome(end),
        Optional.ofNullable(backend),
        attempts,
        end.bytesIn(),
        end.bytesOut(),
        ms((received ? receivedNanos : nowNanos) - acceptedNanos),
        ms(queuedNanos),
        ms(sendNanos),
        ms(compileNanos),
        received ? ms(nowNanos - attemptEndedNanos) : 0,
        replays);
  }

  private JobOutcome outcome(RelayEnd end) {
    return switch (end.cause()) {
      case CLIENT_GONE -> JobOutcome.ABORTED;
      case STALLED, IDLE -> JobOutcome.TIMED_OUT;
      case MALFORMED -> JobOutcome.MALFORMED;
      case FINISHED -> delivered();
      case BACKEND_RESET -> JobOutcome.RELAYED;
      case SURRENDERED, CLOSED, FAULT -> outcome == null ? JobOutcome.ABORTED : outcome;
    };
  }

  private JobOutcome delivered() {
    if (outcome == null) {
      return JobOutcome.RELAYED;
    }
    boolean gaveUp = outcome == JobOutcome.LOST || outcome == JobOutcome.TIMED_OUT;
    return gaveUp ? JobOutcome.HOST_FAULT : outcome;
  }

  private static long ms(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }
}
