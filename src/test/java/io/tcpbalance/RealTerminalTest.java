package io.tcpbalance;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tcpbalance.testing.Daemon;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code tcpbalance top} as a person sees it, in a terminal of tmux. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class RealTerminalTest {

  /** Of a server for each test: one that is on its way out still answers. */
  private String socket = "";

  private Daemon daemon;
  private String url;
  private Path directory;
  private int starts;

  @BeforeAll
  void startDaemon(@TempDir Path temporary) throws Exception {
    boolean there =
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
            .anyMatch(path -> Files.isExecutable(Path.of(path, "tmux")));
    assumeTrue(there, "there is no tmux; on Debian: apt-get install tmux");
    directory = temporary;
    String hosts =
        IntStream.range(10, 30)
            .mapToObj(i -> "{ name = host%d, host = 127.0.0.1, port = 9 }".formatted(i))
            .collect(joining("\n"));
    Path file =
        Files.writeString(
            directory.resolve("test.conf"),
            """
            tcpbalance {
              admin.port = 0
              console.enabled = false
              proxy-defaults { health.check = none, listen { host = 127.0.0.1, port = 0 } }
              proxies { a { backends = [ %s ] }, b { backends = [] } }
            }
            """
                .formatted(hosts));
    daemon = Daemon.of(file).start();
    String line = daemon.awaitLine("HTTP interface listens on");
    url = "http://127.0.0.1:" + line.substring(line.lastIndexOf(':') + 1).strip();
  }

  @AfterAll
  void stopDaemon() {
    if (daemon != null) {
      daemon.close();
    }
  }

  @AfterEach
  void closeTerminal() throws Exception {
    tmux("kill-server");
  }

  @Test
  void isEndedByControlC() throws Exception {
    start();
    await("the first hosts", line -> line.startsWith("host10 "));

    press("C-c");

    awaitEnd(0);
  }

  @Test
  void restoresTheTerminalWhenItIsTerminated() throws Exception {
    start();
    await("the first hosts", line -> line.startsWith("host10 "));

    long pane = Long.parseLong(tmux("display-message", "-p", "#{pane_pid}").get(0));
    List<ProcessHandle> programs =
        ProcessHandle.of(pane).orElseThrow().descendants().filter(this::isJava).toList();
    assertEquals(1, programs.size(), "the program runs");
    programs.get(0).destroy();

    awaitEnd(143);
  }

  private boolean isJava(ProcessHandle process) {
    return process.info().command().orElse("").endsWith("java");
  }

  private void start() throws Exception {
    socket = directory.resolve("tmux" + ++starts).toString();
    String command =
        Daemon.words("top", "--url", url, "--interval", "200ms").stream()
            .map(word -> "'" + word + "'")
            .collect(joining(" "));
    Path script =
        Files.writeString(
            directory.resolve("run"),
            """
            before=$(stty -g)
            %s
            echo "ended with $?"
            [ "$(stty -g)" = "$before" ] && echo "as before"
            exec cat
            """
                .formatted(command));
    tmux("-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "12", "sh", script.toString());
  }

  private void press(String key) throws Exception {
    tmux("send-keys", key);
  }

  private void awaitEnd(int exitCode) throws Exception {
    await("the end", line -> line.equals("ended with " + exitCode));
    await("the terminal as before", line -> line.equals("as before"));
  }

  private void await(String what, Predicate<String> line) throws Exception {
    awaitScreen(what, screen -> screen.stream().anyMatch(line));
  }

  private void awaitScreen(String what, Predicate<List<String>> condition) throws Exception {
    List<String> screen = tmux("capture-pane", "-p");
    while (!condition.test(screen)) {
      if (Thread.interrupted()) {
        throw new InterruptedException(
            "the screen never showed " + what + ":\n" + String.join("\n", screen));
      }
      screen = tmux("capture-pane", "-p");
    }
  }

  private List<String> tmux(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("tmux", "-S", socket));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("TERM", "xterm");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output.lines().toList();
  }
}
