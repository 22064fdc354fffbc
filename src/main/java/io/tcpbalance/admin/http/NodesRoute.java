package io.tcpbalance.admin.http;

import io.tcpbalance.admin.Json;
import io.tcpbalance.admin.NodesReport;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Answers with the nodes of the cluster, and with this one. */
final class NodesRoute {

  private final NodesReport report;

  NodesRoute(NodesReport report) {
    this.report = report;
  }

  CompletionStage<HttpResponse> all(HttpRequest request) {
    return report.all(Audit.originOf(request)).thenApply(view -> Json.response(200, view));
  }

  CompletionStage<HttpResponse> self(HttpRequest request) {
    return CompletableFuture.completedStage(Json.response(200, report.self()));
  }
}
