package io.tcpbalance.admin.http;

import io.tcpbalance.admin.ApiError;
import io.tcpbalance.admin.BackendChange;
import io.tcpbalance.admin.BackendView;
import io.tcpbalance.admin.Changes;
import io.tcpbalance.admin.Json;
import io.tcpbalance.admin.NewBackend;
import io.tcpbalance.admin.ProxyClient;
import io.tcpbalance.admin.ProxyState;
import io.tcpbalance.admin.ProxyView;
import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.PoolStatus;
import io.tcpbalance.proxy.ProxyDescription;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Reads what a request wants to be changed, has it done, and answers. */
final class Changing {

  private static final Pattern SESSION_ID = Pattern.compile("[0-9]{1,18}");

  /** In place of an empty answer, to bear the warning. */
  private static final Map<String, String> NOTHING_MORE = Map.of();

  private final RequestBody body;
  private final Changes changes;

  Changing(RequestBody body, Changes changes) {
    this.body = body;
    this.changes = changes;
  }

  CompletionStage<HttpResponse> add(ProxyClient proxy, HttpRequest request) {
    return body.of(request)
        .thenCombine(proxy.port(), NewBackend::read)
        .thenCompose(wish -> changes.add(proxy, Audit.originOf(request), wish))
        .thenApply(
            done -> {
              String path = "/api/v1/proxies/" + proxy.name() + "/backends/" + done.now().name();
              return Json.response(201, BackendView.of(done.now()), done.warning())
                  .addHeader(RawHeader.create("Location", path));
            });
  }

  CompletionStage<HttpResponse> change(ProxyClient proxy, String name, HttpRequest request) {
    return body.of(request)
        .thenApply(BackendChange::read)
        .thenCompose(wish -> changes.change(proxy, Audit.originOf(request), name, wish))
        .thenApply(Changing::changed);
  }

  CompletionStage<HttpResponse> reset(ProxyClient proxy, String name, HttpRequest request) {
    return body.ignored(request)
        .thenCompose(end -> changes.reset(proxy, Audit.originOf(request), name))
        .thenApply(Changing::changed);
  }

  private static HttpResponse changed(Changes.Done<BackendStatus> done) {
    return Json.response(200, BackendView.of(done.now()), done.warning());
  }

  CompletionStage<HttpResponse> resetAll(ProxyClient proxy, HttpRequest request) {
    return body.ignored(request)
        .thenCompose(end -> changes.resetAll(proxy, Audit.originOf(request)))
        .thenCombine(proxy.description(), Changing::allReset);
  }

  private static HttpResponse allReset(
      Changes.Done<PoolStatus> done, ProxyDescription description) {
    ProxyView view = ProxyView.of(new ProxyState(description, done.now()));
    return Json.response(200, view, done.warning());
  }

  CompletionStage<HttpResponse> remove(ProxyClient proxy, String name, HttpRequest request) {
    boolean force = Query.force(request);
    return body.ignored(request)
        .thenCompose(end -> changes.remove(proxy, Audit.originOf(request), name, force))
        .thenApply(done -> removed(done, force));
  }

  private static HttpResponse removed(Changes.Done<BackendStatus> done, boolean force) {
    if (!force) {
      return Json.response(202, BackendView.of(done.now()), done.warning());
    }
    return done.warning().isEmpty()
        ? HttpResponse.create().withStatus(204)
        : Json.response(200, NOTHING_MORE, done.warning());
  }

  CompletionStage<HttpResponse> closeSession(ProxyClient proxy, String id, HttpRequest request) {
    if (!SESSION_ID.matcher(id).matches()) {
      throw ApiError.noSuchSession(proxy.name(), id);
    }
    return body.ignored(request)
        .thenCompose(
            end -> changes.closeSession(proxy, Audit.originOf(request), Long.parseLong(id)))
        .thenApply(
            existed -> {
              if (!existed) {
                throw ApiError.noSuchSession(proxy.name(), id);
              }
              return HttpResponse.create().withStatus(204);
            });
  }
}
