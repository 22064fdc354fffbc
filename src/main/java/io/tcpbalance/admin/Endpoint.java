package io.tcpbalance.admin;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * Something that can be asked for.
 *
 * @param method of HTTP
 * @param path in which a segment {@code {name}} stands for any one
 * @param handler who answers
 */
record Endpoint(String method, String path, Handler handler) {

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
    return new Endpoint("GET", path, handler);
  }

  static Endpoint post(String path, Handler handler) {
    return new Endpoint("POST", path, handler);
  }

  static Endpoint patch(String path, Handler handler) {
    return new Endpoint("PATCH", path, handler);
  }

  static Endpoint delete(String path, Handler handler) {
    return new Endpoint("DELETE", path, handler);
  }
}
