package io.tcpbalance.admin.http;

import io.tcpbalance.admin.ApiError;
import io.tcpbalance.admin.Json;
import io.tcpbalance.admin.ReloadReport;
import io.tcpbalance.admin.Reloading;
import io.tcpbalance.state.OperatorRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Has the configuration reloaded for who asks, and says what came of it. */
final class Reloads {

  /** A reload that was done, at least in part. */
  record View(List<String> changed, List<String> needsRestart, List<String> warnings) {}

  /** One that was done in part. */
  record PartView(
      String error,
      int status,
      List<String> failed,
      List<String> changed,
      List<String> needsRestart,
      List<String> warnings) {}

  /** One that was not done. */
  record RejectedView(String error, int status, List<String> problems) {}

  private final RequestBody body;
  private final Reloading reloading;
  private final OperatorRecords records;

  Reloads(RequestBody body, Reloading reloading, OperatorRecords records) {
    this.body = body;
    this.reloading = reloading;
    this.records = records;
  }

  CompletionStage<HttpResponse> reload(HttpRequest request) {
    return body.ignored(request)
        .thenCompose(end -> reloading.reload().exceptionally(Reloads::noAnswer))
        .thenCompose(
            report ->
                records
                    .changed(Audit.entry(request, words(report)))
                    .thenApply(warning -> response(report, warning)));
  }

  private static ReloadReport noAnswer(Throwable failure) {
    if (failure instanceof TimeoutException) {
      throw ApiError.noAnswerToReload();
    }
    throw new CompletionException(failure);
  }

  private static String words(ReloadReport report) {
    if (!report.problems().isEmpty()) {
      return "tried to reload a configuration that cannot be used";
    }
    String failed = report.failed().isEmpty() ? "" : ", " + report.failed().size() + " failed";
    return "reloaded the configuration: " + report.changed().size() + " changes" + failed;
  }

  private static HttpResponse response(ReloadReport report, Optional<String> notRecorded) {
    if (!report.problems().isEmpty()) {
      return Json.response(
          422,
          new RejectedView(
              "the configuration cannot be used, nothing is changed", 422, report.problems()));
    }
    List<String> warnings = new ArrayList<>(report.warnings());
    notRecorded.ifPresent(warnings::add);
    if (!report.failed().isEmpty()) {
      return Json.response(
          409,
          new PartView(
              "not everything could be done: " + String.join("; ", report.failed()),
              409,
              report.failed(),
              report.changed(),
              report.needsRestart(),
              warnings));
    }
    return Json.response(200, new View(report.changed(), report.needsRestart(), warnings));
  }
}
