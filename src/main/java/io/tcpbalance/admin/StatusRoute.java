package io.tcpbalance.admin;

import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.jspecify.annotations.Nullable;

/** Gathers what {@link StatusPage} shows. A proxy that is silent does not hide the others. */
final class StatusRoute {

  private final Proxies proxies;
  private final InstantSource wallClock;

  StatusRoute(Proxies proxies, InstantSource wallClock) {
    this.proxies = proxies;
    this.wallClock = wallClock;
  }

  CompletionStage<HttpResponse> page(HttpRequest request) {
    StatusPage empty = new StatusPage(wallClock.instant(), baseUri(request));
    CompletionStage<StatusPage> page = CompletableFuture.completedStage(empty);
    for (ProxyClient proxy : proxies.all()) {
      CompletionStage<ProxyAnswer> answer =
          proxy.state().handle((state, failure) -> new ProxyAnswer(proxy.name(), state));
      page = page.thenCombine(answer, StatusRoute::with);
    }
    return page.thenApply(full -> HttpResponse.create().withEntity(full.toString()));
  }

  private record ProxyAnswer(String proxy, @Nullable ProxyState state) {}

  private static StatusPage with(StatusPage page, ProxyAnswer answer) {
    ProxyState state = answer.state();
    return state == null ? page.silentProxy(answer.proxy()) : page.proxy(state);
  }

  private static String baseUri(HttpRequest request) {
    String host = request.getHeader("Host").map(HttpHeader::value).orElse("HOST");
    return request.getUri().getScheme() + "://" + host;
  }
}
