package io.tcpbalance.admin;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.PoolStatus;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Does what operators ask for. Whatever was changed is in the audit log before it is answered. */
final class Changing {

  private static final Pattern SESSION_ID = Pattern.compile("[0-9]{1,18}");

  private final RequestBody body;

  Changing(RequestBody body) {
    this.body = body;
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
        .thenApply(
            added -> {
              Audit.changed(request, proxy.name(), "added " + wish);
              String path = "/api/v1/proxies/" + proxy.name() + "/backends/" + added.name();
              return Json.response(201, BackendView.of(added))
                  .addHeader(RawHeader.create("Location", path));
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
        .thenApply(
            changed -> {
              Audit.changed(request, proxy.name(), "changed back-end " + name + ": " + wish);
              return Json.response(200, BackendView.of(changed));
            });
  }

  CompletionStage<HttpResponse> reset(ProxyClient proxy, String name, HttpRequest request) {
    return body.ignored(request)
        .thenCompose(end -> proxy.<BackendStatus>operate(to -> new Balancer.Reset(name, to)))
        .thenApply(
            status -> {
              Audit.changed(request, proxy.name(), "reset back-end " + name);
              return Json.response(200, BackendView.of(status));
            });
  }

  CompletionStage<HttpResponse> resetAll(ProxyClient proxy, HttpRequest request) {
    return body.ignored(request)
        .thenCompose(end -> proxy.<PoolStatus>operate(Balancer.ResetAll::new))
        .thenCombine(
            proxy.description(),
            (pool, described) -> {
              Audit.changed(request, proxy.name(), "reset every back-end");
              return Json.response(200, ProxyView.of(new ProxyState(described, pool)));
            });
  }

  CompletionStage<HttpResponse> remove(ProxyClient proxy, String name, HttpRequest request) {
    boolean force = Query.force(request);
    return body.ignored(request)
        .thenCompose(
            end -> proxy.<BackendStatus>operate(to -> new Balancer.Remove(name, force, to)))
        .thenApply(
            status -> {
              String how = force ? " and closed its sessions" : ", its sessions may finish";
              Audit.changed(request, proxy.name(), "removed back-end " + name + how);
              return force
                  ? HttpResponse.create().withStatus(204)
                  : Json.response(202, BackendView.of(status));
            });
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
              Audit.changed(request, proxy.name(), "closed session " + id);
              return HttpResponse.create().withStatus(204);
            });
  }
}
