package io.tcpbalance.balancer;

import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.SlotLimit;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** One back-end's facts and counts. Mutable; belongs to one {@link BackendTable}. */
final class Backend {

  /** Changed by {@link BackendTable#rename} only. */
  String name;

  final String host;
  final int port;

  /** What the configuration or an operator says. */
  SlotLimit limit;

  int statsPort;

  /** What the host told last of how many it takes. Changed by {@link SlotPool#learned} only. */
  OptionalInt learned;

  /** Patterns of those it has; empty: any. Changed by {@link BackendTable#setCompilers} only. */
  List<String> compilers;

  OperatorState state;
  boolean healthy;
  boolean removing;

  /** Whether it has to show, once it is back, that it still does jobs: see {@link #slots}. */
  boolean onTrial;

  /** Whether its sessions are closed by force. */
  boolean evicting;

  /** When a failed back-end may be tried by one client; meaningless while healthy. */
  long retryAtNanos;

  /** Whether that moment has come. */
  boolean retryDue;

  /** The session whose job died there last, if no other job went well there since. */
  OptionalLong blamedBy = OptionalLong.empty();

  /** Set while it does not have all of its slots yet. */
  SlowStart.@Nullable Ramp ramp;

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

  /** Those with the same compilers in the table; null while it is being removed. */
  @Nullable Toolset toolset;

  /** What the table's index says of it. */
  boolean listedAsFree;

  boolean listedAsHealthy;

  Backend(BackendStatus s) {
    name = s.name();
    host = s.host();
    port = s.port();
    limit = s.limit();
    statsPort = s.learning().statsPort();
    learned = s.learning().slots();
    compilers = s.compilers();
    state = s.state();
    healthy = s.healthy();
    removing = s.removing();
    onTrial = s.onTrial();
    lastError = s.lastError();
    lastErrorTime = s.lastErrorTime();
    activeCount = s.activeCount();
    activeNanos = s.activeTimeMs() * 1_000_000;
    bytesIn = s.bytesIn();
    bytesOut = s.bytesOut();
  }

  /** The limit as a number: what is learned, or one until then, where no person gave one. */
  int maxConnections() {
    return limit.fixed().orElseGet(() -> learned.orElse(1));
  }

  int used() {
    return pending + active;
  }

  /** How many sessions it may have now: one on trial, so that no more than one job is at stake. */
  int slots() {
    if (onTrial && healthy) {
      return 1;
    }
    return ramp == null ? maxConnections() : Math.min(ramp.slots(), maxConnections());
  }

  /** Whether new sessions may come at all, as far as the operator is concerned. */
  boolean enabled() {
    return state == OperatorState.UP && !removing;
  }

  /** Whether it would take one more, healthy or not. */
  boolean hasRoom() {
    return enabled() && used() < slots();
  }

  /** Whether a lease may be granted now. A failed one is tried by one client at a time. */
  boolean hasFreeSlot() {
    return hasRoom() && (healthy || (retryDue && pending == 0));
  }

  BackendStatus status() {
    return new BackendStatus(
        name,
        host,
        port,
        state,
        healthy,
        removing,
        onTrial,
        maxConnections(),
        new Learning(limit.isAuto(), statsPort, learned),
        slots(),
        compilers,
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
