package io.tcpbalance.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tcpbalance.config.ClusterSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        List.of("farm"),
        OptionalInt.empty());
  }

  /** What they are cut off from may be a cluster. */
  @ParameterizedTest
  @ValueSource(ints = {1001, 1002})
  void formsNoClusterSinceOthersDoNotAnswer(int port) {
    assertTrue(node(port).getDuration(TIMEOUT).toDays() >= 10);
  }
}
