package io.tcpbalance.admin.http;

import io.tcpbalance.admin.Changes;
import io.tcpbalance.admin.NodesReport;
import io.tcpbalance.admin.Proxies;
import io.tcpbalance.admin.ProxyClient;
import io.tcpbalance.admin.Reloading;
import io.tcpbalance.admin.Remote;
import io.tcpbalance.admin.StatusReport;
import io.tcpbalance.admin.Texts;
import io.tcpbalance.admin.Upgrading;
import io.tcpbalance.admin.access.Identity;
import io.tcpbalance.admin.live.Live;
import io.tcpbalance.admin.web.Dashboard;
import io.tcpbalance.state.OperatorRecords;
import io.tcpbalance.supervision.Supervision;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.Route;

/** What there is, and who answers it. */
final class Routes extends AllDirectives {

  /** A back-end's error may hold a page's worth of script: the page is text and stays text. */
  private static final List<HttpHeader> UNLESS_SAID_OTHERWISE =
      List.of(
          RawHeader.create("Cache-Control", "no-store"),
          RawHeader.create("X-Content-Type-Options", "nosniff"));

  /** It takes as long as a start of the program. */
  private static final Duration UPGRADE_TIMEOUT = Duration.ofMinutes(3);

  private static final String ASK_ITSELF = "ask that node itself";
  private static final String LOG_IN_HERE =
      "log in here, and name the node in what you ask for then";

  private final Proxies proxies;
  private final Guard guard;
  private final Readiness readiness;
  private final Dashboard dashboard = new Dashboard();
  private final StatusRoute status;
  private final Reading reading;
  private final Changing changing;
  private final Actors actors;
  private final Reloads reloads;
  private final Upgrades upgrades;
  private final LoginRoute login;
  private final Watching watching;
  private final OpenApi openApi = new OpenApi(Texts.version());
  private final Metrics metrics;
  private final Histories histories;
  private final NodesRoute nodes;
  private final Elsewhere elsewhere;

  Routes(
      Proxies proxies,
      Guard guard,
      LoginRoute login,
      RequestBody body,
      Reloading reloading,
      Upgrading upgrading,
      OperatorRecords records,
      Supervision supervision,
      Live live,
      Metrics metrics,
      Histories histories,
      NodesReport nodes,
      Remote remote,
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
    watching = new Watching(live, guard);
    upgrades = new Upgrades(body, upgrading, records);
    this.metrics = metrics;
    this.histories = histories;
    this.nodes = new NodesRoute(nodes);
    elsewhere = new Elsewhere(remote, body);
  }

  Route all() {
    Errors errors = new Errors();
    Route routes =
        concat(
            anyNodes(openEndpoints()),
            dashboard.route(),
            guarded(() -> anyNodes(guardedEndpoints())));
    return respondWithDefaultHeaders(
        UNLESS_SAID_OTHERWISE, () -> routes.seal(errors.rejections(), errors.exceptions()));
  }

  /** For what was let pass by another node, which has said who asks, and what he may do. */
  Route ofThisNode() {
    Errors errors = new Errors();
    Route routes = EndpointRoute.of(guardedEndpoints());
    return extractRequest(
            request -> {
              Guard.checkRole(Audit.originOf(request).who(), request);
              return routes;
            })
        .seal(errors.rejections(), errors.exceptions());
  }

  private Route anyNodes(List<Endpoint> endpoints) {
    return EndpointRoute.of(endpoints.stream().map(elsewhere::around).toList());
  }

  /** What a stranger may ask for; he may have to tell who he is. */
  List<Endpoint> openEndpoints() {
    return List.of(
        Endpoint.get("/healthz", (r, named) -> alive()).onlyHere(ASK_ITSELF),
        Endpoint.get("/readyz", (r, named) -> readiness.of(r)).onlyHere(ASK_ITSELF),
        Endpoint.get("/api/v1/session", (r, named) -> login.state(r)).onlyHere(LOG_IN_HERE),
        Endpoint.post("/api/v1/session", (r, named) -> login.logIn(r)).onlyHere(LOG_IN_HERE),
        Endpoint.delete("/api/v1/session", (r, named) -> login.logOut(r)).onlyHere(LOG_IN_HERE));
  }

  /** What needs a token, if there are any. All of it is described in {@code openapi.json}. */
  List<Endpoint> guardedEndpoints() {
    String proxy = "/api/v1/proxies/{proxy}";
    String backend = proxy + "/backends/{backend}";
    return List.of(
        Endpoint.get("/status", (r, named) -> status.page(r)),
        Endpoint.get("/metrics", (r, named) -> metrics.scrape(r)).onlyHere(ASK_ITSELF),
        Endpoint.get("/api/v1/openapi.json", (r, named) -> openApi.description(r))
            .onlyHere(ASK_ITSELF),
        Endpoint.get("/api/v1/nodes", (r, named) -> nodes.all(r))
            .onlyHere("each node tells of all; leave the name out"),
        Endpoint.get(NodesReport.SELF, (r, named) -> nodes.self(r)),
        Endpoint.post("/api/v1/reload", (r, named) -> reloads.reload(r)),
        Endpoint.get("/api/v1/generations", (r, named) -> upgrades.generations(r)),
        Endpoint.post("/api/v1/upgrade", (r, named) -> upgrades.upgrade(r)).taking(UPGRADE_TIMEOUT),
        Endpoint.post("/api/v1/upgrade/rollback", (r, named) -> upgrades.rollBack(r))
            .taking(UPGRADE_TIMEOUT),
        Endpoint.get("/api/v1/live", (r, named) -> watching.state(r)),
        Endpoint.get("/api/v1/events", (r, named) -> watching.events(r))
            .onlyHere("poll /api/v1/live with the same name instead"),
        Endpoint.get("/api/v1/actors", (r, named) -> actors.list(r)),
        Endpoint.post("/api/v1/actors/kill", (r, named) -> actors.kill(r)),
        Endpoint.get("/api/v1/proxies", (r, named) -> reading.proxies(r)),
        Endpoint.get(proxy, (r, named) -> reading.proxy(proxy(named))),
        Endpoint.post(proxy + "/reset", (r, named) -> changing.resetAll(proxy(named), r)),
        Endpoint.get(proxy + "/history", (r, named) -> histories.of(proxy(named), r)),
        Endpoint.get(proxy + "/waiting", (r, named) -> reading.waiting(proxy(named), r)),
        Endpoint.get(proxy + "/sessions", (r, named) -> reading.sessions(proxy(named), r)),
        Endpoint.delete(
            proxy + "/sessions/{session}",
            (r, named) -> changing.closeSession(proxy(named), named.get(1), r)),
        Endpoint.get(proxy + "/backends", (r, named) -> reading.backends(proxy(named))),
        Endpoint.post(proxy + "/backends", (r, named) -> changing.add(proxy(named), r)),
        Endpoint.get(backend, (r, named) -> reading.backend(proxy(named), named.get(1))),
        Endpoint.patch(backend, (r, named) -> changing.change(proxy(named), named.get(1), r)),
        Endpoint.delete(backend, (r, named) -> changing.remove(proxy(named), named.get(1), r)),
        Endpoint.post(
            backend + "/reset", (r, named) -> changing.reset(proxy(named), named.get(1), r)));
  }

  private ProxyClient proxy(List<String> named) {
    return proxies.named(named.get(0));
  }

  private static CompletionStage<HttpResponse> alive() {
    return CompletableFuture.completedStage(HttpResponse.create().withEntity("alive\n"));
  }

  private Route guarded(Supplier<Route> inner) {
    Route route = inner.get();
    return extractRequest(
        request -> {
          Identity who = guard.check(request);
          return mapRequest(passed -> Audit.as(who, passed), () -> route);
        });
  }
}
