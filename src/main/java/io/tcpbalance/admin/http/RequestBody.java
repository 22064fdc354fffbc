package io.tcpbalance.admin.http;

import io.tcpbalance.admin.ApiError;
import io.tcpbalance.admin.Fields;
import io.tcpbalance.admin.Json;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.MediaType;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;

/** Receives a request's body, within limits of size and time, as the fields of a JSON object. */
final class RequestBody {

  private static final Duration RECEIVE_TIMEOUT = Duration.ofSeconds(5);

  private final ClassicActorSystemProvider system;

  RequestBody(ClassicActorSystemProvider system) {
    this.system = system;
  }

  /** Fails with an {@link ApiError}. */
  CompletionStage<Fields> of(HttpRequest request) {
    MediaType type = request.entity().getContentType().mediaType();
    if (!(type.mainType() + "/" + type.subType()).equals("application/json")) {
      throw ApiError.notJson();
    }
    return bytes(request).thenApply(bytes -> Fields.of(Json.read(bytes)));
  }

  /**
   * Waits for the end of a body that nobody reads: an answer before it would cost the client its
   * connection. Fails with an {@link ApiError}.
   */
  CompletionStage<?> ignored(HttpRequest request) {
    return bytes(request);
  }

  /** The whole body, whatever it is. Fails with an {@link ApiError}. */
  CompletionStage<byte[]> bytes(HttpRequest request) {
    return request
        .entity()
        .withSizeLimit(ServerLimits.MAX_BODY_BYTES)
        .toStrict(RECEIVE_TIMEOUT.toMillis(), system)
        .handle(
            (entity, failure) -> {
              if (failure != null) {
                throw reason(failure);
              }
              return entity.getData().toArrayUnsafe();
            });
  }

  private static ApiError reason(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof EntityStreamSizeException) {
      return ApiError.bodyTooLarge();
    }
    return cause instanceof TimeoutException ? ApiError.slowBody() : ApiError.brokenBody();
  }
}
