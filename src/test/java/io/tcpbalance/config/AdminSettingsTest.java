package io.tcpbalance.config;

import static io.tcpbalance.config.SettingsTexts.problem;
import static io.tcpbalance.config.SettingsTexts.problems;
import static io.tcpbalance.config.SettingsTexts.settings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AdminSettingsTest {

  private static final String TOKEN = "0123456789abcdef";

  @Test
  void defaultsToLoopbackWithoutToken() throws Exception {
    AdminSettings admin = settings("").admin();

    assertEquals(new AdminSettings(true, "127.0.0.1", 8080, Optional.empty()), admin);
  }

  @Test
  void takesExplicitValues() throws Exception {
    AdminSettings admin =
        settings(
                "tcpbalance.admin { enabled = off, host = \"[::]\", port = 0, token = "
                    + TOKEN
                    + " }")
            .admin();

    assertEquals(new AdminSettings(false, "::", 0, Optional.of(TOKEN)), admin);
  }

  @Test
  void takesTokenFromEnvironment() throws Exception {
    String text = "tcpbalance.admin { host = 0.0.0.0, token = ${?MY_TOKEN} }";

    AdminSettings admin =
        SettingsLoader.parse(text, "test.conf", Map.of("MY_TOKEN", TOKEN)).settings().admin();

    assertEquals(Optional.of(TOKEN), admin.token());
  }

  @Test
  void takesTokenFromItsOwnVariableWithoutBeingTold() throws Exception {
    Map<String, String> environment = Map.of("TCPBALANCE_ADMIN_TOKEN", TOKEN);

    AdminSettings admin = SettingsLoader.parse("", "test.conf", environment).settings().admin();

    assertEquals(Optional.of(TOKEN), admin.token());
  }

  @Test
  void doesNotShowItsToken() {
    assertFalse(new AdminSettings(true, "::1", 1, Optional.of(TOKEN)).toString().contains(TOKEN));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "\"::\"", "10.0.0.1", "admin.example", "\"::ffff:10.0.0.1\""})
  void rejectsAddressOutsideWithoutToken(String host) {
    Problem problem = problems("tcpbalance.admin.host = " + host).get(0);

    assertEquals("tcpbalance.admin.host", problem.path());
    assertTrue(problem.message().endsWith("needs a token"), problem.message());
    assertTrue(problem.hint().orElseThrow().contains("TCPBALANCE_ADMIN_TOKEN"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.8.8.8", "\"::1\"", "\"[::1]\"", "\"::ffff:127.0.0.1\""})
  void needsNoTokenOnLoopback(String host) throws Exception {
    assertTrue(settings("tcpbalance.admin.host = " + host).admin().token().isEmpty());
  }

  @Test
  void needsNoTokenWhenItIsOff() throws Exception {
    assertFalse(settings("tcpbalance.admin { enabled = false, host = 0.0.0.0 }").admin().enabled());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "enabled = 3 | must be true or false, but is 3",
        "host = \"a b\" | must be an address or a host name, but is \"a b\"",
        "host = 10.0.0.256 | must be an address or a host name, but is \"10.0.0.256\"",
        "port = 65536 | must be between 0 and 65535, but is 65536",
        "port = -1 | must be between 0 and 65535, but is -1",
        "port = http | must be a whole number, but is \"http\"",
        "port = 80.5 | must be a whole number, but is 80.5",
        "token = short | must have between 8 and 1024 characters, but has 5",
        "token = \"\" | must have between 8 and 1024 characters, but has 0",
        "token = \"with a blank\" | must consist of printable ASCII characters without blanks",
        "token = [] | must be a text, but is a list",
        "tokn = 0123456789 | unknown key",
      })
  void rejects(String line, String message) {
    assertEquals(message, problem("tcpbalance.admin { " + line + " }"));
  }
}
