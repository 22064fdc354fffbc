package io.tcpbalance.admin.http;

import io.tcpbalance.admin.Json;
import io.tcpbalance.admin.Proxies;
import io.tcpbalance.admin.ProxyClient;
import io.tcpbalance.admin.ProxyState;
import io.tcpbalance.admin.Texts;
import io.tcpbalance.config.Protocol;
import io.tcpbalance.metrics.ProxyHistory;
import io.tcpbalance.proxy.Complaint;
import io.tcpbalance.proxy.JobOutcome;
import io.tcpbalance.proxy.ProxyDescription;
import io.tcpbalance.proxy.ReplayReason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * The last half hour of each proxy, sampled by whoever calls {@link #look} each {@link #INTERVAL}.
 * Any thread may call. A proxy that is silent at a look has a gap there; one that is gone is
 * forgotten.
 */
final class Histories {

  static final Duration INTERVAL = Duration.ofSeconds(5);

  /** Clients of a proxy for plain TCP that were closed without being served. */
  private static final Set<Complaint> CLOSED =
      EnumSet.complementOf(EnumSet.of(Complaint.ACCEPT_PAUSED, Complaint.ACCEPT_FAILED));

  /** Those of a proxy for distcc which do not come so far as to be a job that ends. */
  private static final Set<Complaint> CLOSED_AT_ONCE =
      EnumSet.of(Complaint.NOT_ALLOWED, Complaint.MAX_PER_CLIENT);

  private static final Set<JobOutcome> FAILED =
      EnumSet.of(JobOutcome.HOST_FAULT, JobOutcome.LOST, JobOutcome.TIMED_OUT);

  /** Those where a host failed a job; hosts that do not accept are counted as connects. */
  private static final Set<ReplayReason> DIED =
      EnumSet.complementOf(EnumSet.of(ReplayReason.UNREACHABLE, ReplayReason.REMOVED));

  /** The answer to a request. */
  record View(long intervalMs, List<SampleView> samples) {}

  /** A sample in JSON. */
  record SampleView(
      String at,
      double jobsPerSecond,
      int waiting,
      @Nullable Double waitP50Ms,
      @Nullable Double waitP99Ms,
      int busySlots,
      int slots,
      double failuresPerSecond) {

    static SampleView of(ProxyHistory.Sample s) {
      return new SampleView(
          Texts.time(s.at()),
          s.jobsPerSecond(),
          s.waiting(),
          s.waitP50Ms(),
          s.waitP99Ms(),
          s.busySlots(),
          s.slots(),
          s.failuresPerSecond());
    }
  }

  private final InstantSource wallClock;
  private final LongSupplier nanoTime;
  private final Map<String, ProxyHistory> histories = new ConcurrentHashMap<>();
  private volatile boolean ended;

  Histories(InstantSource wallClock, LongSupplier nanoTime) {
    this.wallClock = wallClock;
    this.nanoTime = nanoTime;
  }

  /** The samples of each proxy, oldest first. */
  Map<String, List<ProxyHistory.Sample>> all() {
    return histories.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().after(Instant.MIN)));
  }

  /** Goes on where others ended. To be called before the first look. */
  void inherit(Map<String, List<ProxyHistory.Sample>> before) {
    before.forEach((proxy, samples) -> histories.put(proxy, new ProxyHistory(samples)));
  }

  /** Takes no more samples, also none of a look that is under way: others count from now on. */
  void end() {
    ended = true;
  }

  /** Takes a sample of each proxy; completes when that is done, and does not fail. */
  CompletionStage<?> look(Proxies proxies) {
    return proxies.looks().thenAccept(this::add);
  }

  private void add(List<Proxies.Look> looks) {
    if (ended) {
      return;
    }
    // What is shown is cut to milliseconds, and is what is asked for again.
    Instant at = wallClock.instant().truncatedTo(ChronoUnit.MILLIS);
    long nanos = nanoTime.getAsLong();
    for (Proxies.Look look : looks) {
      ProxyState state = look.state();
      if (state != null) {
        histories
            .computeIfAbsent(look.proxy(), name -> new ProxyHistory())
            .add(seen(at, nanos, state));
      }
    }
    histories
        .keySet()
        .retainAll(looks.stream().map(Proxies.Look::proxy).collect(Collectors.toSet()));
  }

  private static ProxyHistory.Look seen(Instant at, long nanos, ProxyState state) {
    return new ProxyHistory.Look(
        at,
        nanos,
        ended(state.description()),
        failures(state.description()),
        state.description().measured().waits(),
        state.pool().waiting(),
        state.busySlots(),
        state.slots());
  }

  private static long ended(ProxyDescription proxy) {
    return proxy.settings().protocol() == Protocol.DISTCC
        ? sum(proxy.jobs().finished(), EnumSet.allOf(JobOutcome.class))
        : proxy.measured().lives().total();
  }

  /** Connects that failed, jobs that a host failed, and clients that were not served. */
  private static long failures(ProxyDescription proxy) {
    long connects =
        proxy.measured().connectFailures().values().stream().mapToLong(Long::longValue).sum();
    if (proxy.settings().protocol() == Protocol.DISTCC) {
      return connects
          + sum(proxy.jobs().replays(), DIED)
          + sum(proxy.jobs().finished(), FAILED)
          + sum(proxy.complaints(), CLOSED_AT_ONCE);
    }
    return connects + sum(proxy.complaints(), CLOSED);
  }

  private static <K> long sum(Map<K, Long> counts, Set<K> which) {
    return which.stream().mapToLong(key -> counts.getOrDefault(key, 0L)).sum();
  }

  /** Answers with the samples of a proxy, all or those since a time. */
  CompletionStage<HttpResponse> of(ProxyClient proxy, HttpRequest request) {
    Instant after = Query.after(request);
    ProxyHistory history = histories.get(proxy.name());
    List<SampleView> samples =
        history == null ? List.of() : history.after(after).stream().map(SampleView::of).toList();
    return CompletableFuture.completedStage(
        Json.response(200, new View(INTERVAL.toMillis(), samples)));
  }
}
