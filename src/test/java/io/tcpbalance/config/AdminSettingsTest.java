package io.tcpbalance.config;

import static io.tcpbalance.config.SettingsTexts.loaded;
import static io.tcpbalance.config.SettingsTexts.problem;
import static io.tcpbalance.config.SettingsTexts.problems;
import static io.tcpbalance.config.SettingsTexts.settings;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.secrets.TlsFiles;
import io.tcpbalance.testing.TestTls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AdminSettingsTest {

  private static final String TOKEN = "0123456789abcdef";
  private static final TokenSettings SINGLE = new TokenSettings("admin.token", Role.OPERATE, TOKEN);

  @Test
  void defaultsToLoopbackWithoutToken() throws Exception {
    AdminSettings admin = settings("").admin();

    assertEquals(new AdminSettings(true, "127.0.0.1", 8080, Optional.empty(), List.of()), admin);
  }

  @Test
  void takesExplicitValues() throws Exception {
    AdminSettings admin =
        settings(
                "tcpbalance.admin { enabled = off, host = \"[::]\", port = 0, token = "
                    + TOKEN
                    + " }")
            .admin();

    assertEquals(new AdminSettings(false, "::", 0, Optional.empty(), List.of(SINGLE)), admin);
  }

  @Test
  void takesTokenFromEnvironment() throws Exception {
    String text = "tcpbalance.admin { host = 0.0.0.0, token = ${?MY_TOKEN} }";

    AdminSettings admin =
        SettingsLoader.parse(text, "test.conf", Map.of("MY_TOKEN", TOKEN)).settings().admin();

    assertEquals(List.of(SINGLE), admin.tokens());
  }

  @Test
  void takesTokenFromItsOwnVariableWithoutBeingTold() throws Exception {
    Map<String, String> environment = Map.of("TCPBALANCE_ADMIN_TOKEN", TOKEN);

    AdminSettings admin = SettingsLoader.parse("", "test.conf", environment).settings().admin();

    assertEquals(List.of(SINGLE), admin.tokens());
  }

  @Test
  void doesNotShowItsToken() {
    assertFalse(
        new AdminSettings(true, "::1", 1, Optional.empty(), List.of(SINGLE))
            .toString()
            .contains(TOKEN));
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
    assertTrue(settings("tcpbalance.admin.host = " + host).admin().tokens().isEmpty());
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

  @Test
  void takesTokensWithRoles() throws Exception {
    AdminSettings admin =
        settings(
                """
                tcpbalance.admin {
                  token = 0123456789abcdef
                  tokens = [
                    { name = "a b", role = view, token = looks-only }
                    { name = ci, role = operate, token = changes-things }
                  ]
                }""")
            .admin();

    assertEquals(
        List.of(
            SINGLE,
            new TokenSettings("a b", Role.VIEW, "looks-only"),
            new TokenSettings("ci", Role.OPERATE, "changes-things")),
        admin.tokens());
    assertEquals(TOKEN, admin.operatorToken().orElseThrow());
  }

  @Test
  void readsTokensFromFilesBesideIt(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("single"), TOKEN + "\n");
    Files.writeString(directory.resolve("ci"), "changes-things\r\n");
    Path file = directory.resolve("tcpbalance.conf");
    Files.writeString(
        file,
        """
        tcpbalance.admin {
          token-file = single
          tokens = [ { name = ci, role = view, token-file = "%s/ci" } ]
        }"""
            .formatted(directory));

    AdminSettings admin = SettingsLoader.load(file).settings().admin();

    assertEquals(
        List.of(SINGLE, new TokenSettings("ci", Role.VIEW, "changes-things")), admin.tokens());
  }

  @Test
  void saysThatNobodyMayOperate() throws Exception {
    String text = "tcpbalance.admin.tokens = [{ name = a, role = view, token = 12345678 }]";

    assertTrue(loaded(text).warnings().stream().anyMatch(w -> w.contains("nobody may change")));
  }

  @Test
  void takesAnyTokenForAnAddressOutside() throws Exception {
    String text =
        "tcpbalance.admin { host = 0.0.0.0, tokens = [{ name = a, role = view, token = 12345678 }] }";

    assertEquals(1, settings(text).admin().tokens().size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{ role = view, token = 12345678 }] | is missing",
        "[{ name = a, token = 12345678 }] | is missing",
        "[{ name = a, role = view }] | is missing",
        "[{ name = a, role = root, token = 12345678 }] | must be one of view, operate, but is \"root\"",
        "[{ name = a, role = view, token = 1234567 }] | must have between 8 and 1024 characters, but has 7",
        "[{ name = a, role = view, token = 12345678, x = 1 }] | unknown key",
        "[{ name = a, role = view, token = 12345678, token-file = x }] | cannot be set beside token",
        "[{ name = a, role = view, token-file = /none }] | /none does not exist",
        "[{ name = a, role = view, token-file = / }] | / is a directory",
        "[{ name = \"\", role = view, token = 12345678 }] | must be 1 to 64 printable ASCII characters",
        "[{ name = ä, role = view, token = 12345678 }] | must be 1 to 64 printable ASCII characters",
        "[a-b-c-d-e] | must be a block { ... }, but is \"a-b-c-d-e\"",
        "abc | must be a list [ ... ], but is \"abc\"",
        "[{ name = a, role = view, token = 12345678 }, { name = a, role = view, token = 87654321 }]"
            + " | \"a\" is also that of tcpbalance.admin.tokens[0]",
        "[{ name = a, role = view, token = 12345678 }, { name = b, role = view, token = 12345678 }]"
            + " | is also that of tcpbalance.admin.tokens[0]",
      })
  void rejectsTokens(String tokens, String message) {
    assertEquals(message, problem("tcpbalance.admin.tokens = " + tokens));
  }

  @Test
  void takesTlsFilesBesideIt(@TempDir Path directory) throws Exception {
    Files.copy(TestTls.file("server.pem"), directory.resolve("server.pem"));
    Path file = directory.resolve("tcpbalance.conf");
    Path key = TestTls.file("server.key").toAbsolutePath();
    Files.writeString(
        file, "tcpbalance.admin.tls { certificate = server.pem, key = \"" + key + "\" }");

    AdminSettings admin = SettingsLoader.load(file).settings().admin();

    assertEquals(
        Optional.of(new TlsFiles(directory.resolve("server.pem"), key, Optional.empty())),
        admin.tls());
    assertEquals("https", admin.scheme());
  }

  @Test
  void tellsAllThatIsWrongWithTlsFiles() {
    List<Problem> problems =
        problems("tcpbalance.admin.tls { certificate = /a, key = /b, client-ca = /c, kye = 1 }");

    assertEquals(
        List.of(
            "tcpbalance.admin.tls.kye: unknown key",
            "tcpbalance.admin.tls.certificate: /a does not exist",
            "tcpbalance.admin.tls.key: /b does not exist",
            "tcpbalance.admin.tls.client-ca: /c does not exist"),
        problems.stream().map(p -> p.path() + ": " + p.message()).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | 2",
        "{ certificate = src/test/resources/tls/server.pem } | 1",
        "{ key = src/test/resources/tls/server.key } | 1",
        "on | 1",
        "null | 0"
      })
  void needsCertificateAndKey(String tls, int problems) {
    String text = "tcpbalance { admin.tls = " + tls + ", x = 1 }";

    assertEquals(problems + 1, problems(text).size());
  }

  @ParameterizedTest
  @CsvSource({"admin,set tls", "console,there is no TLS for telnet"})
  void warnsOfTokensInClear(String block, String hint) throws Exception {
    String text = "tcpbalance { admin.token = %s, %s.host = 0.0.0.0 }".formatted(TOKEN, block);

    List<String> warnings = loaded(text).warnings();

    assertTrue(warnings.stream().anyMatch(w -> w.contains("tokens come in clear: " + hint)));
  }
}
