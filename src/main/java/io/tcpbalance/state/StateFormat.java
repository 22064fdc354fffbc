package io.tcpbalance.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.SlotLimit;
import io.tcpbalance.state.PoolChanges.Changed;
import io.tcpbalance.state.PoolChanges.Order;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The recorded state as JSON, version {@value #VERSION}: indented, for people look into it. Read
 * strictly: what is not understood might be an operator's word.
 */
final class StateFormat {

  static final int VERSION = 1;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private StateFormat() {}

  static byte[] write(RecordedState state, Instant now) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("version", VERSION);
    root.put("writtenAt", now.toString());
    ObjectNode proxies = root.putObject("proxies");
    state.proxies().forEach((name, changes) -> write(changes, proxies.putObject(name)));
    try {
      String text = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root);
      return (text + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("a tree that is no JSON", e);
    }
  }

  private static void write(PoolChanges changes, ObjectNode node) {
    ArrayNode added = node.putArray("added");
    changes.added().forEach(b -> write(b, added.addObject()));
    ArrayNode removed = node.putArray("removed");
    changes.removed().forEach(b -> write(b, removed.addObject()));
    ArrayNode changed = node.putArray("changed");
    for (Changed change : changes.changed()) {
      ObjectNode both = changed.addObject();
      write(change.configured(), both.putObject("configured"));
      write(change.now(), both.putObject("now"));
    }
    changes.order().ifPresent(order -> write(order, node.putObject("order")));
  }

  private static void write(BackendSettings backend, ObjectNode node) {
    node.put("name", backend.name());
    node.put("host", backend.host());
    node.put("port", backend.port());
    SlotLimit limit = backend.maxConnections();
    limit
        .fixed()
        .ifPresentOrElse(
            max -> node.put("maxConnections", max),
            () -> node.put("maxConnections", SlotLimit.AUTO_WORD));
    node.put("statsPort", backend.statsPort());
    node.put("state", PoolChanges.word(backend.state()));
    backend.compilers().forEach(node.putArray("compilers")::add);
  }

  private static void write(Order order, ObjectNode node) {
    order.configured().forEach(node.putArray("configured")::add);
    order.now().forEach(node.putArray("now")::add);
  }

  static RecordedState read(byte[] bytes) throws UnreadableStateException {
    JsonNode root;
    try {
      root = MAPPER.readTree(bytes);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      throw new UnreadableStateException(
          "it is no JSON: " + e.getOriginalMessage() + " (line " + line + ")");
    } catch (IOException e) {
      throw new UnreadableStateException("it is not in UTF-8");
    }
    if (root.isMissingNode()) {
      throw new UnreadableStateException("it is empty");
    }
    StateNode top = new StateNode(root, "");
    int version = top.integer("version", 1, Integer.MAX_VALUE);
    if (version > VERSION) {
      throw new UnreadableStateException(
          "it has version "
              + version
              + ", written by a newer TCPBalance; this one knows no later version than "
              + VERSION);
    }
    top.text("writtenAt", text -> true, "a text"); // For people only.
    Map<String, PoolChanges> proxies = new TreeMap<>();
    for (Map.Entry<String, StateNode> proxy : top.object("proxies").members().entrySet()) {
      proxies.put(proxy.getKey(), changes(proxy.getValue()));
    }
    top.finish();
    return new RecordedState(proxies);
  }

  private static PoolChanges changes(StateNode node) throws UnreadableStateException {
    List<BackendSettings> added = node.list("added", StateFormat::backend);
    List<BackendSettings> removed = node.list("removed", StateFormat::backend);
    List<Changed> changed = node.list("changed", StateFormat::changed);
    Optional<Order> order =
        node.has("order") ? Optional.of(order(node.object("order"))) : Optional.empty();
    node.finish();
    return new PoolChanges(added, removed, changed, order);
  }

  private static Changed changed(StateNode node) throws UnreadableStateException {
    BackendSettings configured = backend(node.object("configured"));
    BackendSettings now = backend(node.object("now"));
    node.finish();
    if (!configured.name().equals(now.name())) {
      throw node.wrong("must be the same back-end twice");
    }
    return new Changed(configured, now);
  }

  private static BackendSettings backend(StateNode node) throws UnreadableStateException {
    BackendSettings backend =
        new BackendSettings(
            node.text("name", BackendSettings::isName, "the name of a back-end"),
            node.text("host", BackendSettings::isHost, "an address or the name of a host"),
            node.integer("port", 1, BackendSettings.MAX_PORT),
            node.slotLimit("maxConnections"),
            statsPort(node),
            node.state("state"),
            node.list("compilers", StateNode::compiler));
    node.finish();
    return backend;
  }

  /** Records are older than this field. */
  private static int statsPort(StateNode node) throws UnreadableStateException {
    return node.has("statsPort")
        ? node.integer("statsPort", 1, BackendSettings.MAX_PORT)
        : BackendSettings.DEFAULT_STATS_PORT;
  }

  private static Order order(StateNode node) throws UnreadableStateException {
    Order order =
        new Order(node.list("configured", StateNode::name), node.list("now", StateNode::name));
    node.finish();
    return order;
  }
}
