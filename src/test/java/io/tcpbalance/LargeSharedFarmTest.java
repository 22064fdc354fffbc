package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.tcpbalance.SharedFarm.Node;
import io.tcpbalance.testing.Peer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A shared pool of which much is larger than what nodes can send each other in one message. */
@Timeout(240)
class LargeSharedFarmTest {

  private static final int IDLE = 10_000;

  @TempDir private Path directory;

  @Test
  void tenThousandHostsAreShownAndChangedOnAnyNode() throws Exception {
    SharedFarm farm = SharedFarm.start(directory, IDLE);
    try {
      Node home = farm.nodes.get(0);
      Node other = farm.nodes.get(1);
      try (Peer client = Peer.connect(home.address)) {
        other.awaitFarm(f -> f.get("elsewhere").size() > 0);
        client.send("j");
        client.expect("j");
      }
      assertEquals(IDLE + 2, other.send("GET", "farm", "").get("backends").size());

      other.send("PATCH", "farm/backends/idle10000.rack.example", "{\"state\": \"drain\"}");
      assertEquals("draining", status(home, "idle10000.rack.example"));

      JsonNode report = other.reloadWith("(name = idle9999.*max-connections = )1", "$17");
      assertEquals(1, report.get("changed").size(), report::toString);
      JsonNode changed = home.send("GET", "farm/backends/idle9999.rack.example", "");
      assertEquals(7, changed.get("maxConnections").intValue());
      assertEquals("draining", status(home, "idle10000.rack.example"));
    } finally {
      farm.close();
    }
  }

  private static String status(Node node, String host) throws Exception {
    return node.send("GET", "farm/backends/" + host, "").get("status").asText();
  }
}
