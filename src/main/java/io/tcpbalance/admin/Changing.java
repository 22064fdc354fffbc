package io.tcpbalance.admin;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.PoolStatus;
import io.tcpbalance.state.OperatorRecords;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * Does what operators ask for. Whatever was changed is in the audit log and on the disk before it
 * is answered, or the answer bears a warning.
 */
final class Changing {

  private static final Pattern SESSION_ID = Pattern.compile("[0-9]{1,18}");

  /** In place of an empty answer, to bear the warning. */
  private static final Map<String, String> NOTHING_MORE = Map.of();

  private final RequestBody body;
  private final OperatorRecords records;

  Changing(RequestBody body, OperatorRecords records) {
    this.body = body;
    this.records = records;
  }

  CompletionStage<HttpResponse> add(ProxyClient proxy, HttpRequest request) {
    return body.of(request)
        .thenCombine(
            proxy.description(),
            (fields, described) -> NewBackend.read(fields, described.address().getPort()))
        .thenCompose(wish -> add(proxy, request, wish));
  }

  private CompletionStage<HttpResponse> add(
      ProxyClient proxy, HttpRequest request, NewBackend wish) {
    return proxy
        .<BackendStatus>operate(to -> new Balancer.Add(wish.settings(), wish.placement(), to))
        .thenCompose(
            added -> {
              String path = "/api/v1/proxies/" + proxy.name() + "/backends/" + added.name();
              return recorded(proxy, request, "added " + wish)
                  .thenApply(
                      warning ->
                          Json.response(201, BackendView.of(added), warning)
                              .addHeader(RawHeader.create("Location", path)));
            });
  }

  CompletionStage<HttpResponse> change(ProxyClient proxy, String name, HttpRequest request) {
    return body.of(request)
        .thenApply(BackendChange::read)
        .thenCompose(wish -> change(proxy, name, request, wish));
  }

  private CompletionStage<HttpResponse> change(
      ProxyClient proxy, String name, HttpRequest request, BackendChange wish) {
    return proxy
        .<BackendStatus>operate(
            to ->
                new Balancer.Change(
                    name,
                    wish.state(),
                    wish.maxConnections(),
                    wish.placement(),
                    wish.compilers(),
                    to))
        .thenCompose(
            changed ->
                recorded(proxy, request, "changed back-end " + name + ": " + wish)
                    .thenApply(w -> Json.response(200, BackendView.of(changed), w)));
  }

  CompletionStage<HttpResponse> reset(ProxyClient proxy, String name, HttpRequest request) {
    return body.ignored(request)
        .thenCompose(end -> proxy.<BackendStatus>operate(to -> new Balancer.Reset(name, to)))
        .thenCompose(
            status ->
                recorded(proxy, request, "reset back-end " + name)
                    .thenApply(w -> Json.response(200, BackendView.of(status), w)));
  }

  CompletionStage<HttpResponse> resetAll(ProxyClient proxy, HttpRequest request) {
    return body.ignored(request)
        .thenCompose(end -> proxy.<PoolStatus>operate(Balancer.ResetAll::new))
        .thenCompose(pool -> resetAll(proxy, pool, request));
  }

  private CompletionStage<HttpResponse> resetAll(
      ProxyClient proxy, PoolStatus pool, HttpRequest request) {
    return recorded(proxy, request, "reset every back-end")
        .thenCombine(
            proxy.description(),
            (warning, described) ->
                Json.response(200, ProxyView.of(new ProxyState(described, pool)), warning));
  }

  CompletionStage<HttpResponse> remove(ProxyClient proxy, String name, HttpRequest request) {
    boolean force = Query.force(request);
    return body.ignored(request)
        .thenCompose(
            end -> proxy.<BackendStatus>operate(to -> new Balancer.Remove(name, force, to)))
        .thenCompose(
            status -> {
              String how = force ? " and closed its sessions" : ", its sessions may finish";
              return recorded(proxy, request, "removed back-end " + name + how)
                  .thenApply(warning -> removed(status, force, warning));
            });
  }

  private static HttpResponse removed(
      BackendStatus status, boolean force, Optional<String> warning) {
    if (!force) {
      return Json.response(202, BackendView.of(status), warning);
    }
    return warning.isEmpty()
        ? HttpResponse.create().withStatus(204)
        : Json.response(200, NOTHING_MORE, warning);
  }

  CompletionStage<HttpResponse> closeSession(ProxyClient proxy, String id, HttpRequest request) {
    if (!SESSION_ID.matcher(id).matches()) {
      throw ApiError.noSuchSession(proxy.name(), id);
    }
    return body.ignored(request)
        .thenCompose(end -> proxy.closeSession(Long.parseLong(id)))
        .thenApply(
            existed -> {
              if (!existed) {
                throw ApiError.noSuchSession(proxy.name(), id);
              }
              records.done(Audit.entry(request, proxy.name(), "closed session " + id));
              return HttpResponse.create().withStatus(204);
            });
  }

  /** Answers a warning if it could not be recorded. */
  private CompletionStage<Optional<String>> recorded(
      ProxyClient proxy, HttpRequest request, String what) {
    return records.changed(Audit.entry(request, proxy.name(), what));
  }
}
