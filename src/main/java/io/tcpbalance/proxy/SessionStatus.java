package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer.Slot;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.Optional;

/**
 * One session at one moment.
 *
 * @param backend whose slot it holds, if any
 * @param bytesIn from the client
 * @param bytesOut to the client
 */
public record SessionStatus(
    long id,
    SocketAddress client,
    Phase phase,
    Optional<String> backend,
    Instant acceptedAt,
    long bytesIn,
    long bytesOut) {

  /** What a session does. */
  public enum Phase {
    /** It has no slot yet. */
    WAITING,
    /** It has a slot, whose back-end has not accepted yet. */
    CONNECTING,
    /** Bytes flow. */
    RELAYING
  }

  static SessionStatus of(SessionEntry entry) {
    SessionEntry.Held held = entry.held();
    Slot slot = held == null ? entry.resolving() : held.slot();
    Phase phase =
        slot == null ? Phase.WAITING : entry.connected() ? Phase.RELAYING : Phase.CONNECTING;
    return new SessionStatus(
        entry.id,
        entry.relay.clientAddress(),
        phase,
        Optional.ofNullable(slot).map(Slot::backend),
        entry.acceptedAt,
        entry.relay.bytesIn(),
        entry.relay.bytesOut());
  }
}
