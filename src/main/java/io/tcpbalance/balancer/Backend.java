package io.tcpbalance.balancer;

import io.tcpbalance.config.OperatorState;
import java.time.Instant;
import java.util.Optional;

/** One back-end's facts and counts. Mutable; belongs to one {@link BackendTable}. */
final class Backend {

  final String name;
  final String host;
  final int port;
  int maxConnections;
  OperatorState state;
  boolean healthy;
  boolean removing;

  /** Whether its sessions are closed by force. */
  boolean evicting;

  /** When a failed back-end may be tried by one client; meaningless while healthy. */
  long retryAtNanos;

  /** Whether that moment has come. */
  boolean retryDue;

  int pending;
  int active;
  Optional<String> lastError;
  Optional<Instant> lastErrorTime;
  long activeCount;
  long activeNanos;
  long bytesIn;
  long bytesOut;

  /** Its place in the table's order; smaller is faster. */
  long position;

  /** What the table's index says of it. */
  boolean listedAsFree;

  Backend(BackendStatus s) {
    name = s.name();
    host = s.host();
    port = s.port();
    maxConnections = s.maxConnections();
    state = s.state();
    healthy = s.healthy();
    removing = s.removing();
    lastError = s.lastError();
    lastErrorTime = s.lastErrorTime();
    activeCount = s.activeCount();
    activeNanos = s.activeTimeMs() * 1_000_000;
    bytesIn = s.bytesIn();
    bytesOut = s.bytesOut();
  }

  int used() {
    return pending + active;
  }

  /** Whether new sessions may come at all, as far as the operator is concerned. */
  boolean enabled() {
    return state == OperatorState.UP && !removing;
  }

  /** Whether a lease may be granted now. A failed one is tried by one client at a time. */
  boolean hasFreeSlot() {
    if (!enabled() || used() >= maxConnections) {
      return false;
    }
    return healthy || (retryDue && pending == 0);
  }

  BackendStatus status() {
    return new BackendStatus(
        name,
        host,
        port,
        state,
        healthy,
        removing,
        maxConnections,
        pending,
        active,
        lastError,
        lastErrorTime,
        activeCount,
        activeNanos / 1_000_000,
        bytesIn,
        bytesOut);
  }
}
