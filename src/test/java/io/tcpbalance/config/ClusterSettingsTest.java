package io.tcpbalance.config;

import static io.tcpbalance.config.SettingsTexts.problem;
import static io.tcpbalance.config.SettingsTexts.problems;
import static io.tcpbalance.config.SettingsTexts.settings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ClusterSettingsTest {

  @Test
  void isOffByDefault() throws Exception {
    assertEquals(
        new ClusterSettings(
            false,
            "127.0.0.1",
            25_520,
            List.of(),
            true,
            Duration.ofSeconds(7),
            Duration.ofSeconds(10)),
        settings("").cluster());
    assertFalse(settings(SettingsTexts.proxyText("")).proxies().get(0).shared());
  }

  @Test
  void takesExplicitValues() throws Exception {
    String text =
        "tcpbalance { cluster { enabled = on, host = localhost, port = 0, vote = off,"
            + " seed-nodes = [\"a.example:25520\", \"[::1]:1\"], stable-after = 3s,"
            + " fence-after = 4s }\n"
            + "proxies.p { listen.port = 2525, backends = [], shared = on } }";

    assertEquals(
        new ClusterSettings(
            true,
            "localhost",
            0,
            List.of("a.example:25520", "[::1]:1"),
            false,
            Duration.ofSeconds(3),
            Duration.ofSeconds(4)),
        settings(text).cluster());
    assertTrue(settings(text).proxies().get(0).shared());
  }

  @Test
  void rejectsSharingWithNobody() {
    Problem problem = problems(SettingsTexts.proxyText("shared = on")).get(0);

    assertEquals("tcpbalance.proxies.p.shared", problem.path());
    assertTrue(problem.hint().orElseThrow().contains("tcpbalance.cluster.enabled"));
  }

  @Test
  void rejectsAddressOutsideWithoutTls() {
    assertTrue(
        problem("tcpbalance.cluster { enabled = on, host = 10.0.0.1 }").endsWith("needs TLS"));
  }

  @Test
  void rejectsTheAddressOfAnother() {
    assertEquals(
        "is the address that tcpbalance.admin has",
        problem("tcpbalance.cluster { enabled = on, port = 8080 }"));
  }

  @ParameterizedTest
  @CsvSource({
    "a.example, must be HOST:PORT of a node",
    "a.example:0, must be HOST:PORT of a node",
    "a.example:65536, must be HOST:PORT of a node",
    "a b:1, must be HOST:PORT of a node"
  })
  void rejectsWhatIsNoNode(String node, String complaint) {
    String text = "tcpbalance.cluster.seed-nodes = [\"" + node + "\"]";

    assertTrue(problem(text).startsWith(complaint), problem(text));
  }

  @Test
  void rejectsTimesOutOfRange() {
    assertEquals(2, problems("tcpbalance.cluster { stable-after = 0s, fence-after = 1h }").size());
  }
}
