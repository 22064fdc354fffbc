package io.tcpbalance.admin.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tcpbalance.admin.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * Answers with the description of the interface. It is a file; tests hold it against the table of
 * {@link Routes}, and against what is really answered.
 */
final class OpenApi {

  private static final String FILE = "openapi.json";

  private final JsonNode description;

  /**
   * @param version of the program
   */
  OpenApi(String version) {
    try (InputStream in = Objects.requireNonNull(OpenApi.class.getResourceAsStream(FILE))) {
      ObjectNode whole = (ObjectNode) new ObjectMapper().readTree(in);
      ((ObjectNode) whole.path("info")).put("version", version);
      description = whole;
    } catch (IOException e) {
      throw new UncheckedIOException("the program is incomplete: no " + FILE, e);
    }
  }

  CompletionStage<HttpResponse> description(HttpRequest request) {
    return CompletableFuture.completedStage(Json.response(200, description));
  }
}
