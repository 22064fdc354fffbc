package io.tcpbalance.admin;

import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import io.tcpbalance.admin.access.Identity;
import io.tcpbalance.admin.live.Live;
import io.tcpbalance.state.OperatorRecords;
import io.tcpbalance.supervision.Supervision;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.Uri;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.Route;

/** What there is, and who answers it. */
final class Routes extends AllDirectives {

  /** A back-end's error may hold a page's worth of script: the page is text and stays text. */
  private static final List<HttpHeader> ON_EVERY_ANSWER =
      List.of(
          RawHeader.create("Cache-Control", "no-store"),
          RawHeader.create("X-Content-Type-Options", "nosniff"));

  private final Proxies proxies;
  private final Guard guard;
  private final Readiness readiness;
  private final StatusRoute status;
  private final Reading reading;
  private final Changing changing;
  private final Actors actors;
  private final Reloads reloads;
  private final LoginRoute login;
  private final Watching watching;

  Routes(
      Proxies proxies,
      Guard guard,
      LoginRoute login,
      RequestBody body,
      Reloading reloading,
      OperatorRecords records,
      Supervision supervision,
      Live live,
      InstantSource wallClock) {
    this.proxies = proxies;
    this.guard = guard;
    this.login = login;
    readiness = new Readiness(proxies);
    status = new StatusRoute(new StatusReport(proxies, wallClock));
    reading = new Reading(proxies, wallClock);
    changing = new Changing(body, new Changes(records));
    actors = new Actors(proxies, body, records, supervision, wallClock);
    reloads = new Reloads(body, reloading, records);
    watching = new Watching(live);
  }

  Route all() {
    Errors errors = new Errors();
    Route routes = concat(probes(), login(), guarded(() -> concat(pages(), api())));
    return respondWithHeaders(
        ON_EVERY_ANSWER, () -> routes.seal(errors.rejections(), errors.exceptions()));
  }

  private Route probes() {
    return concat(
        path("healthz", () -> get(() -> complete("alive\n"))),
        path("readyz", () -> get(() -> answer(readiness::of))));
  }

  /** Who asks here may not be known yet. */
  private Route login() {
    return path(
        segment("api").slash("v1").slash("session"),
        () ->
            concat(
                get(() -> answer(login::state)),
                post(() -> answer(login::logIn)),
                delete(() -> answer(login::logOut))));
  }

  private Route pages() {
    return concat(
        pathSingleSlash(() -> get(() -> redirect(Uri.create("/status"), StatusCodes.FOUND))),
        path("status", () -> get(() -> answer(status::page))));
  }

  private Route api() {
    return pathPrefix(
        segment("api").slash("v1"),
        () ->
            concat(
                path("reload", () -> post(() -> answer(reloads::reload))),
                path("live", () -> get(() -> answer(watching::state))),
                path("events", () -> get(() -> answer(watching::events))),
                pathPrefix("proxies", this::allProxies),
                pathPrefix("actors", this::allActors)));
  }

  private Route allProxies() {
    return concat(
        pathEnd(() -> get(() -> answer(reading::proxies))),
        pathPrefix(segment(), name -> proxy(proxies.named(name))));
  }

  private Route allActors() {
    return concat(
        pathEnd(() -> get(() -> answer(actors::list))),
        path("kill", () -> post(() -> answer(actors::kill))));
  }

  private Route proxy(ProxyClient proxy) {
    return concat(
        pathEnd(() -> get(() -> answer(r -> reading.proxy(proxy)))),
        path("reset", () -> post(() -> answer(r -> changing.resetAll(proxy, r)))),
        path("waiting", () -> get(() -> answer(r -> reading.waiting(proxy, r)))),
        pathPrefix("sessions", () -> sessions(proxy)),
        pathPrefix("backends", () -> backends(proxy)));
  }

  private Route sessions(ProxyClient proxy) {
    return concat(
        pathEnd(() -> get(() -> answer(r -> reading.sessions(proxy, r)))),
        path(segment(), id -> delete(() -> answer(r -> changing.closeSession(proxy, id, r)))));
  }

  private Route backends(ProxyClient proxy) {
    return concat(
        pathEnd(
            () ->
                concat(
                    get(() -> answer(r -> reading.backends(proxy))),
                    post(() -> answer(r -> changing.add(proxy, r))))),
        pathPrefix(
            segment(),
            name ->
                concat(
                    pathEnd(() -> backend(proxy, name)),
                    path("reset", () -> post(() -> answer(r -> changing.reset(proxy, name, r)))))));
  }

  private Route backend(ProxyClient proxy, String name) {
    return concat(
        get(() -> answer(r -> reading.backend(proxy, name))),
        patch(() -> answer(r -> changing.change(proxy, name, r))),
        delete(() -> answer(r -> changing.remove(proxy, name, r))));
  }

  private Route guarded(Supplier<Route> inner) {
    Route route = inner.get();
    return extractRequest(
        request -> {
          Identity who = guard.check(request);
          return mapRequest(passed -> Audit.as(who, passed), () -> route);
        });
  }

  private Route answer(Function<HttpRequest, CompletionStage<HttpResponse>> handler) {
    return extractRequest(request -> completeWithFuture(handler.apply(request)));
  }
}
