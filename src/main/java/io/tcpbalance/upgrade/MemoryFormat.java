package io.tcpbalance.upgrade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tcpbalance.admin.access.KnownLogin;
import io.tcpbalance.admin.access.KnownMachine;
import io.tcpbalance.admin.access.Visitors;
import io.tcpbalance.admin.http.Remembered;
import io.tcpbalance.admin.live.Notice;
import io.tcpbalance.config.Network;
import io.tcpbalance.metrics.ProxyHistory;
import io.tcpbalance.metrics.ProxyHistory.Sample;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the interfaces remember: a member of what a predecessor tells of itself once it has handed
 * over, and news of its own. It is told to a successor only that asks, and missed by none: no
 * version is needed for it.
 *
 * <p>Samples and machines are arrays, since there are many: what a later version knows more of one
 * comes behind.
 */
final class MemoryFormat {

  /**
   * Of all proxies together, in which bounds the document has a few megabytes. Where there are more
   * than a hundred of them only the last samples of each pass over.
   */
  static final int MOST_SAMPLES = 100 * ProxyHistory.LENGTH;

  private static final String MEMORY = "interfaces";
  private static final String CHANGES = "operatorChanges";
  private static final String NOTICED = "noticed";
  private static final String LOGGED_IN = "loggedIn";
  private static final String LOGGED_OUT = "loggedOut";
  private static final int NUMBERS_OF_SAMPLE = 8;
  private static final int VALUES_OF_MACHINE = 4;

  private MemoryFormat() {}

  static void put(ObjectNode document, Remembered remembered) {
    ObjectNode node = document.putObject(MEMORY);
    ObjectNode histories = node.putObject("histories");
    int most = MOST_SAMPLES / Math.max(1, remembered.histories().size());
    remembered
        .histories()
        .forEach(
            (proxy, samples) -> {
              ArrayNode array = histories.putArray(proxy);
              int first = Math.max(0, samples.size() - most);
              samples.subList(first, samples.size()).forEach(s -> put(array.addArray(), s));
            });
    ArrayNode notices = node.putArray("notices");
    remembered.notices().forEach(notice -> put(notices.addObject(), notice));
    ObjectNode changes = node.putObject(CHANGES);
    remembered.changes().forEach(changes::put);
    put(node, remembered.visitors());
  }

  private static void put(ArrayNode array, Sample sample) {
    array
        .add(sample.at().toEpochMilli())
        .add(sample.jobsPerSecond())
        .add(sample.waiting())
        .add(sample.waitP50Ms())
        .add(sample.waitP99Ms())
        .add(sample.busySlots())
        .add(sample.slots())
        .add(sample.failuresPerSecond());
  }

  private static void put(ObjectNode node, Notice notice) {
    node.put("at", notice.at())
        .put("proxy", notice.proxy())
        .put("backend", notice.backend())
        .put("kind", notice.kind())
        .put("text", notice.text());
  }

  private static void put(ObjectNode node, Visitors visitors) {
    ArrayNode logins = node.putArray("logins");
    visitors.logins().forEach(login -> put(logins.addObject(), login));
    ObjectNode wrong = node.putObject("wrongTokens");
    wrong.put("left", visitors.wrongLeft()).put("asOfNs", visitors.asOfNs());
    ArrayNode machines = wrong.putArray("machines");
    for (KnownMachine machine : visitors.machines()) {
      machines
          .addArray()
          .add(machine.network().toString())
          .add(machine.left())
          .add(machine.asOfNs())
          .add(machine.trusted());
    }
  }

  private static void put(ObjectNode node, KnownLogin login) {
    node.put("key", login.key())
        .put("token", login.token())
        .put("tokenDigest", login.tokenDigest())
        .put("sinceNs", login.sinceNs())
        .put("usedNs", login.usedNs());
  }

  /** Empty if the predecessor tells nothing of the kind. */
  static Optional<Remembered> read(byte[] description) throws IOException {
    JsonNode node = Json.read(description).path(MEMORY);
    if (node.isMissingNode()) {
      return Optional.empty();
    }
    Map<String, List<Sample>> histories = new HashMap<>();
    for (Map.Entry<String, JsonNode> e : node.path("histories").properties()) {
      histories.put(e.getKey(), samples(e.getValue()));
    }
    List<Notice> notices = new ArrayList<>();
    for (JsonNode notice : node.path("notices")) {
      notices.add(notice(notice));
    }
    Map<String, Long> changes = new HashMap<>();
    for (Map.Entry<String, JsonNode> e : node.path(CHANGES).properties()) {
      changes.put(e.getKey(), e.getValue().asLong());
    }
    return Optional.of(new Remembered(histories, notices, changes, visitors(node)));
  }

  private static List<Sample> samples(JsonNode array) throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (JsonNode sample : array) {
      samples.add(sample(sample));
    }
    return samples;
  }

  private static Sample sample(JsonNode array) throws IOException {
    require(array, NUMBERS_OF_SAMPLE);
    return new Sample(
        Instant.ofEpochMilli(array.path(0).asLong()),
        array.path(1).asDouble(),
        array.path(2).asInt(),
        numberOrNull(array.path(3)),
        numberOrNull(array.path(4)),
        array.path(5).asInt(),
        array.path(6).asInt(),
        array.path(7).asDouble());
  }

  private static void require(JsonNode array, int length) throws IOException {
    if (array.size() < length) {
      throw new IOException("something is missing in what the interfaces remember");
    }
  }

  private static @Nullable Double numberOrNull(JsonNode number) {
    return number.isNumber() ? number.asDouble() : null;
  }

  private static Notice notice(JsonNode node) throws IOException {
    return new Notice(
        Json.required(node, "at").asText(),
        node.path("proxy").textValue(),
        node.path("backend").textValue(),
        Json.required(node, "kind").asText(),
        Json.required(node, "text").asText());
  }

  private static Visitors visitors(JsonNode node) throws IOException {
    List<KnownLogin> logins = new ArrayList<>();
    for (JsonNode login : node.path("logins")) {
      logins.add(login(login));
    }
    JsonNode wrong = Json.required(node, "wrongTokens");
    List<KnownMachine> machines = new ArrayList<>();
    for (JsonNode machine : wrong.path("machines")) {
      machines.add(machine(machine));
    }
    return new Visitors(
        logins,
        Json.required(wrong, "left").asDouble(),
        Json.required(wrong, "asOfNs").asLong(),
        machines);
  }

  private static KnownLogin login(JsonNode node) throws IOException {
    return new KnownLogin(
        Json.required(node, "key").asText(),
        Json.required(node, "token").asText(),
        Json.required(node, "tokenDigest").asText(),
        Json.required(node, "sinceNs").asLong(),
        Json.required(node, "usedNs").asLong());
  }

  private static KnownMachine machine(JsonNode array) throws IOException {
    require(array, VALUES_OF_MACHINE);
    return new KnownMachine(
        network(array.path(0).asText()),
        array.path(1).asDouble(),
        array.path(2).asLong(),
        array.path(3).asBoolean());
  }

  private static Network network(String text) throws IOException {
    try {
      return Network.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IOException("the network of a machine " + e.getMessage(), e);
    }
  }

  static byte[] write(Remembered.News news) {
    ObjectNode document = Json.document();
    ObjectNode node = document.putObject(MEMORY);
    if (news instanceof Remembered.Noticed m) {
      put(node.putObject(NOTICED), m.notice());
    } else if (news instanceof Remembered.LoggedIn m) {
      put(node.putObject(LOGGED_IN), m.login());
    } else if (news instanceof Remembered.LoggedOut m) {
      node.put(LOGGED_OUT, m.key());
    } else {
      throw new IllegalArgumentException("no such news: " + news);
    }
    return Json.bytes(document);
  }

  /** Empty if they are of something else. */
  static Optional<Remembered.News> readNews(JsonNode document) throws IOException {
    JsonNode node = document.path(MEMORY);
    if (node.isMissingNode()) {
      return Optional.empty();
    }
    if (node.has(NOTICED)) {
      return Optional.of(new Remembered.Noticed(notice(node.path(NOTICED))));
    }
    if (node.has(LOGGED_IN)) {
      return Optional.of(new Remembered.LoggedIn(login(node.path(LOGGED_IN))));
    }
    return Optional.of(new Remembered.LoggedOut(Json.required(node, LOGGED_OUT).asText()));
  }
}
