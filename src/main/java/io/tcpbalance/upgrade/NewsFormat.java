package io.tcpbalance.upgrade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Balancer.Slot;
import io.tcpbalance.balancer.LeaseId;
import io.tcpbalance.balancer.Outcome;
import io.tcpbalance.metrics.Tallies;
import io.tcpbalance.proxy.Succession;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is told across of one proxy's slots, in both directions. */
final class NewsFormat {

  /** What the successor learns. */
  record News(String proxy, Balancer.LeaseFact fact) {}

  /** What one of the predecessor's sessions is told. */
  record Order(String proxy, long session, Balancer.SessionMessage message) {}

  private static final String LEAVE_CLUSTER = "leaveCluster";

  private NewsFormat() {}

  static byte[] write(News news) {
    ObjectNode node = Json.document().put("proxy", news.proxy());
    Balancer.LeaseFact fact = news.fact();
    if (fact instanceof Balancer.Connected m) {
      put(node.put("fact", "connected"), m.lease());
    } else if (fact instanceof Balancer.Release m) {
      put(node.put("fact", "release"), m.lease());
      put(node, m.slot());
      put(node.putObject("outcome"), m.outcome());
    } else if (fact instanceof Balancer.Blame m) {
      put(node.put("fact", "blame"), m.lease());
      node.put("backend", m.backend()).put("reason", m.reason());
    } else if (fact instanceof Balancer.Withdraw m) {
      put(node.put("fact", "withdraw"), m.lease());
    } else if (fact instanceof Balancer.SessionEnded m) {
      node.put("fact", "ended").put("session", m.session());
    } else {
      throw new IllegalArgumentException("no such fact: " + fact);
    }
    return Json.bytes(node);
  }

  static byte[] write(String proxy, Tallies more) {
    ObjectNode node = Json.document().put("proxy", proxy);
    put(node.putObject("tallies"), more);
    return Json.bytes(node);
  }

  static void put(ObjectNode node, Tallies tallies) {
    tallies.numbers().forEach((name, numbers) -> Json.putNumbers(node, name, numbers));
  }

  static Tallies tallies(JsonNode node) {
    Map<String, List<Long>> numbers = new HashMap<>();
    node.properties()
        .forEach(
            e ->
                numbers.put(
                    e.getKey(), Json.elements(e.getValue()).map(JsonNode::asLong).toList()));
    return new Tallies(numbers);
  }

  /** What a proxy is told by such a document. */
  static Map.Entry<String, Succession> read(JsonNode node) throws IOException {
    String proxy = Json.required(node, "proxy").asText();
    return Map.entry(
        proxy,
        node.has("tallies")
            ? new Succession.Count(tallies(node.path("tallies")))
            : new Succession.Learn(readFact(node).fact()));
  }

  private static News readFact(JsonNode node) throws IOException {
    String fact = Json.required(node, "fact").asText();
    return new News(
        Json.required(node, "proxy").asText(),
        switch (fact) {
          case "connected" -> new Balancer.Connected(lease(node));
          case "release" -> new Balancer.Release(lease(node), slot(node), outcome(node));
          case "blame" ->
              new Balancer.Blame(
                  lease(node), node.path("backend").asText(), node.path("reason").asText());
          case "withdraw" -> new Balancer.Withdraw(lease(node));
          case "ended" -> new Balancer.SessionEnded(Json.required(node, "session").asLong());
          default -> throw new IOException("no such fact: " + fact);
        });
  }

  static byte[] evict(String proxy, LeaseId lease) {
    return Json.bytes(put(Json.document().put("proxy", proxy).put("order", "evict"), lease));
  }

  static byte[] lose(String proxy, LeaseId lease, String reason) {
    ObjectNode node = Json.document().put("proxy", proxy).put("order", "lose");
    return Json.bytes(put(node, lease).put("reason", reason));
  }

  /** The successor stands for all that the predecessor's sessions have in their cluster. */
  static byte[] leaveCluster() {
    return Json.bytes(Json.document().put("order", LEAVE_CLUSTER));
  }

  static boolean isLeaveCluster(JsonNode node) {
    return node.path("order").asText().equals(LEAVE_CLUSTER);
  }

  static Order readOrder(JsonNode node) throws IOException {
    String order = Json.required(node, "order").asText();
    LeaseId lease = lease(node);
    return new Order(
        Json.required(node, "proxy").asText(),
        lease.session(),
        switch (order) {
          case "evict" -> new Balancer.Evicted(lease);
          case "lose" -> new Balancer.BackendLost(lease, node.path("reason").asText());
          default -> throw new IOException("no such order: " + order);
        });
  }

  static ObjectNode put(ObjectNode node, LeaseId lease) {
    return node.put("session", lease.session()).put("wish", lease.attempt());
  }

  static LeaseId lease(JsonNode node) throws IOException {
    return new LeaseId(
        Json.required(node, "session").asLong(), Json.required(node, "wish").asInt());
  }

  static ObjectNode put(ObjectNode node, Slot slot) {
    return node.put("backend", slot.backend()).put("host", slot.host()).put("port", slot.port());
  }

  static Slot slot(JsonNode node) throws IOException {
    return new Slot(
        Json.required(node, "backend").asText(),
        Json.required(node, "host").asText(),
        Json.required(node, "port").asInt());
  }

  private static void put(ObjectNode node, Outcome outcome) {
    if (outcome instanceof Outcome.Used used) {
      node.put("activeNanos", used.activeNanos())
          .put("bytesIn", used.bytesIn())
          .put("bytesOut", used.bytesOut());
    }
    if (outcome instanceof Outcome.Finished m) {
      node.put("is", "finished").put("failsHost", m.failsHost());
      m.error().ifPresent(error -> node.put("error", error));
    } else if (outcome instanceof Outcome.Aborted) {
      node.put("is", "aborted");
    } else if (outcome instanceof Outcome.ConnectFailed m) {
      node.put("is", "connectFailed").put("error", m.reason()).put("losesJobs", m.losesJobs());
    } else {
      node.put("is", "unused");
    }
  }

  private static Outcome outcome(JsonNode release) throws IOException {
    JsonNode node = Json.required(release, "outcome");
    long activeNanos = node.path("activeNanos").asLong();
    long bytesIn = node.path("bytesIn").asLong();
    long bytesOut = node.path("bytesOut").asLong();
    Optional<String> error = Optional.ofNullable(node.get("error")).map(JsonNode::asText);
    return switch (Json.required(node, "is").asText()) {
      case "finished" ->
          new Outcome.Finished(
              activeNanos,
              bytesIn,
              bytesOut,
              error,
              error.isPresent() && node.path("failsHost").asBoolean());
      case "aborted" -> new Outcome.Aborted(activeNanos, bytesIn, bytesOut);
      case "connectFailed" ->
          new Outcome.ConnectFailed(
              error.orElse("connect failed"), node.path("losesJobs").asBoolean());
      default -> new Outcome.Unused();
    };
  }
}
