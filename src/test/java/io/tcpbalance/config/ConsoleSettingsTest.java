package io.tcpbalance.config;

import static io.tcpbalance.config.SettingsTexts.problem;
import static io.tcpbalance.config.SettingsTexts.problems;
import static io.tcpbalance.config.SettingsTexts.settings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ConsoleSettingsTest {

  @Test
  void defaultsToLoopback() throws Exception {
    assertEquals(
        new ConsoleSettings(true, "127.0.0.1", 8023, Duration.ofMinutes(10), 64),
        settings("").console());
  }

  @Test
  void takesExplicitValues() throws Exception {
    String text =
        "tcpbalance { admin.token = 0123456789abcdef, console { enabled = off, host = \"[::]\","
            + " port = 0, idle-timeout = 1h, max-connections = 5 } }";

    assertEquals(
        new ConsoleSettings(false, "::", 0, Duration.ofHours(1), 5), settings(text).console());
  }

  @Test
  void rejectsAddressOutsideWithoutToken() {
    Problem problem = problems("tcpbalance.console.host = 0.0.0.0").get(0);

    assertEquals("tcpbalance.console.host", problem.path());
    assertTrue(problem.message().endsWith("needs a token"), problem.message());
    assertTrue(problem.hint().orElseThrow().contains("TCPBALANCE_ADMIN_TOKEN"));
  }

  @Test
  void isServedOutsideWithToken() throws Exception {
    String text =
        "tcpbalance { admin { enabled = false, token = 0123456789abcdef }, console.host = 0.0.0.0 }";

    assertTrue(settings(text).console().enabled());
  }

  @Test
  void needsNoTokenWhenItIsOff() throws Exception {
    String text = "tcpbalance.console { enabled = false, host = 0.0.0.0 }";

    assertFalse(settings(text).console().enabled());
  }

  @Test
  void rejectsTheAddressOfTheHttpInterface() {
    assertEquals(
        "is the address that tcpbalance.admin has", problem("tcpbalance.console.port = 8080"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "enabled = 3 | must be true or false, but is 3",
        "host = \"a b\" | must be an address or a host name, but is \"a b\"",
        "port = 65536 | must be between 0 and 65535, but is 65536",
        "idle-timeout = 0s | must be between 1s and 1d, but is \"0s\"",
        "idle-timeout = 10 | needs a unit, but is 10",
        "max-connections = 0 | must be between 1 and 1024, but is 0",
        "max-connections = many | must be a whole number, but is \"many\"",
        "token = 0123456789 | unknown key",
      })
  void rejects(String line, String message) {
    assertEquals(message, problem("tcpbalance.console { " + line + " }"));
  }
}
