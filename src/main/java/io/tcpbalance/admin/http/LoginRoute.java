package io.tcpbalance.admin.http;

import io.tcpbalance.admin.ApiError;
import io.tcpbalance.admin.Fields;
import io.tcpbalance.admin.Json;
import io.tcpbalance.admin.Texts;
import io.tcpbalance.admin.access.Access;
import io.tcpbalance.admin.access.Identity;
import io.tcpbalance.state.OperatorRecords;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.jspecify.annotations.Nullable;

/** Logs browsers in and out, and tells them who they are. Whoever asks is answered. */
final class LoginRoute {

  /** Who asks; without a role he has to log in. */
  record View(@Nullable String role, boolean loginNeeded, @Nullable String name) {

    static View of(Optional<Identity> who) {
      return new View(
          who.map(known -> Texts.word(known.role())).orElse(null),
          who.isEmpty(),
          who.flatMap(Identity::name).orElse(null));
    }
  }

  private final Guard guard;
  private final Access access;
  private final RequestBody body;
  private final OperatorRecords records;
  private final LoginCookie cookie;

  LoginRoute(
      Guard guard, Access access, RequestBody body, OperatorRecords records, LoginCookie cookie) {
    this.guard = guard;
    this.access = access;
    this.body = body;
    this.records = records;
    this.cookie = cookie;
  }

  CompletionStage<HttpResponse> state(HttpRequest request) {
    guard.checkSite(request);
    return CompletableFuture.completedStage(Json.response(200, View.of(guard.identify(request))));
  }

  CompletionStage<HttpResponse> logIn(HttpRequest request) {
    guard.checkSite(request);
    return body.of(request).thenApply(LoginRoute::token).thenApply(token -> logIn(token, request));
  }

  private static String token(Fields fields) {
    Optional<String> token = fields.token();
    if (fields.isAbsent("token")) {
      fields.problem("token is missing");
    }
    fields.finish();
    return token.orElseThrow();
  }

  private HttpResponse logIn(String token, HttpRequest request) {
    if (access.isOpen()) {
      return Json.response(200, View.of(Optional.of(Identity.ANYBODY)));
    }
    Identity who = guard.bearer(token, request).orElseThrow(ApiError::wrongToken);
    records.done(Audit.entry(Audit.as(who, request), "logged in"));
    return Json.response(200, View.of(Optional.of(who))).addHeader(cookie.set(access.logIn(who)));
  }

  CompletionStage<HttpResponse> logOut(HttpRequest request) {
    guard.checkSite(request);
    return body.ignored(request)
        .thenApply(
            end -> {
              LoginCookie.in(request).ifPresent(access::logOut);
              return HttpResponse.create().withStatus(204).addHeader(cookie.forget());
            });
  }
}
