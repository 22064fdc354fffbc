package io.tcpbalance.admin;

import io.tcpbalance.balancer.WaitingClient;
import io.tcpbalance.proxy.SessionStatus;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Answers GET: proxies, back-ends, sessions and who waits, as JSON. */
final class Reading {

  private final Proxies proxies;
  private final InstantSource wallClock;

  Reading(Proxies proxies, InstantSource wallClock) {
    this.proxies = proxies;
    this.wallClock = wallClock;
  }

  CompletionStage<HttpResponse> proxies(HttpRequest request) {
    CompletionStage<List<ProxyView>> views = CompletableFuture.completedStage(new ArrayList<>());
    for (ProxyClient proxy : proxies.all()) {
      views = views.thenCombine(proxy.state(), Reading::with);
    }
    return views.thenApply(Reading::ok);
  }

  private static List<ProxyView> with(List<ProxyView> views, ProxyState state) {
    views.add(ProxyView.of(state));
    return views;
  }

  CompletionStage<HttpResponse> proxy(ProxyClient proxy) {
    return proxy.state().thenApply(state -> ok(ProxyView.of(state)));
  }

  CompletionStage<HttpResponse> backends(ProxyClient proxy) {
    return proxy
        .pool()
        .thenApply(pool -> ok(pool.backends().stream().map(BackendView::of).toList()));
  }

  CompletionStage<HttpResponse> backend(ProxyClient proxy, String name) {
    return proxy.backend(name).thenApply(status -> ok(BackendView.of(status)));
  }

  CompletionStage<HttpResponse> sessions(ProxyClient proxy, HttpRequest request) {
    int limit = Query.limit(request);
    return proxy
        .sessions(limit)
        .thenCombine(proxy.waiting(limit), (sessions, waiting) -> ok(views(sessions, waiting)));
  }

  private List<SessionView> views(List<SessionStatus> sessions, List<WaitingClient> waiting) {
    Map<Long, Integer> positions =
        waiting.stream().collect(Collectors.toMap(WaitingClient::session, WaitingClient::position));
    Instant now = wallClock.instant();
    return sessions.stream().map(session -> SessionView.of(session, now, positions)).toList();
  }

  CompletionStage<HttpResponse> waiting(ProxyClient proxy, HttpRequest request) {
    return proxy
        .waiting(Query.limit(request))
        .thenApply(clients -> ok(clients.stream().map(WaitingView::of).toList()));
  }

  private static HttpResponse ok(Object view) {
    return Json.response(200, view);
  }
}
