package io.tcpbalance.admin.http;

import io.tcpbalance.admin.ApiError;
import io.tcpbalance.admin.Fields;
import io.tcpbalance.admin.Json;
import io.tcpbalance.admin.UpgradeRefused;
import io.tcpbalance.admin.Upgrading;
import io.tcpbalance.bootstrap.GenerationInfo;
import io.tcpbalance.state.OperatorRecords;
import java.nio.file.Path;
import java.util.Locale;
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
      int number, String state, String directory, String startedAt, String reason) {

    static GenerationView of(GenerationInfo info) {
      return new GenerationView(
          info.number(),
          info.state().name().toLowerCase(Locale.ROOT),
          info.jars().stream().findFirst().map(Path::getParent).map(Path::toString).orElse(""),
          info.startedAt().toString(),
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
        .thenApply(Upgrades::directory)
        .thenCompose(
            directory -> {
              records.done(Audit.entry(request, "upgrades the code to that in " + directory));
              return upgrading.upgrade(directory).handle(Upgrades::answer);
            });
  }

  private static String directory(Fields fields) {
    Optional<String> directory = fields.directory();
    if (fields.isAbsent("dir")) {
      fields.problem("dir is missing");
    }
    fields.finish();
    return directory.orElseThrow();
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
