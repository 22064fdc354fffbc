package io.tcpbalance.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tcpbalance.config.ClusterSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClusterConfigTest {

  private static final String TIMEOUT = "pekko.cluster.seed-node-timeout";

  private static Config node(int port) {
    ClusterSettings settings =
        new ClusterSettings(
            true,
            "127.0.0.1",
            Optional.empty(),
            port,
            0,
            Optional.empty(),
            List.of("127.0.0.1:1001", "127.0.0.1:1002"),
            Optional.empty(),
            true,
            Duration.ofSeconds(7),
            Duration.ofSeconds(10));
    return ClusterConfig.over(
        ConfigFactory.parseString(TIMEOUT + " = 5s").withFallback(ConfigFactory.defaultReference()),
        settings,
        List.of("farm"));
  }

  /** What it is cut off from may be a cluster. */
  @Test
  void firstSeedNodeFormsNoClusterSinceOthersDoNotAnswer() {
    assertTrue(node(1001).getDuration(TIMEOUT).toDays() >= 1000);
  }

  @Test
  void otherSeedNodesAskAgainAsEver() {
    assertEquals(Duration.ofSeconds(5), node(1002).getDuration(TIMEOUT));
  }
}
