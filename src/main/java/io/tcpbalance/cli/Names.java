package io.tcpbalance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Names that a person could have meant. */
final class Names {

  private static final int MOST_LISTED = 20;

  private Names() {}

  static List<String> of(Iterable<JsonNode> named) {
    List<String> names = new ArrayList<>();
    named.forEach(node -> names.add(node.path("name").asText()));
    return names;
  }

  /** Not more of them than one reads. */
  static String listed(List<String> names) {
    if (names.isEmpty()) {
      return "none";
    }
    String some = String.join(", ", names.subList(0, Math.min(MOST_LISTED, names.size())));
    int more = names.size() - MOST_LISTED;
    return more > 0 ? some + " and " + more + " more" : some;
  }
}
