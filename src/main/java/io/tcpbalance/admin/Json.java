package io.tcpbalance.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Writes records as JSON, and reads what strangers send as such. */
public final class Json {

  /** The most bytes of JSON that are taken from a stranger. */
  public static final int MAX_BYTES = 64 * 1024;

  /** Deeper than any body of ours. */
  private static final int MAX_DEPTH = 8;

  /** Never changed once it is built. */
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(MAX_BYTES)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  public static HttpResponse response(int status, Object view) {
    return HttpResponse.create()
        .withStatus(status)
        .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, bytes(view)));
  }

  /** A view with a field {@code warning}, if there is one to give. */
  public static HttpResponse response(int status, Object view, Optional<String> warning) {
    return warning.isEmpty()
        ? response(status, view)
        : response(status, tree(view).put("warning", warning.get()));
  }

  /** A view, of which a record becomes an object, to be changed or added to. */
  public static ObjectNode tree(Object view) {
    return MAPPER.valueToTree(view);
  }

  public static byte[] bytes(Object view) {
    try {
      return MAPPER.writeValueAsBytes(view);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("a view that is no JSON: " + view.getClass(), e);
    }
  }

  /**
   * Reads one JSON value.
   *
   * @throws ApiError if it is none
   */
  public static JsonNode read(byte[] bytes) {
    try {
      return MAPPER.readTree(bytes);
    } catch (JsonProcessingException e) {
      String at = e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")";
      throw ApiError.malformedJson(ApiError.shown(e.getOriginalMessage()) + at);
    } catch (IOException e) {
      throw ApiError.malformedJson("it must be in UTF-8");
    }
  }
}
