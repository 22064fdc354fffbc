package io.tcpbalance.admin.http;

import io.tcpbalance.admin.ApiError;
import io.tcpbalance.admin.live.Live;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Shows all proxies as they are, once or for as long as the client looks. */
final class Watching {

  private static final ContentType EVENTS = MediaTypes.TEXT_EVENT_STREAM.toContentType();

  private final Live live;
  private final Guard guard;

  /**
   * @param guard asked at each event whether the viewer is still logged in
   */
  Watching(Live live, Guard guard) {
    this.live = live;
    this.guard = guard;
  }

  /** Whether it goes on until the client leaves. */
  static boolean isEndless(HttpResponse response) {
    return response.entity().getContentType().equals(EVENTS);
  }

  CompletionStage<HttpResponse> state(HttpRequest request) {
    return live.state()
        .exceptionally(Watching::noAnswer)
        .thenApply(
            json ->
                HttpResponse.create()
                    .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, json)));
  }

  private static ByteString noAnswer(Throwable failure) {
    if (failure instanceof TimeoutException) {
      throw ApiError.nothingToShow();
    }
    throw new CompletionException(failure);
  }

  CompletionStage<HttpResponse> events(HttpRequest request) {
    Source<ByteString, NotUsed> events =
        live.events()
            .orElseThrow(() -> ApiError.tooManyViewers(Live.MAX_VIEWERS))
            .takeWhile(event -> guard.mayGoOn(request));
    return CompletableFuture.completedStage(
        HttpResponse.create()
            .withEntity(HttpEntities.createChunked(EVENTS, events))
            .addHeader(RawHeader.create("X-Accel-Buffering", "no")));
  }
}
