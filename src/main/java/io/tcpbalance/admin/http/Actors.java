package io.tcpbalance.admin.http;

import io.tcpbalance.admin.ActorView;
import io.tcpbalance.admin.ApiError;
import io.tcpbalance.admin.Fields;
import io.tcpbalance.admin.Json;
import io.tcpbalance.admin.Proxies;
import io.tcpbalance.admin.ProxyClient;
import io.tcpbalance.proxy.SessionStatus;
import io.tcpbalance.state.OperatorRecords;
import io.tcpbalance.supervision.Kill;
import io.tcpbalance.supervision.Supervision;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Shows the supervisor tree, and kills actors for drills. */
final class Actors {

  /** What a killed actor throws; who asked for it stands in the audit trail. */
  private static final Kill DRILL = new Kill("drill");

  /** What was killed. */
  private record KilledView(String path) {}

  private final Proxies proxies;
  private final RequestBody body;
  private final OperatorRecords records;
  private final Supervision supervision;
  private final InstantSource wallClock;

  Actors(
      Proxies proxies,
      RequestBody body,
      OperatorRecords records,
      Supervision supervision,
      InstantSource wallClock) {
    this.proxies = proxies;
    this.body = body;
    this.records = records;
    this.supervision = supervision;
    this.wallClock = wallClock;
  }

  /**
   * Parents before their children, then the sessions, as many as are wanted of all. A proxy that
   * does not answer shows none: the tree is what one looks at then.
   */
  CompletionStage<HttpResponse> list(HttpRequest request) {
    int limit = Query.limit(request);
    List<ActorView> tree =
        supervision.tree().list().stream().limit(limit).map(ActorView::of).toList();
    CompletionStage<List<ActorView>> views =
        CompletableFuture.completedStage(new ArrayList<>(tree));
    for (ProxyClient proxy : proxies.all()) {
      views = views.thenCompose(before -> withSessions(before, proxy, limit));
    }
    return views.thenApply(all -> Json.response(200, all));
  }

  private CompletionStage<List<ActorView>> withSessions(
      List<ActorView> views, ProxyClient proxy, int limit) {
    int room = limit - views.size();
    if (room == 0) {
      return CompletableFuture.completedStage(views);
    }
    return proxy
        .sessions(room)
        .exceptionally(silent -> List.of())
        .thenApply(
            sessions -> {
              Instant now = wallClock.instant();
              for (SessionStatus session : sessions) {
                views.add(ActorView.ofSession(proxy.pathOfSession(session.id()), session, now));
              }
              return views;
            });
  }

  CompletionStage<HttpResponse> kill(HttpRequest request) {
    if (!supervision.drills()) {
      return body.ignored(request)
          .thenApply(
              end -> {
                throw ApiError.drillsAreOff();
              });
    }
    return body.of(request).thenApply(Actors::path).thenCompose(path -> kill(request, path));
  }

  private static String path(Fields fields) {
    Optional<String> path = fields.path();
    if (fields.isAbsent("path")) {
      fields.problem("path is missing");
    }
    fields.finish();
    return path.orElseThrow();
  }

  private CompletionStage<HttpResponse> kill(HttpRequest request, String path) {
    CompletionStage<Boolean> killed =
        CompletableFuture.completedStage(supervision.tree().kill(path, DRILL));
    for (ProxyClient proxy : proxies.all()) {
      killed =
          killed.thenCompose(
              done ->
                  done ? CompletableFuture.completedStage(true) : proxy.killSession(path, DRILL));
    }
    return killed.thenApply(
        existed -> {
          if (!existed) {
            throw ApiError.noSuchActor(path);
          }
          records.done(Audit.killed(request, path));
          return Json.response(202, new KilledView(path));
        });
  }
}
