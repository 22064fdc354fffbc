package io.tcpbalance.config;

import static io.tcpbalance.config.SettingsTexts.problem;
import static io.tcpbalance.config.SettingsTexts.settings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** State, supervision, drills, relay, the memory of jobs, name look-ups and shutdown. */
@Timeout(60)
class DaemonSettingsTest {

  @Test
  void hasDefaults() throws Exception {
    Settings settings = settings("");

    assertEquals(Optional.of(Path.of("var/lib/tcpbalance")), settings.stateDir());
    assertEquals(new SupervisionSettings(5, Duration.ofSeconds(30)), settings.supervision());
    assertFalse(settings.faultInjection());
    assertEquals(new RelaySettings(0, 256L << 20), settings.relay());
    assertEquals(256L << 20, settings.jobMemoryBytes());
    assertEquals(Duration.ofSeconds(30), settings.dnsRefresh());
    assertEquals(
        new WatchdogSettings(Duration.ofSeconds(5), Duration.ofSeconds(60)), settings.watchdog());
    assertEquals(new UpgradeSettings(List.of(), Duration.ofDays(1)), settings.upgrade());
    assertEquals(Duration.ofSeconds(30), settings.shutdownGrace());
    assertEquals(List.of(), settings.proxies());
  }

  @Test
  void takesExplicitValues() throws Exception {
    Settings settings =
        settings(
            """
            tcpbalance {
              state-dir = /srv/state
              supervision { max-restarts = 0, within = 1h }
              fault-injection = on
              relay { loops = 3, memory = 1 GiB }
              distcc.memory = 1 MiB
              dns-refresh = 0s
              watchdog { warn-after = 1s, end-after = 2m }
              upgrade { allowed-dirs = [/opt, lib], drain-timeout = 10m }
              shutdown.grace = 0s
            }
            """);

    assertEquals(Optional.of(Path.of("/srv/state")), settings.stateDir());
    assertEquals(new SupervisionSettings(0, Duration.ofHours(1)), settings.supervision());
    assertTrue(settings.faultInjection());
    assertEquals(new RelaySettings(3, 1L << 30), settings.relay());
    assertEquals(1L << 20, settings.jobMemoryBytes());
    assertEquals(Duration.ZERO, settings.dnsRefresh());
    assertEquals(
        new WatchdogSettings(Duration.ofSeconds(1), Duration.ofMinutes(2)), settings.watchdog());
    assertEquals(
        new UpgradeSettings(List.of(Path.of("/opt"), Path.of("lib")), Duration.ofMinutes(10)),
        settings.upgrade());
    assertEquals(Duration.ZERO, settings.shutdownGrace());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "\" \"", "null"})
  void keepsNoStateWhereTheDirectoryIsEmpty(String empty) throws Exception {
    assertEquals(Optional.empty(), settings("tcpbalance.state-dir = " + empty).stateDir());
  }

  @Test
  void takesTheStateDirectoryFromTheEnvironment() throws Exception {
    Map<String, String> environment = Map.of("TCPBALANCE_STATE_DIR", "/srv/state");
    Map<String, String> off = Map.of("TCPBALANCE_STATE_DIR", "");

    assertEquals(
        Optional.of(Path.of("/srv/state")),
        SettingsLoader.parse("", "test.conf", environment).settings().stateDir());
    assertEquals(
        Optional.empty(), SettingsLoader.parse("", "test.conf", off).settings().stateDir());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "state-dir = [] | must be a text, but is a list",
        "state-dir = \"a\\u0000b\" | cannot be a path: \"a\\u0000b\"",
        "supervision.max-restarts = -1 | must be between 0 and 1000000, but is -1",
        "supervision.max-restarts = null | must be a whole number, but is null",
        "supervision.within = 0s | must be between 1ms and 1d, but is \"0s\"",
        "supervision.within = 25h | must be between 1ms and 1d, but is \"25h\"",
        "supervision.within = 30 | needs a unit, but is 30",
        "supervision.within = soon | must be a duration such as 30s, but is \"soon\"",
        "supervision = [] | must be a block { ... }, but is a list",
        "fault-injection = maybe | must be true or false, but is \"maybe\"",
        "fault-injecton = on | unknown key",
        "relay.loops = 0 | must be between 1 and 256, but is 0",
        "relay.loops = atuo | must be auto or a whole number, but is \"atuo\"",
        "relay.memory = 1 KiB | must be between 1 MiB and 1048576 MiB, but is \"1 KiB\"",
        "relay.memory = much | must be a size such as 256 MiB, but is \"much\"",
        "relay.memory = 99999999 ZiB | must be a size such as 256 MiB, but is \"99999999 ZiB\"",
        "distcc.memory = 2 TiB | must be between 1 MiB and 1048576 MiB, but is \"2 TiB\"",
        "distcc.memroy = 1 GiB | unknown key",
        "dns-refresh = 25h | must be between 0s and 1d, but is \"25h\"",
        "dns-refresh = 30 | needs a unit, but is 30",
        "watchdog.warn-after = 10ms | must be between 1s and 1d, but is \"10ms\"",
        "watchdog.end-after = 60 | needs a unit, but is 60",
        "upgrade.allowed-dirs = /opt | must be a list [ ... ], but is \"/opt\"",
        "upgrade.allowed-dirs = [\" \"] | must be a directory, but is empty",
        "upgrade.drain-timeout = 31d | must be between 0s and 30d, but is \"31d\"",
        "shutdown.grace = -1s | must be between 0s and 1d, but is \"-1s\"",
        "shutdown.grase = 1s | unknown key",
        "proxies = 3 | must be a block { ... }, but is 3",
        "relais = 3 | unknown key",
      })
  void rejects(String line, String message) {
    assertEquals(message, problem("tcpbalance { " + line + " }"));
  }
}
