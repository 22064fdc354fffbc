package io.tcpbalance.admin.live;

import io.tcpbalance.admin.BackendView;
import io.tcpbalance.admin.Proxies;
import io.tcpbalance.admin.ProxyClient;
import io.tcpbalance.admin.ProxyView;
import io.tcpbalance.admin.RemoteSessionView;
import io.tcpbalance.balancer.WaitingClient;
import io.tcpbalance.proxy.SessionStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Looks at all proxies once. Each is asked a fixed number of questions, whatever its load. */
final class Glance {

  /** How many of the queue are shown. */
  static final int MOST_QUEUED = 100;

  /** How many sessions are shown that have a slot of one proxy. */
  static final int MOST_SERVED = 4_000;

  private Glance() {}

  /**
   * All proxies as they are now. One that does not answer is as it was before, or missing.
   *
   * @param before what was seen last
   */
  static CompletionStage<List<LiveProxy>> at(Proxies proxies, List<LiveProxy> before) {
    Map<String, LiveProxy> known =
        before.stream().collect(Collectors.toMap(LiveProxy::name, proxy -> proxy));
    CompletionStage<List<LiveProxy>> all = CompletableFuture.completedStage(new ArrayList<>());
    for (ProxyClient proxy : proxies.all()) {
      Optional<LiveProxy> silent = Optional.ofNullable(known.get(proxy.name()));
      CompletionStage<Optional<LiveProxy>> one =
          at(proxy).exceptionally(failure -> silent.map(LiveProxy::silent));
      all = all.thenCombine(one, Glance::with);
    }
    return all;
  }

  private static List<LiveProxy> with(List<LiveProxy> seen, Optional<LiveProxy> next) {
    next.ifPresent(seen::add);
    return seen;
  }

  private static CompletionStage<Optional<LiveProxy>> at(ProxyClient proxy) {
    CompletionStage<ProxyView> view = proxy.view();
    return proxy
        .waiting(MOST_QUEUED)
        .thenCompose(queue -> at(proxy, queue))
        .thenCombine(view, Scene::of)
        .thenApply(Optional::of);
  }

  private record Sessions(List<WaitingClient> queue, List<SessionStatus> sessions) {}

  private static CompletionStage<Sessions> at(ProxyClient proxy, List<WaitingClient> queue) {
    List<WaitingClient> here = queue.stream().filter(c -> c.node().isEmpty()).toList();
    return proxy
        .served(
            MOST_SERVED,
            here.stream().map(WaitingClient::session).collect(Collectors.toUnmodifiableSet()))
        .thenApply(sessions -> new Sessions(here, sessions));
  }

  /** Puts together what was answered. */
  private static final class Scene {

    private final Map<String, List<LiveSession>> byBackend = new HashMap<>();
    private final Map<Long, SessionStatus> waiting = new HashMap<>();
    private final Map<String, List<RemoteSessionView>> elsewhere;

    private Scene(ProxyView view) {
      elsewhere =
          view.elsewhere().stream().collect(Collectors.groupingBy(RemoteSessionView::backend));
    }

    static LiveProxy of(Sessions seen, ProxyView view) {
      Scene scene = new Scene(view);
      seen.sessions().forEach(scene::place);
      return new LiveProxy(
          view.withoutBackends(),
          true,
          view.backends().stream().map(scene::backend).toList(),
          scene.queue(seen.queue()));
    }

    private void place(SessionStatus session) {
      session
          .backend()
          .ifPresentOrElse(
              name ->
                  byBackend
                      .computeIfAbsent(name, n -> new ArrayList<>())
                      .add(LiveSession.of(session)),
              () -> waiting.put(session.id(), session));
    }

    private LiveBackend backend(BackendView view) {
      return new LiveBackend(
          view,
          byBackend.getOrDefault(view.name(), List.of()),
          elsewhere.getOrDefault(view.name(), List.of()));
    }

    /** One that has got its slot since is in its tile. */
    private List<QueuedClient> queue(List<WaitingClient> queue) {
      List<QueuedClient> queued = new ArrayList<>();
      for (WaitingClient client : queue) {
        SessionStatus session = waiting.get(client.session());
        if (session != null) {
          queued.add(QueuedClient.of(session, client.position()));
        }
      }
      return queued;
    }
  }
}
