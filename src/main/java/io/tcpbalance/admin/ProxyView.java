package io.tcpbalance.admin;

import io.tcpbalance.balancer.Stall;
import io.tcpbalance.config.Protocol;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.proxy.JobCounts;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A proxy in JSON. */
public record ProxyView(
    String name,
    String listen,
    String protocol,
    boolean accepting,
    @Nullable StallView stalled,
    int waiting,
    String startedAt,
    long connectTimeoutMs,
    long idleTimeoutMs,
    long queueTimeoutMs,
    int queueMaxLength,
    @Nullable Integer maxSessions,
    @Nullable Integer maxPerClient,
    RefusalsView refusals,
    @Nullable JobsView jobs,
    List<BackendView> backends,
    List<RemoteSessionView> elsewhere) {

  /** That it gives nobody a slot. */
  public record StallView(String reason, String since) {

    static StallView of(Stall stall) {
      return new StallView(stall.reason(), Texts.time(stall.since()));
    }
  }

  /** What became of the jobs of a proxy for distcc, since it was started. */
  public record JobsView(Map<String, Long> finished, Map<String, Long> replays) {

    static JobsView of(JobCounts counts) {
      Map<String, Long> finished = new TreeMap<>();
      counts.finished().forEach((outcome, count) -> finished.put(outcome.word(), count));
      Map<String, Long> replays = new TreeMap<>();
      counts.replays().forEach((reason, count) -> replays.put(reason.word(), count));
      return new JobsView(finished, replays);
    }
  }

  public static ProxyView of(ProxyState state) {
    ProxySettings settings = state.description().settings();
    return new ProxyView(
        settings.name(),
        state.listen(),
        Texts.word(settings.protocol()),
        state.description().accepting(),
        state.pool().stall().map(StallView::of).orElse(null),
        state.pool().waiting(),
        Texts.time(state.pool().startedAt()),
        settings.connectTimeout().toMillis(),
        settings.idleTimeout().toMillis(),
        settings.queue().timeout().toMillis(),
        settings.queue().maxLength(),
        orNull(settings.clients().maxSessions()),
        orNull(settings.clients().maxPerClient()),
        RefusalsView.of(state.description().complaints()),
        settings.protocol() == Protocol.DISTCC ? JobsView.of(state.description().jobs()) : null,
        state.pool().backends().stream().map(BackendView::of).toList(),
        state.pool().elsewhere().stream().map(RemoteSessionView::of).toList());
  }

  public ProxyView withoutBackends() {
    return new ProxyView(
        name,
        listen,
        protocol,
        accepting,
        stalled,
        waiting,
        startedAt,
        connectTimeoutMs,
        idleTimeoutMs,
        queueTimeoutMs,
        queueMaxLength,
        maxSessions,
        maxPerClient,
        refusals,
        jobs,
        List.of(),
        List.of());
  }

  private static @Nullable Integer orNull(OptionalInt number) {
    return number.isPresent() ? number.getAsInt() : null;
  }
}
