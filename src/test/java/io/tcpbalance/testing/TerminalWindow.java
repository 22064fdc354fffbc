package io.tcpbalance.testing;

import static java.util.stream.Collectors.joining;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * A program in a terminal of tmux, whose keys are pressed and whose screen is read.
 *
 * <p>When the program has ended, a line tells its exit code, and another one that the terminal's
 * settings are as before; min and time, which count for raw input only, are not looked at. What is
 * waited for is bounded by the test's time-out, whose interrupt ends the wait and tells what was on
 * the screen.
 */
public final class TerminalWindow implements AutoCloseable {

  private final Path socket;

  private TerminalWindow(Path socket) {
    this.socket = socket;
  }

  /** Whether there is tmux on this machine. */
  public static boolean isPossible() {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(path -> Files.isExecutable(Path.of(path, "tmux")));
  }

  /**
   * Opens one, of 100 columns and 12 lines.
   *
   * @param directory for its files; one window at a time
   */
  public static TerminalWindow open(Path directory, List<String> program) throws Exception {
    Path script =
        Files.writeString(
            directory.resolve("run"),
            """
            settings() { stty -g | cut -d : -f 1-9,12-; }
            before=$(settings)
            %s
            echo "ended with $?"
            [ "$(settings)" = "$before" ] && echo "as before"
            exec cat
            """
                .formatted(program.stream().map(word -> "'" + word + "'").collect(joining(" "))));
    // A server of its own: the one before may be on its way out, and still answer.
    Path socket = Files.createTempDirectory(directory, "tmux").resolve("socket");
    TerminalWindow window = new TerminalWindow(socket);
    window.tmux(
        "-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "12", "sh", script.toString());
    return window;
  }

  /** Presses one, by the name that tmux has for it. */
  public void press(String key) throws Exception {
    tmux("send-keys", key);
  }

  public void resize(int columns, int lines) throws Exception {
    tmux("resize-window", "-x", String.valueOf(columns), "-y", String.valueOf(lines));
  }

  /** Of the shell that runs the program. */
  public ProcessHandle shell() throws Exception {
    long pid = Long.parseLong(tmux("display-message", "-p", "#{pane_pid}").get(0));
    return ProcessHandle.of(pid).orElseThrow();
  }

  public void awaitEnd(int exitCode) throws Exception {
    await("the end", line -> line.equals("ended with " + exitCode));
    await("the settings as before", line -> line.equals("as before"));
  }

  /** Waits for a line. */
  public void await(String what, Predicate<String> line) throws Exception {
    awaitScreen(what, screen -> screen.stream().anyMatch(line));
  }

  /** Waits until all the lines are so. */
  public void awaitScreen(String what, Predicate<List<String>> condition) throws Exception {
    List<String> screen = List.of();
    try {
      do {
        screen = tmux("capture-pane", "-p");
      } while (!condition.test(screen));
    } catch (InterruptedException e) {
      throw (InterruptedException)
          new InterruptedException(
                  "the screen never showed " + what + ":\n" + String.join("\n", screen))
              .initCause(e);
    }
  }

  private List<String> tmux(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("tmux", "-S", socket.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("TERM", "xterm");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output.lines().toList();
  }

  /** Hangs up: what runs in it gets SIGHUP. */
  @Override
  public void close() throws IOException {
    try {
      tmux("kill-server");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // The server is told all the same.
    }
  }
}
