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
 */
record Endpoint(String method, String path, Optional<Duration> takes, Handler handler) {

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
    return new Endpoint("GET", path, Optional.empty(), handler);
  }

  static Endpoint post(String path, Handler handler) {
    return new Endpoint("POST", path, Optional.empty(), handler);
  }

  static Endpoint patch(String path, Handler handler) {
    return new Endpoint("PATCH", path, Optional.empty(), handler);
  }

  static Endpoint delete(String path, Handler handler) {
    return new Endpoint("DELETE", path, Optional.empty(), handler);
  }

  /** The same, whose answer may take so long. */
  Endpoint taking(Duration longest) {
    return new Endpoint(method, path, Optional.of(longest), handler);
  }
}
