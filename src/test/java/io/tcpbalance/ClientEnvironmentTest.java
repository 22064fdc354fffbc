package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.testing.Daemon;
import io.tcpbalance.testing.Shell.Ran;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the command line takes from its environment, which only a process of its own has. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class ClientEnvironmentTest {

  private static final String TOKEN = "sesame-sesame";

  private Daemon daemon;
  private Path configuration;
  private Path directory;
  private String url;

  @BeforeAll
  void startDaemon(@TempDir Path temporary) throws Exception {
    directory = temporary;
    configuration =
        Files.writeString(
            directory.resolve("test.conf"),
            """
            tcpbalance {
              admin { port = 0, token = %s }
              console.enabled = false
              proxies.only { listen { host = 127.0.0.1, port = 0 }, backends = [] }
            }
            """
                .formatted(TOKEN));
    daemon = Daemon.of(configuration).start();
    String line = daemon.awaitLine("HTTP interface listens on");
    url = "http://127.0.0.1:" + line.substring(line.lastIndexOf(':') + 1).strip();
  }

  @AfterAll
  void stopDaemon() {
    daemon.close();
  }

  @Test
  void tellsWhereTheDaemonIsAndTheToken() throws Exception {
    Ran ran = run(Map.of("TCPBALANCE_URL", url, "TCPBALANCE_ADMIN_TOKEN", TOKEN), "proxies");

    assertEquals(0, ran.exitCode(), ran.err());
    assertTrue(ran.out().contains("\nonly  127.0.0.1:"), ran.out());
  }

  @Test
  void optionsCountMore() throws Exception {
    Path file = Files.writeString(directory.resolve("token"), TOKEN + "\n");
    Map<String, String> wrong =
        Map.of("TCPBALANCE_URL", "http://127.0.0.1:1", "TCPBALANCE_ADMIN_TOKEN", "not-this-one");

    Ran elsewhere = run(wrong, "proxies");
    assertEquals(69, elsewhere.exitCode());
    assertTrue(elsewhere.err().contains("http://127.0.0.1:1: nobody listens"), elsewhere.err());
    Ran refused = run(wrong, "proxies", "--url", url);
    assertEquals(77, refused.exitCode(), refused.err());
    Ran told = run(wrong, "proxies", "--url", url, "--token-file", file.toString());
    assertEquals(0, told.exitCode(), told.err());
  }

  @Test
  void tokenCountsMoreThanThatOfTheConfiguration() throws Exception {
    String file = configuration.toString();

    Ran ran = run(Map.of(), "proxies", "-c", file, "--url", url);
    assertEquals(0, ran.exitCode(), ran.err());
    Map<String, String> wrong = Map.of("TCPBALANCE_ADMIN_TOKEN", "not-this-one");
    assertEquals(77, run(wrong, "proxies", "-c", file, "--url", url).exitCode());
  }

  @Test
  void tellsOfUrlThatIsNone() throws Exception {
    Ran ran = run(Map.of("TCPBALANCE_URL", "here or there"), "proxies");

    assertEquals(64, ran.exitCode());
    assertTrue(ran.err().contains("here or there"), ran.err());
  }

  private Ran run(Map<String, String> environment, String... arguments) throws Exception {
    Path errors = directory.resolve("errors");
    ProcessBuilder builder = new ProcessBuilder(Daemon.words(arguments));
    builder.environment().keySet().removeIf(name -> name.matches("TCPBALANCE_.*|J.*_OPTIONS"));
    builder.environment().putAll(environment);
    Process process = builder.redirectError(errors.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ran(process.waitFor(), out, Files.readString(errors));
  }
}
