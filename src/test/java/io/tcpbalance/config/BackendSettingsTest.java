package io.tcpbalance.config;

import static io.tcpbalance.config.SettingsTexts.backends;
import static io.tcpbalance.config.SettingsTexts.loaded;
import static io.tcpbalance.config.SettingsTexts.problems;
import static io.tcpbalance.config.SettingsTexts.proxy;
import static io.tcpbalance.config.SettingsTexts.proxyProblem;
import static io.tcpbalance.config.SettingsTexts.proxyText;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class BackendSettingsTest {

  @Test
  void hasDefaults() throws Exception {
    List<BackendSettings> backends = backends("[{ host = bld6.example }, { name = bld4 }]");

    assertEquals(
        List.of(
            new BackendSettings(
                "bld6.example", "bld6.example", 2525, 1, OperatorState.UP, List.of()),
            new BackendSettings("bld4", "bld4", 2525, 1, OperatorState.UP, List.of())),
        backends);
  }

  @Test
  void takesExplicitValues() throws Exception {
    List<BackendSettings> backends =
        backends(
            "[{ name = b6, host = \"[fd00::6]\", port = 1, max-connections = 9, state = down }]");

    assertEquals(
        List.of(new BackendSettings("b6", "fd00::6", 1, 9, OperatorState.DOWN, List.of())),
        backends);
  }

  @Test
  void takesDefaultsOfItsProxy() throws Exception {
    ProxySettings proxy =
        proxy("backend-defaults { max-connections = 3, state = drain }, backends = [{ host = a }]");

    assertEquals(
        List.of(new BackendSettings("a", "a", 2525, 3, OperatorState.DRAIN, List.of())),
        proxy.backends());
  }

  @Test
  void learnsItsSlotsWhereThatIsWanted() throws Exception {
    ProxySettings proxy =
        proxy(
            "protocol = distcc, backend-defaults { stats-port = 4000 }, backends = ["
                + "{ host = a, max-connections = auto },"
                + " { host = b, max-connections = auto, stats-port = \"5000\" }, { host = c }]");

    assertEquals(
        List.of(
            new BackendSettings("a", "a", 2525, SlotLimit.AUTO, 4000, OperatorState.UP, List.of()),
            new BackendSettings("b", "b", 2525, SlotLimit.AUTO, 5000, OperatorState.UP, List.of()),
            new BackendSettings(
                "c", "c", 2525, SlotLimit.of(1), 4000, OperatorState.UP, List.of())),
        proxy.backends());
  }

  @Test
  void learnsFromDistccOnly() {
    String auto = "can be auto only for protocol = distcc";

    assertEquals(auto, proxyProblem("backends = [{ host = a, max-connections = auto }]"));
    assertEquals(
        "\"a/auto,lzo\" has a limit that " + auto, proxyProblem("backends = \"a/auto,lzo b/2\""));
  }

  @Test
  void takesCompilers() throws Exception {
    ProxySettings proxy =
        proxy(
            "backend-defaults { compilers = [gcc-12] }, backends = [{ host = a },"
                + " { host = b, compilers = [\"g++\", \"clang-*\"] }, { host = c, compilers = [] }]");

    assertEquals(
        List.of(List.of("gcc-12"), List.of("g++", "clang-*"), List.of()),
        proxy.backends().stream().map(BackendSettings::compilers).toList());
  }

  @Test
  void takesAnyCompilerByDefault() throws Exception {
    assertEquals(List.of(), backends("[{ host = a }]").get(0).compilers());
    assertEquals(List.of(), backends("\"a/4\"").get(0).compilers());
  }

  @Test
  void boundsTheNumberOfCompilers() throws Exception {
    String thousand = "[" + "gcc, ".repeat(1000) + "]";
    String more = "[" + "gcc, ".repeat(1001) + "]";

    assertEquals(
        1000, backends("[{ host = a, compilers = " + thousand + " }]").get(0).compilers().size());
    assertEquals(
        "must be at most 1000, but are 1001",
        proxyProblem("backends = [{ host = a, compilers = " + more + " }]"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "/usr/bin/gcc", "g\u00fc", "gcc\n"})
  void takesNotAsCompiler(String pattern) {
    assertFalse(BackendSettings.isCompilerPattern(pattern));
    assertFalse(BackendSettings.isCompilerPattern("x".repeat(254)));
    assertTrue(BackendSettings.isCompilerPattern("x".repeat(253)));
  }

  @Test
  void tellsWhichCompilerIsWrong() {
    Problem problem =
        problems(proxyText("backends = [{ host = a, compilers = [gcc, bin/gcc, {}] }]")).get(0);

    assertEquals("tcpbalance.proxies.p.backends[0].compilers[1]", problem.path());
    assertTrue(problem.message().endsWith(", but is \"bin/gcc\""), problem.message());
  }

  @Test
  void takesNumbersFromTextAsTheEnvironmentGivesThem() throws Exception {
    assertEquals(7, backends("[{ host = a, port = \"7\" }]").get(0).port());
  }

  @Test
  void keepsTheirOrder() throws Exception {
    List<BackendSettings> backends = backends("[{ host = c }, { host = a }, { host = b }]");

    assertEquals(List.of("c", "a", "b"), backends.stream().map(BackendSettings::name).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"fe80::1%eth0", "fe80::1%br-1.2_x", "::1%1", "fd00::7", "a_b-c.example"})
  void takesAsHost(String host) {
    assertTrue(BackendSettings.isHost(host));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fe80::1%",
        "fe80::1%eth0\nlike a line of a log",
        "fe80::1%a b",
        "fe80::1%sixteencharacter",
        "10.0.0.1%eth0",
        "10.0.0.1%:x",
        "%eth0",
        "a%b",
        "300.1.1.1"
      })
  void takesNotAsHost(String host) {
    assertFalse(BackendSettings.isHost(host));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | is missing",
        "{ port = 1 } | is missing",
        "{ host = \"a b\" } | has a host that is no address or name: \"a b\"",
        "{ host = a, name = \"a b\" } | has a name that cannot be used: \"a b\"",
        "{ host = a, port = 0 } | must be between 1 and 65535, but is 0",
        "{ host = a, max-connections = 0 } | must be between 1 and 100000, but is 0",
        "{ host = a, max-connections = 100001 } | must be between 1 and 100000, but is 100001",
        "{ host = a, max-connections = Auto } | must be auto or a whole number, but is \"Auto\"",
        "{ host = a, stats-port = 0 } | must be between 1 and 65535, but is 0",
        "{ host = a, stats-port = auto } | must be a whole number, but is \"auto\"",
        "{ host = a, state = off } | must be one of up, drain, down, but is \"off\"",
        "{ host = a, max-conections = 1 } | unknown key",
        "{ host = a, compilers = gcc } | must be a list [ ... ], but is \"gcc\"",
        "{ host = a, compilers = [{}] } | must be a text, but is a block",
        "{ host = ${nope} } | refers to something that is not set: ${nope}",
        "bld6 | must be a block { name = ... }, but is \"bld6\"",
      })
  void rejects(String backend, String message) {
    assertEquals(message, proxyProblem("backends = [" + backend + "]"));
  }

  @Test
  void rejectsSecondOfTheSameName() {
    Problem problem =
        problems(proxyText("backends = [{ host = a }, { host = a, port = 3 }]")).get(0);

    assertEquals("tcpbalance.proxies.p.backends[1]", problem.path());
    assertTrue(
        problem.message().startsWith("has the same name as tcpbalance.proxies.p.backends[0]"));
    assertTrue(problem.hint().orElseThrow().contains("name = ..."));
  }

  @Test
  void warnsOfSameAddressUnderTwoNames() throws Exception {
    String text = proxyText("backends = [{ host = a, name = x }, { host = a, name = y }]");

    assertTrue(loaded(text).warnings().get(0).contains("is the same host and port as"));
  }

  @Test
  void needsPortWhereProxyHasNoneOfItsOwn() {
    assertEquals("is missing", proxyProblem("listen.port = 0, backends = [{ host = a }]"));
  }

  @Test
  void boundsTheirNumber() {
    String list = "\"" + "a ".repeat(BackendsReader.MAX_BACKENDS + 1) + "\"";

    assertEquals("must be at most 100000, but are 100001", proxyProblem("backends = " + list));
  }
}
