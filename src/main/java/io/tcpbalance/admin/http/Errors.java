package io.tcpbalance.admin.http;

import io.tcpbalance.admin.ApiError;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.ExceptionHandler;
import org.apache.pekko.http.javadsl.server.MethodRejection;
import org.apache.pekko.http.javadsl.server.Rejection;
import org.apache.pekko.http.javadsl.server.RejectionHandler;
import org.apache.pekko.http.javadsl.server.Route;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever stops a request into an {@link ApiError}. */
final class Errors extends AllDirectives {

  private static final Logger LOG = LoggerFactory.getLogger(Errors.class);

  RejectionHandler rejections() {
    return RejectionHandler.newBuilder()
        .handleAll(MethodRejection.class, this::onWrongMethod)
        .handleAll(Rejection.class, this::onRejected)
        .handleNotFound(extractUri(uri -> answer(ApiError.noSuchPage(uri.path()))))
        .build();
  }

  ExceptionHandler exceptions() {
    return ExceptionHandler.newBuilder().matchAny(this::onFailure).build();
  }

  private Route onWrongMethod(List<MethodRejection> rejections) {
    List<String> allowed =
        rejections.stream().map(r -> r.supported().value()).distinct().sorted().toList();
    return answer(ApiError.wrongMethod(allowed));
  }

  private Route onRejected(List<Rejection> rejections) {
    return answer(ApiError.malformedRequest(400, "the request was rejected: " + rejections.get(0)));
  }

  private Route onFailure(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof ApiError error) {
      return answer(error);
    }
    LOG.error("a request failed", cause);
    return answer(ApiError.bug());
  }

  private Route answer(ApiError error) {
    return complete(error.response());
  }
}
