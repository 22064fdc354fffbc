package io.tcpbalance;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tcpbalance.testing.Daemon;
import io.tcpbalance.testing.LoneGround;
import io.tcpbalance.testing.Shell;
import io.tcpbalance.testing.TerminalWindow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code tcpbalance top} as a person sees it, in a terminal of tmux. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class RealTerminalTest {

  private Daemon daemon;
  private String url;
  private Path directory;
  private TerminalWindow window;

  @BeforeAll
  void startDaemon(@TempDir Path temporary) throws Exception {
    assumeTrue(TerminalWindow.isPossible(), "there is no tmux; on Debian: apt-get install tmux");
    directory = temporary;
    daemon = startDaemon(0);
    url = url(daemon);
  }

  @AfterAll
  void stopDaemon() {
    if (daemon != null) {
      daemon.close();
    }
  }

  @AfterEach
  void closeWindow() throws Exception {
    if (window != null) {
      window.close();
    }
  }

  @Test
  void followsKeysAndWindow() throws Exception {
    open(url, "200ms");

    window.press("Down");
    window.await("one line further", line -> line.startsWith("hosts 2-8 of 20"));
    window.press("PageDown");
    window.await("a page further", line -> line.startsWith("hosts 9-15 of 20"));
    window.press("Up");
    window.await("one line back", line -> line.startsWith("hosts 8-14 of 20"));
    window.press("PageUp");
    window.await("a page back", line -> line.startsWith("hosts 1-7 of 20"));
    window.press("End");
    window.await("the end", line -> line.startsWith("host29 "));
    window.press("Home");
    window.await("the beginning", line -> line.startsWith("host10 "));
    window.press("G");
    window.awaitScreen(
        "the last seven hosts, one a line",
        screen ->
            IntStream.range(0, 7)
                .allMatch(i -> screen.get(3 + i).startsWith("host" + (23 + i) + " ")));
    window.press("g");
    window.await("the beginning again", line -> line.startsWith("host10 "));
    window.resize(60, 8);
    window.awaitScreen(
        "three hosts in 8 lines",
        screen ->
            screen.get(5).startsWith("host12 ") && screen.get(7).startsWith("hosts 1-3 of 20"));
    window.press("n");
    window.await("the other proxy", line -> line.startsWith("b (2 of 2)"));
    window.press("p");
    window.await("the first proxy", line -> line.startsWith("a (1 of 2)"));

    window.press("q");
    window.awaitEnd(0);
  }

  @Test
  void looksAgainAtOnceWhenToldTo() throws Exception {
    open(url, "1h");
    assertEquals(
        0,
        Shell.run(
                Main.commandLine(new LoneGround()), "drain", "host11", "--url", url, "--proxy", "a")
            .exitCode());

    window.press("Space");

    window.await("the change", line -> line.matches("host11 +drain.*"));
  }

  @Test
  void isEndedByControlC() throws Exception {
    open(url, "200ms");

    window.press("C-c");

    window.awaitEnd(0);
  }

  @ParameterizedTest
  @CsvSource({"HUP, 129", "INT, 130", "TERM, 143"})
  void restoresTheTerminalOnSignals(String signal, int exitCode) throws Exception {
    open(url, "200ms");

    String pid = String.valueOf(program().pid());
    new ProcessBuilder("env", "kill", "-s", signal, pid).start().waitFor();

    window.awaitEnd(exitCode);
  }

  @Test
  void endsWhenItsTerminalGoesAway() throws Exception {
    open(url, "200ms");
    ProcessHandle program = program();

    window.close();

    program.onExit().get();
  }

  @Test
  void tellsOfDaemonThatIsAwayAndShowsItAgain() throws Exception {
    String other;
    try (Daemon first = startDaemon(0)) {
      other = url(first);
      open(other, "200ms");

      first.signal("STOP");
      window.await("that it hangs", line -> line.contains("NOT UP TO DATE: no answer for "));
      first.signal("CONT");
      window.await("it again", line -> line.startsWith("a (1 of 2)") && !line.contains("NOT"));
    }
    window.await("that it is away", line -> line.contains("NOT UP TO DATE: no answer from "));
    window.await("what was known", line -> line.startsWith("host10 "));

    int port = Integer.parseInt(other.substring(other.lastIndexOf(':') + 1));
    try (Daemon again = startDaemon(port)) {
      assertEquals(other, url(again));
      window.await("it again", line -> line.startsWith("a (1 of 2)") && !line.contains("NOT"));
    }
    window.press("q");
    window.awaitEnd(0);
  }

  /** It has more hosts than fit, and a second proxy. */
  private Daemon startDaemon(int adminPort) throws IOException {
    String hosts =
        IntStream.range(10, 30)
            .mapToObj(i -> "{ name = host%d, host = 127.0.0.1, port = 9 }".formatted(i))
            .collect(joining("\n"));
    Path file =
        Files.writeString(
            directory.resolve("test.conf"),
            """
            tcpbalance {
              admin.port = %d
              console.enabled = false
              proxy-defaults { health.check = none, listen { host = 127.0.0.1, port = 0 } }
              proxies { a { backends = [ %s ] }, b { backends = [] } }
            }
            """
                .formatted(adminPort, hosts));
    return Daemon.of(file).start();
  }

  private static String url(Daemon daemon) throws InterruptedException {
    String line = daemon.awaitLine("HTTP interface listens on");
    return "http://127.0.0.1:" + line.substring(line.lastIndexOf(':') + 1).strip();
  }

  /** Returns when the first picture is there. */
  private void open(String daemonUrl, String interval) throws Exception {
    window =
        TerminalWindow.open(
            directory, Daemon.words("top", "--url", daemonUrl, "--interval", interval));
    window.await("the first hosts", line -> line.startsWith("host10 "));
  }

  private ProcessHandle program() throws Exception {
    List<ProcessHandle> programs =
        window
            .shell()
            .descendants()
            .filter(process -> process.info().command().orElse("").endsWith("java"))
            .toList();
    assertEquals(1, programs.size(), "the program runs");
    return programs.get(0);
  }
}
