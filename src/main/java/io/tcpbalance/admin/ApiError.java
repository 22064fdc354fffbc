package io.tcpbalance.admin;

import io.tcpbalance.admin.access.Identity;
import io.tcpbalance.admin.access.TooManyTriesException;
import io.tcpbalance.admin.nodes.Node;
import io.tcpbalance.admin.nodes.RemoteAnswer;
import io.tcpbalance.balancer.OperationRefused;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Every way in which a request can fail: a status, and a sentence that says what to do. */
public final class ApiError extends RuntimeException {

  private static final long serialVersionUID = 1;

  private static final int LONGEST_ECHO = 80;

  /** Without Basic, which a browser would ask for in a window of its own. */
  private static final HttpHeader BEARER_WANTED =
      RawHeader.create("WWW-Authenticate", "Bearer realm=\"TCPBalance\"");

  /** What the client sees of it. */
  record View(String error, int status) {}

  private final int status;
  private final transient List<HttpHeader> headers;

  private ApiError(int status, String message, HttpHeader... headers) {
    super(message, null, false, false);
    this.status = status;
    this.headers = List.of(headers);
  }

  public static ApiError malformedRequest(int status, String reason) {
    return new ApiError(status, reason.isEmpty() ? "the request is malformed" : reason);
  }

  static ApiError malformedJson(String reason) {
    return new ApiError(400, "the body is not valid JSON: " + reason);
  }

  public static ApiError brokenBody() {
    return new ApiError(400, "the body ended early; send it whole");
  }

  public static ApiError tokenNeeded() {
    return new ApiError(
        401,
        "send the token: 'Authorization: Bearer TOKEN', or as the password of HTTP Basic",
        BEARER_WANTED,
        RawHeader.create("WWW-Authenticate", "Basic realm=\"TCPBalance\", charset=\"UTF-8\""));
  }

  public static ApiError loginOver() {
    return new ApiError(401, "the login is over; log in again", BEARER_WANTED);
  }

  public static ApiError wrongToken() {
    return new ApiError(401, "this is no token of this server", BEARER_WANTED);
  }

  /** Somebody wants to change something who may not. */
  public static ApiError mayOnlyView(Identity who) {
    return new ApiError(
        403,
        "this token may only view: the role of '"
            + who.name().orElse("")
            + "' is view, not operate");
  }

  public static ApiError foreignHost(String host) {
    return new ApiError(
        403,
        "'"
            + shown(host)
            + "' is no name of this server; use an IP address or localhost, or configure a token");
  }

  public static ApiError foreignOrigin() {
    return new ApiError(403, "changes asked for by another site's page are refused");
  }

  public static ApiError drillsAreOff() {
    return new ApiError(
        403, "actors can be killed only with tcpbalance.fault-injection = on, which is for drills");
  }

  public static ApiError noSuchPage(String path) {
    return new ApiError(
        404, "nothing is at '" + shown(path) + "'; see /status and /api/v1/proxies");
  }

  static ApiError noSuchProxy(String name, Collection<String> known) {
    return new ApiError(
        404, "no proxy '" + shown(name) + "'; there is " + String.join(", ", known));
  }

  static ApiError noSuchBackend(String proxy, String name) {
    return new ApiError(
        404,
        "no back-end '"
            + shown(name)
            + "'; GET /api/v1/proxies/"
            + proxy
            + "/backends lists those there are");
  }

  public static ApiError noSuchSession(String proxy, String id) {
    return new ApiError(
        404,
        "no session '"
            + shown(id)
            + "', it may have ended; GET /api/v1/proxies/"
            + proxy
            + "/sessions lists those there are");
  }

  public static ApiError noSuchActor(String path) {
    return new ApiError(
        404,
        "no actor at '"
            + shown(path)
            + "', it may have ended; GET /api/v1/actors lists those there are");
  }

  static ApiError noSuchNode(String name, Collection<String> known) {
    return new ApiError(404, "no node '" + shown(name) + "'; there is " + String.join(", ", known));
  }

  public static ApiError wrongMethod(List<String> allowed) {
    String methods = String.join(", ", allowed);
    return new ApiError(
        405, "the method is not allowed here; use " + methods, RawHeader.create("Allow", methods));
  }

  public static ApiError slowBody() {
    return new ApiError(408, "the body did not arrive in time; send it whole");
  }

  public static ApiError bodyTooLarge() {
    return new ApiError(413, "the body is larger than " + Json.MAX_BYTES + " bytes; send less");
  }

  public static ApiError notJson() {
    return new ApiError(
        415, "the body must be JSON; send it with 'Content-Type: application/json'");
  }

  public static ApiError invalid(List<String> problems) {
    return new ApiError(422, String.join("; ", problems));
  }

  public static ApiError invalid(String problem) {
    return new ApiError(422, problem);
  }

  static ApiError notClustered() {
    return new ApiError(
        422, "there are no other nodes: this daemon is in no cluster (tcpbalance.cluster.enabled)");
  }

  /**
   * Something of another node is asked for that has to be asked for there.
   *
   * @param instead what to do
   */
  public static ApiError onlyHere(String instead) {
    return new ApiError(422, "another node cannot be asked for this: " + instead);
  }

  public static ApiError tooManyTries(TooManyTriesException tries) {
    return new ApiError(
        429, String.valueOf(tries.getMessage()), RawHeader.create("Retry-After", "5"));
  }

  static ApiError refused(OperationRefused refusal) {
    int status =
        switch (refusal.kind()) {
          case UNKNOWN -> 404;
          case CONFLICT -> 409;
          case INVALID -> 422;
        };
    return new ApiError(status, String.valueOf(refusal.getMessage()));
  }

  public static ApiError notUpgraded(UpgradeRefused refusal) {
    return new ApiError(409, String.valueOf(refusal.getMessage()));
  }

  /** Another node was asked for more than it can send. */
  public static ApiError answerTooLong(int bytes) {
    return new ApiError(
        422,
        "the answer of " + bytes + " bytes is too long for another node; ask that node itself");
  }

  /** Something unforeseen has happened, and is logged. */
  public static ApiError bug() {
    return new ApiError(500, "the request failed because of a bug; the server's log says more");
  }

  static ApiError noAnswer(String proxy) {
    return new ApiError(
        503, "proxy '" + proxy + "' does not answer, it may be restarting; try again");
  }

  public static ApiError noAnswerToReload() {
    return new ApiError(
        503, "the reload takes its time, or another one does; the log says what comes of it");
  }

  public static ApiError nothingToShow() {
    return new ApiError(503, "the proxies do not answer, they may be restarting; try again");
  }

  /** What would do it on another node is not there at the moment. */
  public static ApiError interfaceSilent(String node) {
    return new ApiError(
        503, "on node '" + node + "' nobody does this now, it may be restarting; try again");
  }

  /** Another node has sent too much that was not taken yet. */
  public static ApiError nodeBusy(String node) {
    return new ApiError(503, "node '" + node + "' sends many long answers; try again");
  }

  static ApiError nodeOutOfReach(Node node) {
    return new ApiError(
        503,
        "node '" + node.name() + "' is out of reach, and was not asked; try again when it is back");
  }

  static ApiError nodeSilent(Node node, Duration timeout, boolean change) {
    return new ApiError(
        503,
        "node '"
            + node.name()
            + "' did not answer within "
            + timeout.toSeconds()
            + " s; "
            + (change
                ? "what was asked for may be done or not, or be done yet: look before you try again"
                : "try again"));
  }

  /**
   * Nobody more can look.
   *
   * @param viewers how many look already
   */
  public static ApiError tooManyViewers(int viewers) {
    return new ApiError(
        503,
        viewers + " viewers get events already; close one of them, or poll /api/v1/live instead");
  }

  public static ApiError crowded() {
    return new ApiError(503, "too many connections: this one made room for another; try again");
  }

  public static ApiError notReady(List<String> reasons) {
    return new ApiError(503, "not ready: " + String.join("; ", reasons));
  }

  /** A client's own text, cut to what still helps it. */
  public static String shown(String text) {
    return text.length() <= LONGEST_ECHO ? text : text.substring(0, LONGEST_ECHO) + "...";
  }

  int status() {
    return status;
  }

  /** The same, for somebody at another node. */
  public RemoteAnswer toAnswer() {
    return RemoteAnswer.json(status, Json.bytes(view()));
  }

  private View view() {
    return new View(String.valueOf(getMessage()), status);
  }

  public HttpResponse response() {
    return Json.response(status, view()).addHeaders(headers);
  }
}
