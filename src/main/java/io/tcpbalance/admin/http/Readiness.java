package io.tcpbalance.admin.http;

import io.tcpbalance.admin.ApiError;
import io.tcpbalance.admin.Proxies;
import io.tcpbalance.admin.ProxyClient;
import io.tcpbalance.balancer.Stall;
import io.tcpbalance.proxy.ProxyDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/** Ready means: every proxy answers, takes new clients, and can give them slots. */
final class Readiness {

  private final Proxies proxies;

  Readiness(Proxies proxies) {
    this.proxies = proxies;
  }

  CompletionStage<HttpResponse> of(HttpRequest request) {
    CompletionStage<List<String>> reasons = CompletableFuture.completedStage(new ArrayList<>());
    for (ProxyClient proxy : proxies.all()) {
      CompletionStage<Optional<String>> reason =
          proxy
              .description()
              .thenCombine(proxy.stall(), Readiness::reasonAgainst)
              .exceptionally(failure -> Optional.of("does not answer"))
              .thenApply(words -> words.map(w -> "proxy '" + proxy.name() + "' " + w));
      reasons = reasons.thenCombine(reason, Readiness::with);
    }
    return reasons.thenApply(Readiness::response);
  }

  private static Optional<String> reasonAgainst(ProxyDescription proxy, Optional<Stall> stall) {
    return proxy.accepting()
        ? stall.map(s -> "gives no slots: " + s.reason())
        : Optional.of("takes no new clients");
  }

  private static List<String> with(List<String> reasons, Optional<String> reason) {
    reason.ifPresent(reasons::add);
    return reasons;
  }

  private static HttpResponse response(List<String> reasons) {
    return reasons.isEmpty()
        ? HttpResponse.create().withStatus(StatusCodes.OK).withEntity("ready\n")
        : ApiError.notReady(reasons).response();
  }
}
