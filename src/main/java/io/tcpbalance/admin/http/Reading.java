package io.tcpbalance.admin.http;

import io.tcpbalance.admin.BackendView;
import io.tcpbalance.admin.Json;
import io.tcpbalance.admin.Proxies;
import io.tcpbalance.admin.ProxyClient;
import io.tcpbalance.admin.WaitingView;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
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
    return proxies.views().thenApply(Reading::ok);
  }

  CompletionStage<HttpResponse> proxy(ProxyClient proxy) {
    return proxy.view().thenApply(Reading::ok);
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
    return proxy.sessions(Query.limit(request), wallClock.instant()).thenApply(Reading::ok);
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
