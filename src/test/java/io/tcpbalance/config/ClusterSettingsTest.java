package io.tcpbalance.config;

import static io.tcpbalance.config.SettingsTexts.loaded;
import static io.tcpbalance.config.SettingsTexts.problem;
import static io.tcpbalance.config.SettingsTexts.problems;
import static io.tcpbalance.config.SettingsTexts.settings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.config.ClusterSettings.SeedDns;
import io.tcpbalance.secrets.TlsFiles;
import io.tcpbalance.testing.TestAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ClusterSettingsTest {

  @Test
  void isOffByDefault() throws Exception {
    assertEquals(
        new ClusterSettings(
            false,
            "127.0.0.1",
            Optional.empty(),
            25_520,
            0,
            Optional.empty(),
            List.of(),
            Optional.empty(),
            true,
            Duration.ofSeconds(7),
            Duration.ofSeconds(10)),
        settings("").cluster());
    assertFalse(settings(SettingsTexts.proxyText("")).proxies().get(0).shared());
  }

  @Test
  void takesExplicitValues() throws Exception {
    String text =
        "tcpbalance { cluster { enabled = on, host = localhost, bind-host = 127.0.0.2, port = 2500, upgrade-port = 2501, vote = off,"
            + " seed-nodes = [\"a.example:25520\", \"[::1]:1\"], stable-after = 3s,"
            + " fence-after = 4s }\n"
            + "proxies.p { listen.port = 2525, backends = [], shared = on } }";

    assertEquals(
        new ClusterSettings(
            true,
            "localhost",
            Optional.of("127.0.0.2"),
            2500,
            2501,
            Optional.empty(),
            List.of("a.example:25520", "[0:0:0:0:0:0:0:1]:1"),
            Optional.empty(),
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

  @ParameterizedTest
  @ValueSource(strings = {"host = 10.0.0.1", "host = a.example", "bind-host = 0.0.0.0"})
  void rejectsAddressOutsideWithoutTls(String address) {
    Problem problem = problems("tcpbalance.cluster { enabled = on, " + address + " }").get(0);

    assertTrue(problem.message().endsWith("needs TLS"), problem.message());
    assertTrue(problem.hint().orElseThrow().contains("ops/cluster-certs"));
  }

  @ParameterizedTest
  @CsvSource({
    "token = secret-enough-for-all, enabled = on, 1",
    "token = secret-enough-for-all, enabled = off, 0",
    "port = 0, enabled = on, 0"
  })
  void warnsThatTokensProtectFromNobodyOnThisMachine(String admin, String cluster, int count)
      throws Exception {
    String text = "tcpbalance { admin { " + admin + " }, cluster { " + cluster + " } }";

    List<String> warnings = loaded(text).warnings();

    assertEquals(
        count, warnings.stream().filter(w -> w.contains("tcpbalance.cluster.tls")).count());
  }

  @Test
  void doesNotWarnOfTokensWithTls(@TempDir Path directory) throws Exception {
    TlsFiles files = new TestAuthority(directory).node("127.0.0.1");
    String text =
        "tcpbalance { admin.token = secret-enough-for-all, cluster { enabled = on, tls { certificate = \"%s\", key = \"%s\", ca = \"%s\" } } }"
            .formatted(files.certificate(), files.key(), files.ca().orElseThrow());

    List<String> warnings = loaded(text).warnings();

    assertFalse(warnings.stream().anyMatch(w -> w.contains("cluster")), warnings.toString());
  }

  @Test
  void takesAnAddressOutsideWithTls(@TempDir Path directory) throws Exception {
    TlsFiles files = new TestAuthority(directory.resolve("certs")).node("10.0.0.1");
    Path file = directory.resolve("tcpbalance.conf");
    Files.writeString(
        file,
        """
        tcpbalance.cluster {
          enabled = on, host = 10.0.0.1, bind-host = 0.0.0.0
          tls { certificate = certs/10.0.0.1.pem, key = certs/10.0.0.1.key, ca = certs/ca.pem }
        }
        """);

    ClusterSettings cluster = SettingsLoader.load(file).settings().cluster();

    assertEquals(Optional.of(files), cluster.tls());
    assertEquals(Optional.of("0.0.0.0"), cluster.bindHost());
  }

  @Test
  void tellsAllThatIsWrongWithTlsFiles() {
    List<Problem> problems =
        problems(
            "tcpbalance.cluster { enabled = on, host = 10.0.0.1,"
                + " tls { certificate = /a, key = /b, ca = /c, kye = 1 } }");

    assertEquals(
        List.of(
            "tcpbalance.cluster.tls.kye: unknown key",
            "tcpbalance.cluster.tls.certificate: /a does not exist",
            "tcpbalance.cluster.tls.key: /b does not exist",
            "tcpbalance.cluster.tls.ca: /c does not exist"),
        problems.stream().map(p -> p.path() + ": " + p.message()).toList());
  }

  @Test
  void needsAnAuthorityToo() {
    Problem problem = problems("tcpbalance.cluster.tls { certificate = /a, key = /b }").get(0);

    assertEquals("tcpbalance.cluster.tls.ca", problem.path());
    assertEquals("is missing", problem.message());
  }

  @Test
  void rejectsACertificateForAnotherHost(@TempDir Path directory) throws Exception {
    TlsFiles files = new TestAuthority(directory).node("10.0.0.1");

    Problem problem =
        problems(
                "tcpbalance.cluster { enabled = on, host = 10.0.0.2, tls { certificate = \"%s\", key = \"%s\", ca = \"%s\" } }"
                    .formatted(files.certificate(), files.key(), files.ca().orElseThrow()))
            .get(0);

    assertEquals("tcpbalance.cluster.tls.certificate", problem.path());
    assertTrue(problem.message().contains("would be refused by other nodes"), problem.message());
  }

  @Test
  void cannotBeReachedAnywhere() {
    Problem problem = problems("tcpbalance.cluster { enabled = on, host = \"::\" }").get(0);

    assertEquals("listen on every address with bind-host = 0:0:0:0:0:0:0:0", problem.hint().get());
  }

  @Test
  void takesANameOfSeeds() throws Exception {
    ClusterSettings cluster =
        settings("tcpbalance.cluster { enabled = on, seed-dns = \"nodes.example:25520\" }")
            .cluster();

    assertEquals(Optional.of(new SeedDns("nodes.example", 25_520)), cluster.seedDns());
  }

  @Test
  void joinsByOneWayOnly() {
    assertEquals(
        "is set beside seed-nodes",
        problem(
            "tcpbalance.cluster { enabled = on, seed-dns = \"n.example:1\", seed-nodes = [\"a:1\"] }"));
  }

  @Test
  void findsItselfAmongSeedsByItsAddress() {
    assertTrue(
        problem("tcpbalance.cluster { enabled = on, host = localhost, seed-dns = \"n.example:1\" }")
            .startsWith("must be an address, one of those that seed-dns has"));
  }

  @Test
  void rejectsTheAddressOfAnother() {
    assertEquals(
        "is the address that tcpbalance.admin has",
        problem("tcpbalance.cluster { enabled = on, port = 8080 }"));
  }

  @ParameterizedTest
  @CsvSource({
    "port = 2000, 2000, is the address that tcpbalance.cluster has",
    "port = 2000, 8080, is the address that tcpbalance.admin has",
    "port = 0, 2001, 'is set, but port is 0: new code has any port, too'"
  })
  void rejectsAPortThatNewCodeCouldNotHave(String port, int upgradePort, String complaint) {
    Problem problem =
        problems(
                "tcpbalance.cluster { enabled = on, %s, upgrade-port = %d }"
                    .formatted(port, upgradePort))
            .get(0);

    assertEquals("tcpbalance.cluster.upgrade-port", problem.path());
    assertEquals(complaint, problem.message());
  }

  @ParameterizedTest
  @CsvSource({
    "2000, 2001, 2000, 2001",
    "2000, 2001, 2001, 2000",
    "2000, 2001, 9, 2000",
    "2000, 0, 2000, ",
    "2000, 0, 9, 2000",
    "0, 0, 2000, 0"
  })
  void newCodeTakesAPortThatTheCodeBeforeItHasNot(
      int port, int upgradePort, int predecessor, Integer expected) throws Exception {
    ClusterSettings cluster =
        settings(
                "tcpbalance.cluster { enabled = on, port = %d, upgrade-port = %d }"
                    .formatted(port, upgradePort))
            .cluster();

    OptionalInt next = cluster.portBeside(predecessor);

    assertEquals(expected == null ? OptionalInt.empty() : OptionalInt.of(expected), next);
  }

  @Test
  void hasTheSameSettingsAtAnotherPort() throws Exception {
    String block = "enabled = on, vote = off, seed-nodes = [\"a.example:1\"], upgrade-port = 2002";
    String text = "tcpbalance.cluster { %s, port = %d }";

    ClusterSettings moved = settings(text.formatted(block, 2000)).cluster().at(2001);

    assertEquals(settings(text.formatted(block, 2001)).cluster(), moved);
  }

  @ParameterizedTest
  @CsvSource({
    "a.example, must be HOST:PORT",
    "a.example:0, must be HOST:PORT",
    "a.example:65536, must be HOST:PORT",
    "a b:1, must be HOST:PORT"
  })
  void rejectsWhatIsNoNode(String node, String complaint) {
    String list = "tcpbalance.cluster.seed-nodes = [\"" + node + "\"]";
    String name = "tcpbalance.cluster.seed-dns = \"" + node + "\"";

    assertTrue(problem(list).startsWith(complaint), problem(list));
    assertTrue(problem(name).startsWith(complaint), problem(name));
  }

  @Test
  void rejectsTimesOutOfRange() {
    assertEquals(2, problems("tcpbalance.cluster { stable-after = 0s, fence-after = 1h }").size());
  }
}
