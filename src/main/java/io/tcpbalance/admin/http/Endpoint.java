package io.tcpbalance.admin.http;

import io.tcpbalance.admin.ApiError;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * Something that can be asked for.
 *
 * @param method of HTTP
 * @param path in which a segment {@code {name}} stands for any one
 * @param takes how long the answer may take, if that is longer than usual
 * @param handler who answers
 * @param onlyHere what to do instead of asking another node for it, if that cannot be done
 */
record Endpoint(
    String method,
    String path,
    Optional<Duration> takes,
    Handler handler,
    Optional<String> onlyHere) {

  /** Answers a request. Fails with, or throws, an {@link ApiError}. */
  interface Handler {

    /**
     * Answers one.
     *
     * @param named what the segments in braces are, in their order
     */
    CompletionStage<HttpResponse> answer(HttpRequest request, List<String> named);
  }

  static Endpoint get(String path, Handler handler) {
    return of("GET", path, handler);
  }

  static Endpoint post(String path, Handler handler) {
    return of("POST", path, handler);
  }

  static Endpoint patch(String path, Handler handler) {
    return of("PATCH", path, handler);
  }

  static Endpoint delete(String path, Handler handler) {
    return of("DELETE", path, handler);
  }

  private static Endpoint of(String method, String path, Handler handler) {
    return new Endpoint(method, path, Optional.empty(), handler, Optional.empty());
  }

  /** The same, whose answer may take so long. */
  Endpoint taking(Duration longest) {
    return new Endpoint(method, path, Optional.of(longest), handler, onlyHere);
  }

  /**
   * The same, but not to be asked of another node.
   *
   * @param instead what to do
   */
  Endpoint onlyHere(String instead) {
    return new Endpoint(method, path, takes, handler, Optional.of(instead));
  }

  Endpoint answeredBy(Handler other) {
    return new Endpoint(method, path, takes, other, onlyHere);
  }
}
