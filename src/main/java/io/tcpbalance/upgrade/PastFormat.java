package io.tcpbalance.upgrade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.LeaseId;
import io.tcpbalance.proxy.Past;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** What is known of a client that is given away, beside its bytes. */
final class PastFormat {

  /** One client. */
  record Client(String proxy, Past past, boolean inputEnded, int heardBytes) {}

  private PastFormat() {}

  static byte[] write(Client client) {
    Past past = client.past();
    ObjectNode node =
        Json.document()
            .put("proxy", client.proxy())
            .put("inputEnded", client.inputEnded())
            .put("heardBytes", client.heardBytes())
            .put("session", past.session())
            .put("wishes", past.wishes())
            .put("ticket", past.ticket())
            .put("arrivedAtNanos", past.arrivedAtNanos())
            .put("acceptedAt", past.acceptedAt().toString())
            .put("acceptedAtNanos", past.acceptedAtNanos())
            .put("deaths", past.deaths());
    Json.putTexts(node, "avoid", past.avoid());
    Json.putTexts(node, "died", past.died());
    for (Balancer.Blame suspicion : past.suspicions()) {
      node.withArray("suspicions")
          .addObject()
          .put("wish", suspicion.lease().attempt())
          .put("backend", suspicion.backend())
          .put("reason", suspicion.reason());
    }
    return Json.bytes(node);
  }

  static Client read(byte[] bytes) throws IOException {
    JsonNode node = Json.read(bytes);
    long session = Json.required(node, "session").asLong();
    Past past =
        new Past(
            session,
            Json.required(node, "wishes").asInt(),
            Json.required(node, "ticket").asLong(),
            Json.required(node, "arrivedAtNanos").asLong(),
            Instant.parse(Json.required(node, "acceptedAt").asText()),
            Json.required(node, "acceptedAtNanos").asLong(),
            Json.set(node.path("avoid"), JsonNode::asText),
            Json.set(node.path("died"), JsonNode::asText),
            node.path("deaths").asInt(),
            suspicions(session, node.path("suspicions")));
    return new Client(
        Json.required(node, "proxy").asText(),
        past,
        node.path("inputEnded").asBoolean(),
        node.path("heardBytes").asInt());
  }

  private static List<Balancer.Blame> suspicions(long session, JsonNode array) {
    return Json.elements(array)
        .map(
            node ->
                new Balancer.Blame(
                    new LeaseId(session, node.path("wish").asInt()),
                    node.path("backend").asText(),
                    node.path("reason").asText()))
        .toList();
  }
}
