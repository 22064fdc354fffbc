package io.tcpbalance.upgrade;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Documents that pass from one generation to another. */
final class Json {

  /**
   * Of what is written here. Members that the version before can do without, and that are missed by
   * nobody who reads one of it, are no new version.
   */
  static final int VERSION = 3;

  /** Readers from this version on understand what is written here. */
  static final int READABLE_FROM = 1;

  /** The same, of what is told by a node of a cluster, which those before could not follow. */
  static final int READABLE_FROM_OF_NODES = 3;

  /**
   * Keeps nothing of itself in the thread that uses it, which may be another generation's: that
   * would keep our class loader.
   */
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          JsonFactory.builder().recyclerPool(JsonRecyclerPools.nonRecyclingPool()).build());

  private Json() {}

  /** An empty document. */
  static ObjectNode document() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("version", VERSION)
        .put("readableFrom", READABLE_FROM);
  }

  static byte[] bytes(ObjectNode document) {
    try {
      return MAPPER.writeValueAsBytes(document);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a document.
   *
   * @throws IOException if it is none, or one that only later versions understand
   */
  static JsonNode read(byte[] bytes) throws IOException {
    JsonNode document = MAPPER.readTree(bytes);
    int readableFrom = document.path("readableFrom").asInt(Integer.MAX_VALUE);
    if (readableFrom > VERSION) {
      throw new IOException(
          "what the running program hands over has version "
              + document.path("version").asText("none")
              + ", this one understands version "
              + VERSION);
    }
    return document;
  }

  /** A member that must be there. */
  static JsonNode required(JsonNode node, String name) throws IOException {
    JsonNode member = node.get(name);
    if (member == null) {
      throw new IOException("'" + name + "' is missing in what the running program hands over");
    }
    return member;
  }

  static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  static void putNumbers(ObjectNode node, String name, Collection<Long> numbers) {
    numbers.forEach(node.putArray(name)::add);
  }

  static void putTexts(ObjectNode node, String name, Collection<String> texts) {
    texts.forEach(node.putArray(name)::add);
  }

  static <T> Set<T> set(JsonNode array, Function<JsonNode, T> element) {
    Set<T> set = new HashSet<>();
    array.forEach(node -> set.add(element.apply(node)));
    return set;
  }
}
