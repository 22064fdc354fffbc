package io.tcpbalance.upgrade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tcpbalance.admin.http.Remembered;
import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.Balancer.HeldSlot;
import io.tcpbalance.balancer.Learning;
import io.tcpbalance.balancer.Roster;
import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.SlotLimit;
import io.tcpbalance.proxy.Bequest;
import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What a generation tells of itself, before the hand-over and in it. */
final class SnapshotFormat {

  private SnapshotFormat() {}

  static byte[] write(Handover served) {
    return Json.bytes(document(served));
  }

  /** The same, of one that has handed over: with what its interfaces remember. */
  static byte[] write(Handover served, Remembered remembered) {
    ObjectNode document = document(served);
    MemoryFormat.put(document, remembered);
    return Json.bytes(document);
  }

  private static ObjectNode document(Handover served) {
    ObjectNode node =
        Json.document()
            .put("stateDir", served.stateDir())
            .put("admin", served.admin())
            .put("console", served.console())
            .put("adminPort", served.adminPort())
            .put("consolePort", served.consolePort())
            .put("cluster", served.cluster())
            .put("clusterPort", served.clusterPort());
    if (served.isNode()) {
      node.put("readableFrom", Json.READABLE_FROM_OF_NODES);
    }
    served.proxies().forEach(node.putObject("proxies")::put);
    return node;
  }

  static Handover readServed(byte[] bytes) throws IOException {
    JsonNode node = Json.read(bytes);
    Map<String, String> proxies = new HashMap<>();
    Json.required(node, "proxies")
        .properties()
        .forEach(e -> proxies.put(e.getKey(), e.getValue().asText()));
    return new Handover(
        Json.required(node, "stateDir").asText(),
        Json.required(node, "admin").asText(),
        Json.required(node, "console").asText(),
        proxies,
        Json.required(node, "adminPort").asInt(),
        Json.required(node, "consolePort").asInt(),
        node.path("cluster").asText(),
        node.path("clusterPort").asInt());
  }

  /** The name under which a proxy's door is handed over. */
  static String door(String proxy) {
    return "proxy " + proxy;
  }

  static byte[] write(Map<String, Bequest> bequests) {
    ObjectNode document = Json.document();
    ObjectNode proxies = document.putObject("pools");
    bequests.forEach((name, bequest) -> put(proxies.putObject(name), bequest));
    return Json.bytes(document);
  }

  private static void put(ObjectNode node, Bequest bequest) {
    node.put("lastSession", bequest.lastSession());
    Json.putNumbers(node, "waiting", bequest.waiting());
    ObjectNode tickets = node.putObject("farmTickets");
    bequest.farmTickets().forEach((session, ticket) -> tickets.put(session.toString(), ticket));
    NewsFormat.put(node.putObject("tallies"), bequest.tallies());
    node.put("startedAt", bequest.roster().startedAt().toString());
    for (BackendStatus backend : bequest.roster().backends()) {
      put(node.withArray("backends").addObject(), backend);
    }
    for (BackendSettings backend : bequest.configured()) {
      put(node.withArray("configured").addObject(), backend);
    }
    for (HeldSlot held : bequest.leases()) {
      ObjectNode lease = node.withArray("leases").addObject().put("active", held.active());
      NewsFormat.put(NewsFormat.put(lease, held.lease()), held.slot());
    }
  }

  private static ObjectNode put(ObjectNode node, BackendSettings backend) {
    node.put("name", backend.name())
        .put("host", backend.host())
        .put("port", backend.port())
        .put("statsPort", backend.statsPort())
        .put("state", backend.state().name());
    // Absent where its host says how many it takes.
    backend.maxConnections().fixed().ifPresent(max -> node.put("maxConnections", max));
    Json.putTexts(node, "compilers", backend.compilers());
    return node;
  }

  private static void put(ObjectNode node, BackendStatus backend) {
    put(node, backend.settings())
        .put("healthy", backend.healthy())
        .put("removing", backend.removing())
        .put("onTrial", backend.onTrial())
        .put("most", backend.maxConnections())
        .put("slots", backend.slots())
        .put("activeCount", backend.activeCount())
        .put("activeTimeMs", backend.activeTimeMs())
        .put("bytesIn", backend.bytesIn())
        .put("bytesOut", backend.bytesOut());
    backend.learning().slots().ifPresent(slots -> node.put("learned", slots));
    backend.lastError().ifPresent(error -> node.put("lastError", error));
    backend.lastErrorTime().ifPresent(time -> node.put("lastErrorTime", time.toString()));
  }

  /**
   * Reads what the proxies leave.
   *
   * @param channels among which are the proxies' doors
   */
  static Map<String, Bequest> read(byte[] bytes, Map<String, Channel> channels) throws IOException {
    Map<String, Bequest> bequests = new HashMap<>();
    for (Map.Entry<String, JsonNode> e : Json.required(Json.read(bytes), "pools").properties()) {
      if (!(channels.get(door(e.getKey())) instanceof ServerSocketChannel channel)) {
        throw new IOException("the listening socket of proxy " + e.getKey() + " is missing");
      }
      bequests.put(e.getKey(), bequest(e.getValue(), channel));
    }
    return bequests;
  }

  private static Bequest bequest(JsonNode node, ServerSocketChannel door) throws IOException {
    List<BackendStatus> backends = new ArrayList<>();
    for (JsonNode backend : node.path("backends")) {
      backends.add(status(backend));
    }
    List<BackendSettings> configured = new ArrayList<>();
    for (JsonNode backend : node.path("configured")) {
      configured.add(settings(backend));
    }
    List<HeldSlot> leases = new ArrayList<>();
    for (JsonNode lease : node.path("leases")) {
      leases.add(
          new HeldSlot(
              NewsFormat.lease(lease),
              NewsFormat.slot(lease),
              Json.required(lease, "active").asBoolean()));
    }
    Instant startedAt = Instant.parse(Json.required(node, "startedAt").asText());
    return new Bequest(
        door,
        new Roster(startedAt, backends),
        configured,
        leases,
        Json.set(node.path("waiting"), JsonNode::asLong),
        farmTickets(node.path("farmTickets")),
        Json.required(node, "lastSession").asLong(),
        NewsFormat.tallies(node.path("tallies")));
  }

  private static Map<Long, Long> farmTickets(JsonNode node) throws IOException {
    Map<Long, Long> tickets = new HashMap<>();
    try {
      node.properties().forEach(e -> tickets.put(Long.valueOf(e.getKey()), e.getValue().asLong()));
    } catch (NumberFormatException e) {
      throw new IOException("a place in the queue is not that of a session", e);
    }
    return tickets;
  }

  private static BackendSettings settings(JsonNode node) throws IOException {
    return new BackendSettings(
        Json.required(node, "name").asText(),
        Json.required(node, "host").asText(),
        Json.required(node, "port").asInt(),
        node.has("maxConnections")
            ? SlotLimit.of(node.path("maxConnections").asInt())
            : SlotLimit.AUTO,
        Json.required(node, "statsPort").asInt(),
        OperatorState.valueOf(Json.required(node, "state").asText()),
        Json.elements(node.path("compilers")).map(JsonNode::asText).toList());
  }

  private static BackendStatus status(JsonNode node) throws IOException {
    BackendSettings settings = settings(node);
    return new BackendStatus(
        settings.name(),
        settings.host(),
        settings.port(),
        settings.state(),
        Json.required(node, "healthy").asBoolean(),
        Json.required(node, "removing").asBoolean(),
        Json.required(node, "onTrial").asBoolean(),
        Json.required(node, "most").asInt(),
        new Learning(
            settings.maxConnections().isAuto(),
            settings.statsPort(),
            node.has("learned")
                ? OptionalInt.of(node.path("learned").asInt())
                : OptionalInt.empty()),
        Json.required(node, "slots").asInt(),
        settings.compilers(),
        0,
        0,
        Optional.ofNullable(node.get("lastError")).map(JsonNode::asText),
        Optional.ofNullable(node.get("lastErrorTime")).map(t -> Instant.parse(t.asText())),
        Json.required(node, "activeCount").asLong(),
        Json.required(node, "activeTimeMs").asLong(),
        Json.required(node, "bytesIn").asLong(),
        Json.required(node, "bytesOut").asLong());
  }
}
