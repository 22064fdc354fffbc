package io.tcpbalance.admin.http;

import io.tcpbalance.admin.StatusReport;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Answers with the status page. */
final class StatusRoute {

  private final StatusReport report;

  StatusRoute(StatusReport report) {
    this.report = report;
  }

  CompletionStage<HttpResponse> page(HttpRequest request) {
    String baseUri = baseUri(request);
    String node = Query.node(request).map(name -> "?node=" + name).orElse("");
    return report
        .page(proxy -> howToAdd(baseUri, proxy, node))
        .thenApply(page -> HttpResponse.create().withEntity(page));
  }

  private static String howToAdd(String baseUri, String proxy, String node) {
    return "  curl -H 'Content-Type: application/json' -d '{\"name\": \"HOST\","
        + " \"maxConnections\": 4}' \\\n    "
        + baseUri
        + "/api/v1/proxies/"
        + proxy
        + "/backends"
        + node
        + "\n\nand, if a token is set, -H 'Authorization: Bearer TOKEN'.\n";
  }

  /** Where this server is, as the client sees it. */
  private static String baseUri(HttpRequest request) {
    String host = Headers.value(request, "Host").orElse("HOST");
    return request.getUri().getScheme() + "://" + host;
  }
}
