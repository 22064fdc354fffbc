package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer.Slot;
import io.tcpbalance.relay.JobRelay;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One session at one moment.
 *
 * @param backend whose slot it holds, if any
 * @param since when it got that slot; without one, its place in the queue; before that, its accept
 * @param bytesIn from the client
 * @param bytesOut to the client
 * @param job what it compiles, once its request is here; for jobs only
 * @param attempts how many back-ends have accepted; more than one for a job that went elsewhere
 */
public record SessionStatus(
    long id,
    SocketAddress client,
    Phase phase,
    Optional<String> backend,
    Instant acceptedAt,
    Instant since,
    long bytesIn,
    long bytesOut,
    Optional<JobDescription> job,
    int attempts) {

  /** What a session does. */
  public enum Phase {
    /** Its request comes in; it wants no slot yet. For jobs only. */
    RECEIVING,
    /** It has no slot yet. */
    WAITING,
    /** It has a slot, whose back-end has not accepted yet. */
    CONNECTING,
    /** Bytes flow. */
    RELAYING,
    /** The back-end takes the job's request. */
    SENDING,
    /** The back-end has the job's request. */
    COMPILING,
    /** The client takes its answer; it has no slot any more. */
    REPLYING
  }

  static SessionStatus of(SessionEntry entry) {
    Slot slot = entry.slot();
    return new SessionStatus(
        entry.id,
        entry.relay.clientAddress(),
        phase(entry, slot),
        Optional.ofNullable(slot).map(Slot::backend),
        entry.acceptedAt,
        entry.since(),
        entry.relay.bytesIn(),
        entry.relay.bytesOut(),
        Optional.ofNullable(entry.job()),
        entry.attempts());
  }

  private static Phase phase(SessionEntry entry, @Nullable Slot slot) {
    if (entry.relay instanceof JobRelay job) {
      return switch (job.stage()) {
        case RECEIVING -> Phase.RECEIVING;
        case WAITING -> slot == null ? Phase.WAITING : Phase.CONNECTING;
        case SENDING -> Phase.SENDING;
        case WORKING -> Phase.COMPILING;
        case REPLYING -> Phase.REPLYING;
        case STREAMING -> Phase.RELAYING;
      };
    }
    if (slot == null) {
      return Phase.WAITING;
    }
    return entry.connected() ? Phase.RELAYING : Phase.CONNECTING;
  }
}
