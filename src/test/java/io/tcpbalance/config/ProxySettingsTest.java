package io.tcpbalance.config;

import static io.tcpbalance.config.SettingsTexts.loaded;
import static io.tcpbalance.config.SettingsTexts.problems;
import static io.tcpbalance.config.SettingsTexts.proxy;
import static io.tcpbalance.config.SettingsTexts.proxyProblem;
import static io.tcpbalance.config.SettingsTexts.settings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ProxySettingsTest {

  @Test
  void tcpHasDefaults() throws Exception {
    ProxySettings proxy = proxy("");

    assertEquals(
        new ProxySettings(
            "p",
            new ListenSettings("0.0.0.0", 2525, 1024),
            Protocol.TCP,
            Duration.ofSeconds(5),
            Duration.ofSeconds(180),
            List.of(Network.parse("0.0.0.0/0"), Network.parse("::/0")),
            new ClientSettings(OptionalInt.empty(), OptionalInt.empty()),
            new QueueSettings(Duration.ofSeconds(60), 10_000),
            new HealthSettings(
                HealthCheck.CONNECT,
                Duration.ofSeconds(2),
                Duration.ofSeconds(2),
                2,
                2,
                Duration.ZERO,
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                new TrialSettings(Duration.ofSeconds(60), Duration.ofSeconds(30), List.of("gcc"))),
            List.of(),
            proxy.jobs()),
        proxy);
  }

  @Test
  void distccHasDefaultsOfItsOwn() throws Exception {
    ProxySettings proxy =
        settings("tcpbalance.proxies.d { protocol = distcc, backends = [] }").proxies().get(0);

    assertEquals(new ListenSettings("0.0.0.0", 3632, 1024), proxy.listen());
    assertEquals(new QueueSettings(Duration.ofMinutes(45), 10_000), proxy.queue());
    assertTrue(allows(proxy, "127.0.0.1") && allows(proxy, "192.168.3.4"));
    assertTrue(allows(proxy, "::1") && allows(proxy, "fd12::1") && allows(proxy, "fe80::1"));
    assertFalse(allows(proxy, "8.8.8.8") || allows(proxy, "172.32.0.1"));
    assertFalse(allows(proxy, "2001:db8::1"));
  }

  @Test
  void takesExplicitValues() throws Exception {
    ProxySettings proxy =
        proxy(
            """
            listen { host = "::1", port = 0, backlog = 7 }
            protocol = distcc
            connect-timeout = 250ms
            idle-timeout = 2h
            allow = ["10.0.0.0/8", 192.168.1.1]
            max-sessions = 500
            max-per-client = "20"
            queue { timeout = 1d, max-length = 0 }
            health { check = none, interval = 1h, timeout = 10m, fall = 1, rise = 100 }
            health { slow-start = 1h, max-backoff = 0s, retry-after = 1m }
            health { compile-interval = 100ms, compile-timeout = 10m, compilers = [gcc-12, "clang++"] }
            """);

    assertEquals(
        new ProxySettings(
            "p",
            new ListenSettings("::1", 0, 7),
            Protocol.DISTCC,
            Duration.ofMillis(250),
            Duration.ofHours(2),
            List.of(Network.parse("10.0.0.0/8"), Network.parse("192.168.1.1/32")),
            new ClientSettings(OptionalInt.of(500), OptionalInt.of(20)),
            new QueueSettings(Duration.ofDays(1), 0),
            new HealthSettings(
                HealthCheck.NONE,
                Duration.ofHours(1),
                Duration.ofMinutes(10),
                1,
                100,
                Duration.ofHours(1),
                Duration.ZERO,
                Duration.ofMinutes(1),
                new TrialSettings(
                    Duration.ofMillis(100), Duration.ofMinutes(10), List.of("gcc-12", "clang++"))),
            List.of(),
            proxy.jobs()),
        proxy);
  }

  @Test
  void ownDefaultsOfUserGoBeforeOurs() throws Exception {
    Settings settings =
        settings(
            """
            tcpbalance {
              proxy-defaults { protocol = distcc, queue.timeout = 7s, distcc.idle-timeout = 8s }
              proxies.a { backends = [] }
              proxies.b { protocol = tcp, listen.port = 1, idle-timeout = 9s, backends = [] }
            }
            """);

    ProxySettings a = settings.proxies().get(0);
    ProxySettings b = settings.proxies().get(1);
    assertEquals(Protocol.DISTCC, a.protocol());
    assertEquals(Duration.ofSeconds(7), a.queue().timeout());
    assertEquals(Duration.ofSeconds(8), a.idleTimeout());
    assertEquals(Duration.ofSeconds(7), b.queue().timeout());
    assertEquals(Duration.ofSeconds(9), b.idleTimeout());
  }

  @Test
  void warnsOfEmptyPool() throws Exception {
    List<String> warnings = loaded(SettingsTexts.proxyText("")).warnings();

    assertEquals(1, warnings.size());
    assertTrue(warnings.get(0).startsWith("test.conf:2: tcpbalance.proxies.p.backends: is empty"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "protocol = http | must be one of tcp, distcc, but is \"http\"",
        "listen = 80 | must be a block { ... }, but is 80",
        "listen.host = * | must be an address or a host name, but is \"*\"",
        "listen.port = 70000 | must be between 0 and 65535, but is 70000",
        "listen.backlog = 0 | must be between 1 and 65535, but is 0",
        "listen.prot = 80 | unknown key",
        "connect-timeout = 0s | must be between 1ms and 10m, but is \"0s\"",
        "connect-timeout = 11m | must be between 1ms and 10m, but is \"11m\"",
        "idle-timeout = 180 | needs a unit, but is 180",
        "idle-timeout = \"180\" | needs a unit, but is \"180\"",
        "idle-timeout = 31d | must be between 1ms and 30d, but is \"31d\"",
        "queue.timeout = {} | must be a duration such as 30s, but is a block",
        "queue.max-length = -1 | must be between 0 and 1000000, but is -1",
        "health = none | must be a block { ... }, but is \"none\"",
        "health.check = ping | must be one of connect, compile, none, but is \"ping\"",
        "health.interval = 50ms | must be between 100ms and 60m, but is \"50ms\"",
        "health.timeout = 0s | must be between 1ms and 10m, but is \"0s\"",
        "health.fall = 0 | must be between 1 and 100, but is 0",
        "health.rise = 101 | must be between 1 and 100, but is 101",
        "health.slow-start = 2h | must be between 0s and 60m, but is \"2h\"",
        "health.max-backoff = 2d | must be between 0s and 1d, but is \"2d\"",
        "health.risen = 3 | unknown key",
        "health.check = compile | can be compile only for protocol = distcc",
        "health.compile-interval = 10ms | must be between 100ms and 60m, but is \"10ms\"",
        "health.compile-timeout = 1h | must be between 1ms and 10m, but is \"1h\"",
        "health.compilers = [] | must be 1 to 20 names, but are 0",
        "health.compilers = [/usr/bin/gcc] | must be a compiler's name without a path, but is"
            + " \"/usr/bin/gcc\"",
        "health.retry-after = 2d | must be between 1ms and 1d, but is \"2d\"",
        "allow = [] | must not be empty: nobody would be served",
        "allow = 10.0.0.0 | must be a list [ ... ], but is \"10.0.0.0\"",
        "allow = [\"10.0.0.0/33\"] | \"10.0.0.0/33\" must have a prefix length between 0 and 32",
        "max-sessions = 0 | must be between 1 and 1000000, but is 0",
        "max-sessions = off | must be auto or a whole number, but is \"off\"",
        "max-sessions = true | must be auto or a whole number, but is \"true\"",
        "max-per-client = 1000001 | must be between 1 and 1000000, but is 1000001",
        "max-per-client = auto | must be off or a whole number, but is \"auto\"",
        "max-per-client = null | must be a whole number, but is null",
        "idle-timout = 3s | unknown key",
      })
  void rejects(String line, String message) {
    // Not a substitution nor a bare word of HOCON.
    assertEquals(message, proxyProblem(line.replace("= *", "= \"*\"")));
  }

  @Test
  void rejectsTcpWithoutPort() {
    List<Problem> problems = problems("tcpbalance.proxies.p {\n backends = [] }");

    assertEquals("test.conf:1: tcpbalance.proxies.p.listen.port: is missing", join(problems));
  }

  @Test
  void rejectsProxyWithoutPool() {
    List<Problem> problems = problems("tcpbalance.proxies.p {\n listen.port = 1 }");

    assertEquals("test.conf:1: tcpbalance.proxies.p.backends: is missing", join(problems));
  }

  @Test
  void rejectsBadName() {
    List<Problem> problems =
        problems("tcpbalance.proxies.\"a/b\" { listen.port = 1, backends = [] }");

    assertEquals("tcpbalance.proxies.\"a/b\"", problems.get(0).path());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "\"::\"", "localhost", "127.0.0.1"})
  void rejectsAddressThatAnotherProxyHas(String host) {
    String text =
        "tcpbalance.proxies { a { listen { host = 127.0.0.1, port = 1 }, backends = [] }\n"
            + "b { listen { port = 1, host = %s }, backends = [] } }".formatted(host);

    Problem problem = problems(text).get(0);
    assertEquals("tcpbalance.proxies.b.listen.port", problem.path());
    assertEquals("is the address that tcpbalance.proxies.a.listen has", problem.message());
  }

  @Test
  void rejectsAddressOfAdmin() {
    Problem problem = problems("tcpbalance.proxies.a { listen.port = 8080, backends = [] }").get(0);

    assertEquals("is the address that tcpbalance.admin has", problem.message());
  }

  @Test
  void takesSamePortOnDifferentAddressesAndAnyNumberOfFreePorts() throws Exception {
    Settings settings =
        settings(
            """
            tcpbalance.proxies {
              a { listen { host = 127.0.0.1, port = 1 }, backends = [] }
              b { listen { host = 127.0.0.2, port = 1 }, backends = [] }
              c { listen.port = 0, backends = [] }
              d { listen.port = 0, backends = [] }
            }
            """);

    assertEquals(4, settings.proxies().size());
  }

  private static boolean allows(ProxySettings proxy, String address) throws Exception {
    InetAddress client = InetAddress.getByName(address);
    return proxy.allow().stream().anyMatch(network -> network.contains(client));
  }

  private static String join(List<Problem> problems) {
    return String.join("\n", problems.stream().map(Problem::toString).toList());
  }
}
