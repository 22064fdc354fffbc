package io.tcpbalance.config;

import static io.tcpbalance.config.SettingsTexts.backends;
import static io.tcpbalance.config.SettingsTexts.loaded;
import static io.tcpbalance.config.SettingsTexts.problems;
import static io.tcpbalance.config.SettingsTexts.proxy;
import static io.tcpbalance.config.SettingsTexts.proxyProblem;
import static io.tcpbalance.config.SettingsTexts.proxyText;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class HostListTest {

  @ParameterizedTest
  @CsvSource({
    "bld6, bld6, 2525, 4",
    "bld6/9, bld6, 2525, 9",
    "bld6:77, bld6, 77, 4",
    "bld6:77/2, bld6, 77, 2",
    "bld6/2:77, bld6, 77, 2",
    "10.0.0.1/2, 10.0.0.1, 2525, 2",
    "[fd00::1], fd00::1, 2525, 4",
    "[fd00::1]:77/2, fd00::1, 77, 2",
    "localhost, localhost, 2525, 4",
  })
  void readsHost(String word, String host, int port, int limit) throws Exception {
    assertEquals(
        List.of(new BackendSettings(host, host, port, limit, OperatorState.UP, List.of())),
        backends("\"" + word + "\""));
  }

  @Test
  void ofDistccHasItsPort() throws Exception {
    ProxySettings proxy = proxy("protocol = distcc, backends = bld6/4");

    assertEquals(3632, proxy.backends().get(0).port());
  }

  @Test
  void mayLearnTheLimitOfAHost() throws Exception {
    ProxySettings proxy = proxy("protocol = distcc, backends = \"a/auto,lzo b:77/auto c/2\"");

    assertEquals(
        List.of("auto", "auto", "2"),
        proxy.backends().stream().map(b -> b.maxConnections().toString()).toList());
    assertEquals(3633, proxy.backends().get(0).statsPort());
  }

  @Test
  void readsSeveralLinesWithComments() throws Exception {
    List<BackendSettings> backends =
        backends("\"\"\"\n# the fast ones\nbld6/4 # new\n\n\tbld4/1  bld5/2\n\"\"\"");

    assertEquals(
        List.of("bld6", "bld4", "bld5"), backends.stream().map(BackendSettings::name).toList());
  }

  @Test
  void warnsOfOptions() throws Exception {
    LoadedSettings loaded = loaded(proxyText("backends = \"a/4,lzo,cpp b\""));

    assertEquals(2, loaded.settings().proxies().get(0).backends().size());
    assertEquals(
        List.of(
            "test.conf:3: tcpbalance.proxies.p.backends[0]: \"a/4,lzo,cpp\" has options, which are"
                + " the clients' business: ignored"),
        loaded.warnings());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--randomize | is not for a proxy: the order of the list is the order of preference",
        "--localslots=2 | is not for a proxy: leave it to the DISTCC_HOSTS of the clients",
        "+zeroconf | is not supported: name the hosts",
        "@bld6/2 | is not supported: hosts are reached over TCP, not ssh",
        "me@bld6 | is not supported: hosts are reached over TCP, not ssh",
        "bld6/0 | must have a limit between 1 and 100000, but has 0",
        "bld6/x | must be HOST[:PORT][/LIMIT][,OPTIONS]",
        "bld6:0 | must have a port between 1 and 65535, but has 0",
        "bld6:1:2 | must be HOST[:PORT][/LIMIT][,OPTIONS]",
        "bld6:1/2:3 | must be HOST[:PORT][/LIMIT][,OPTIONS]",
        "fd00::1 | must be HOST[:PORT][/LIMIT][,OPTIONS]",
        "/4 | must be HOST[:PORT][/LIMIT][,OPTIONS]",
      })
  void rejects(String word, String message) {
    String told = proxyProblem("backends = \"ok " + word + "\"");

    assertTrue(told.startsWith("\"" + word + "\" " + message), told);
  }

  @Test
  void rejectsHostThatIsNoName() {
    assertEquals(
        "has a host that is no address or name: \"10.0.0.256\"",
        proxyProblem("backends = \"10.0.0.256/4\""));
  }

  @Test
  void tellsLineOfHostInLongList() {
    List<Problem> problems = problems(proxyText("backends = \"\"\"a\nb/0\n\nc/0\"\"\""));

    assertEquals(List.of(4, 6), problems.stream().map(Problem::line).toList());
  }
}
