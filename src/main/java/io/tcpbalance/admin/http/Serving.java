package io.tcpbalance.admin.http;

import io.tcpbalance.admin.Origin;
import io.tcpbalance.admin.nodes.RemoteAnswer;
import io.tcpbalance.admin.nodes.RemoteAnswer.Header;
import io.tcpbalance.admin.nodes.RemoteRequest;
import io.tcpbalance.admin.nodes.Servant;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.japi.function.Function;

/** Answers what other nodes have let pass, from the same table of routes as the server. */
final class Serving implements Servant {

  /** Of answers that have an end, and come from memory. */
  private static final Duration WHOLE_ANSWER_TIMEOUT = Duration.ofSeconds(1);

  private final Function<HttpRequest, CompletionStage<HttpResponse>> routes;
  private final ClassicActorSystemProvider system;

  /**
   * A servant.
   *
   * @param routes that neither ask who somebody is nor carry a request on; failures are answers
   */
  Serving(Route routes, ClassicActorSystemProvider system) {
    this.routes = routes.handler(system);
    this.system = system;
  }

  @Override
  public CompletionStage<RemoteAnswer> serve(RemoteRequest asked) {
    try {
      return routes.apply(request(asked)).thenCompose(this::answer);
    } catch (Exception e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private static HttpRequest request(RemoteRequest asked) {
    HttpRequest request =
        HttpRequest.create(asked.target())
            .withMethod(HttpMethods.lookup(asked.method()).orElseThrow())
            .withEntity(HttpEntities.create(ContentTypes.parse(asked.type()), asked.body()))
            .addHeader(RawHeader.create("Host", URI.create(asked.target()).getRawAuthority()));
    return Audit.as(new Origin(asked.via(), asked.from(), asked.who()), request);
  }

  private CompletionStage<RemoteAnswer> answer(HttpResponse response) {
    List<Header> headers =
        StreamSupport.stream(response.getHeaders().spliterator(), false)
            .map(header -> new Header(header.name(), header.value()))
            .toList();
    return response
        .entity()
        .toStrict(WHOLE_ANSWER_TIMEOUT.toMillis(), system)
        .thenApply(
            entity ->
                new RemoteAnswer(
                    response.status().intValue(),
                    entity.getContentType().toString(),
                    headers,
                    entity.getData()));
  }
}
