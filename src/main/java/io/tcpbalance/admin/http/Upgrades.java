package io.tcpbalance.admin.http;

import io.tcpbalance.admin.ApiError;
import io.tcpbalance.admin.Fields;
import io.tcpbalance.admin.Json;
import io.tcpbalance.admin.NewCode;
import io.tcpbalance.admin.UpgradeRefused;
import io.tcpbalance.admin.Upgrading;
import io.tcpbalance.bootstrap.GenerationInfo;
import io.tcpbalance.state.OperatorRecords;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.jspecify.annotations.Nullable;

/** Has the code replaced for who asks, and tells what there is. */
final class Upgrades {

  /** One that was done. */
  record DoneView(int generation) {}

  /** One generation. */
  record GenerationView(
      int number,
      String version,
      String state,
      int sessions,
      String startedAt,
      String directory,
      String reason) {

    static GenerationView of(GenerationInfo info) {
      return new GenerationView(
          info.number(),
          info.version(),
          info.state().name().toLowerCase(Locale.ROOT),
          info.clients(),
          info.startedAt().toString(),
          info.jars().stream().findFirst().map(Path::getParent).map(Path::toString).orElse(""),
          info.reason());
    }
  }

  private final RequestBody body;
  private final Upgrading upgrading;
  private final OperatorRecords records;

  Upgrades(RequestBody body, Upgrading upgrading, OperatorRecords records) {
    this.body = body;
    this.upgrading = upgrading;
    this.records = records;
  }

  CompletionStage<HttpResponse> generations(HttpRequest request) {
    return CompletableFuture.completedStage(
        Json.response(200, upgrading.generations().stream().map(GenerationView::of).toList()));
  }

  CompletionStage<HttpResponse> upgrade(HttpRequest request) {
    return body.of(request)
        .thenApply(Upgrades::newCode)
        .thenCompose(
            code -> {
              records.done(Audit.entry(request, "upgrades the code to that in " + code.words()));
              return upgrading.upgrade(code).handle(Upgrades::answer);
            });
  }

  private static NewCode newCode(Fields fields) {
    Optional<String> directory = fields.directory();
    Optional<List<String>> jars = fields.jars();
    if (fields.isAbsent("dir") == fields.isAbsent("jars")) {
      fields.problem("there must be either dir or jars");
    }
    Optional<Map<String, String>> sha256 = fields.sha256();
    fields.finish();
    return new NewCode(directory, jars.orElse(List.of()), sha256);
  }

  CompletionStage<HttpResponse> rollBack(HttpRequest request) {
    return body.ignored(request)
        .thenCompose(
            end -> {
              records.done(Audit.entry(request, "rolls the code back"));
              return upgrading.rollBack().handle(Upgrades::answer);
            });
  }

  private static HttpResponse answer(@Nullable Integer generation, @Nullable Throwable failure) {
    if (generation != null) {
      return Json.response(200, new DoneView(generation));
    }
    Throwable cause = failure instanceof CompletionException e ? e.getCause() : failure;
    if (cause instanceof UpgradeRefused refused) {
      throw ApiError.notUpgraded(refused);
    }
    throw new CompletionException(cause);
  }
}
