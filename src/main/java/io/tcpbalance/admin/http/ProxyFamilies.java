package io.tcpbalance.admin.http;

import io.tcpbalance.admin.ProxyState;
import io.tcpbalance.admin.Texts;
import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.PoolStatus;
import io.tcpbalance.config.Protocol;
import io.tcpbalance.metrics.Families;
import io.tcpbalance.metrics.Family;
import io.tcpbalance.metrics.ProxyMetrics;
import io.tcpbalance.proxy.ProxyDescription;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What Prometheus is told of one proxy. */
final class ProxyFamilies {

  /** So many back-ends, the fastest, have metrics of their own. */
  private static final int MOST_LISTED = 1_000;

  private static final List<String> STATUSES = List.of("up", "draining", "down", "failed");

  private final String name;
  private final ProxyState state;

  ProxyFamilies(String name, ProxyState state) {
    this.name = name;
    this.state = state;
  }

  void addTo(Families families) {
    addPool(families);
    addDescription(families, state.description());
    addMeasured(families, state.description().measured());
    if (state.description().settings().protocol() == Protocol.DISTCC) {
      addJobs(families, state.description());
    }
    state.pool().backends().stream()
        .limit(MOST_LISTED)
        .forEach(backend -> addBackend(families, backend));
  }

  private void addPool(Families families) {
    PoolStatus pool = state.pool();
    families.add(Family.PROXY_GRANTING, pool.stall().isPresent() ? 0 : 1, name);
    families.add(Family.WAITING_CLIENTS, pool.waiting(), name);
    families.add(Family.SLOTS, state.slots(), name);
    families.add(Family.SLOTS_BUSY, state.busySlots(), name);
    families.add(Family.BACKENDS_UNLISTED, Math.max(0, pool.backends().size() - MOST_LISTED), name);
    for (String status : STATUSES) {
      long count = pool.backends().stream().filter(b -> b.status().equals(status)).count();
      families.add(Family.BACKENDS, count, name, status);
    }
  }

  private void addDescription(Families families, ProxyDescription proxy) {
    families.add(Family.PROXY_ACCEPTING, proxy.accepting() ? 1 : 0, name);
    families.add(Family.SESSIONS_OPEN, proxy.sessions(), name);
    proxy
        .complaints()
        .forEach((reason, n) -> families.add(Family.REFUSALS, n, name, Texts.word(reason)));
  }

  private void addMeasured(Families families, ProxyMetrics.Snapshot measured) {
    families.add(Family.SESSIONS, measured.sessions(), name);
    families.add(Family.BYTES, measured.bytesIn(), name, "in");
    families.add(Family.BYTES, measured.bytesOut(), name, "out");
    measured
        .connectFailures()
        .forEach((why, n) -> families.add(Family.CONNECT_FAILURES, n, name, Texts.word(why)));
    families.add(Family.WAIT_SECONDS, measured.waits(), name);
    families.add(Family.CONNECT_SECONDS, measured.connects(), name);
    families.add(Family.SESSION_SECONDS, measured.lives(), name);
  }

  private void addJobs(Families families, ProxyDescription proxy) {
    proxy
        .jobs()
        .finished()
        .forEach((outcome, n) -> families.add(Family.JOBS, n, name, outcome.word()));
    proxy
        .jobs()
        .replays()
        .forEach((reason, n) -> families.add(Family.REPLAYS, n, name, reason.word()));
    families.add(Family.COMPILE_SECONDS, proxy.measured().compiles(), name);
  }

  private void addBackend(Families families, BackendStatus b) {
    for (String status : STATUSES) {
      families.add(
          Family.BACKEND_STATUS, b.status().equals(status) ? 1 : 0, name, b.name(), status);
    }
    families.add(Family.BACKEND_MAX_CONNECTIONS, b.maxConnections(), name, b.name());
    families.add(Family.BACKEND_SLOTS, b.slots(), name, b.name());
    families.add(Family.BACKEND_PENDING, b.pending(), name, b.name());
    families.add(Family.BACKEND_ACTIVE, b.active(), name, b.name());
    families.add(Family.BACKEND_SESSIONS, b.activeCount(), name, b.name());
    families.add(
        Family.BACKEND_BUSY_SECONDS,
        b.activeTimeMs() / (double) TimeUnit.SECONDS.toMillis(1),
        name,
        b.name());
    families.add(Family.BACKEND_BYTES, b.bytesIn(), name, b.name(), "in");
    families.add(Family.BACKEND_BYTES, b.bytesOut(), name, b.name(), "out");
  }
}
