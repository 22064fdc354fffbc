package io.tcpbalance.admin;

import io.tcpbalance.balancer.BackendStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A back-end in JSON. */
public record BackendView(
    String name,
    String host,
    int port,
    String status,
    String state,
    boolean healthy,
    boolean onTrial,
    int maxConnections,
    int slots,
    boolean learnsSlots,
    @Nullable Integer slotsLearned,
    int statsPort,
    List<String> compilers,
    int pending,
    int active,
    @Nullable String lastError,
    @Nullable String lastErrorTime,
    long activeCount,
    long activeTimeMs,
    long bytesIn,
    long bytesOut) {

  public static BackendView of(BackendStatus b) {
    return new BackendView(
        b.name(),
        b.host(),
        b.port(),
        b.status(),
        Texts.word(b.state()),
        b.healthy(),
        b.onTrial(),
        b.maxConnections(),
        b.slots(),
        b.learning().on(),
        b.learning().slots().isPresent() ? b.learning().slots().getAsInt() : null,
        b.learning().statsPort(),
        b.compilers(),
        b.pending(),
        b.active(),
        b.lastError().orElse(null),
        b.lastErrorTime().map(Texts::time).orElse(null),
        b.activeCount(),
        b.activeTimeMs(),
        b.bytesIn(),
        b.bytesOut());
  }
}
