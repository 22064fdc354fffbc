package io.tcpbalance.admin.http;

import io.tcpbalance.admin.ApiError;
import io.tcpbalance.admin.Origin;
import io.tcpbalance.admin.Remote;
import io.tcpbalance.admin.nodes.Node;
import io.tcpbalance.admin.nodes.RemoteAnswer;
import io.tcpbalance.admin.nodes.RemoteRequest;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.util.ByteString;

/**
 * Has requests that name another node answered by that one. It is asked only for what is let pass
 * here, and its own routes do not look for a node's name: so nothing is carried twice.
 */
final class Elsewhere {

  private final Remote remote;
  private final RequestBody body;

  Elsewhere(Remote remote, RequestBody body) {
    this.remote = remote;
    this.body = body;
  }

  /** The same endpoint, of whichever node is named. */
  Endpoint around(Endpoint endpoint) {
    return endpoint.answeredBy(
        (request, named) -> {
          Optional<String> name = Query.node(request);
          if (name.isEmpty()) {
            return endpoint.handler().answer(request, named);
          }
          if (endpoint.onlyHere().isPresent()) {
            throw ApiError.onlyHere(endpoint.onlyHere().get());
          }
          Node node = remote.named(name.get());
          return node.self()
              ? endpoint.handler().answer(request, named)
              : carried(node, endpoint, request);
        });
  }

  private CompletionStage<HttpResponse> carried(Node node, Endpoint endpoint, HttpRequest request) {
    Origin origin = Audit.originOf(request);
    return body.bytes(request)
        .thenApply(
            bytes ->
                new RemoteRequest(
                    origin.via(),
                    origin.from(),
                    origin.who(),
                    request.method().value(),
                    request.getUri().toString(),
                    request.entity().getContentType().toString(),
                    ByteString.fromArrayUnsafe(bytes)))
        .thenCompose(
            asked ->
                endpoint.takes().isPresent()
                    ? remote.ask(node, asked, endpoint.takes().get())
                    : remote.ask(node, asked))
        .thenApply(answer -> response(node, answer));
  }

  private static HttpResponse response(Node node, RemoteAnswer answer) {
    HttpResponse response = HttpResponse.create().withStatus(answer.status());
    if (!answer.body().isEmpty()) {
      response =
          response.withEntity(
              HttpEntities.create(ContentTypes.parse(answer.type()), answer.body()));
    }
    for (RemoteAnswer.Header header : answer.headers()) {
      boolean isPlace = header.name().equalsIgnoreCase("Location");
      String value = isPlace ? header.value() + "?node=" + node.name() : header.value();
      response = response.addHeader(RawHeader.create(header.name(), value));
    }
    return response;
  }
}
