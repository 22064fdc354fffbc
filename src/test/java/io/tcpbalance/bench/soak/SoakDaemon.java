package io.tcpbalance.bench.soak;

import io.tcpbalance.testing.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The daemon as it is shipped, with a heap that is bounded so that its resident memory means
 * something. Its process id is noted in {@code pids} of the work directory, for the script that
 * cleans up should this JVM be killed.
 */
final class SoakDaemon implements AutoCloseable {
  static final String JVM_OPTIONS = "-Xmx512m";

  /** The launcher may have to build first. */
  private static final Duration START_TIMEOUT = Duration.ofMinutes(5);

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(40);
  private static final int POLL_MS = 100;
  private static final int ENDING_MS = 2_000;
  private static final int LAST_LINES = 20;

  private final Process process;
  private final Path log;
  private final Thread atExit = new Thread(this::stop, "stop-daemon");

  private SoakDaemon(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Returns when it serves. */
  static SoakDaemon start(SoakOptions options, List<Farm> farms)
      throws IOException, InterruptedException {
    Path directory = options.workDir();
    Path conf = directory.resolve("soak.conf");
    Files.writeString(conf, SoakConfiguration.text(directory.resolve("state"), farms));
    Path log = directory.resolve("daemon.log");
    ProcessBuilder builder =
        new ProcessBuilder(options.launcher().toString(), "run", "-c", conf.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("TCPBALANCE_JAVA_OPTS", JVM_OPTIONS);
    builder.environment().put("TCPBALANCE_LOG_LEVEL", "INFO");
    SoakDaemon daemon = new SoakDaemon(builder.start(), log);
    Runtime.getRuntime().addShutdownHook(daemon.atExit);
    try {
      Files.writeString(
          directory.resolve("pids"), daemon.pid() + "\n", StandardOpenOption.CREATE_NEW);
      daemon.awaitReady();
      return daemon;
    } catch (IOException | InterruptedException | RuntimeException e) {
      daemon.close();
      throw e;
    }
  }

  /** The interface is the last that is told of. */
  private void awaitReady() throws IOException, InterruptedException {
    long deadlineNs = System.nanoTime() + START_TIMEOUT.toNanos();
    while (firstLine("HTTP interface listens on ").isEmpty()) {
      boolean ended = process.waitFor(POLL_MS, TimeUnit.MILLISECONDS);
      if (ended || System.nanoTime() - deadlineNs > 0) {
        throw new IOException("the daemon does not start:\n" + Files.readString(log));
      }
    }
  }

  private Optional<String> firstLine(String text) throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.filter(line -> line.contains(text)).findFirst();
    }
  }

  Api api() throws IOException {
    return new Api("http://127.0.0.1:" + portIn("HTTP interface listens on "));
  }

  /** Where a proxy listens. */
  int port(String proxy) throws IOException {
    return portIn("proxy " + proxy + " listens on ");
  }

  private int portIn(String text) throws IOException {
    String line = firstLine(text).orElseThrow(() -> new IOException("never said: " + text));
    String address = line.substring(line.indexOf(text) + text.length()).split("[ ,]", 2)[0];
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  long pid() {
    return process.pid();
  }

  /** Whether it has ended, or is about to: its sockets go before it does. */
  boolean isEnding() throws InterruptedException {
    return process.waitFor(ENDING_MS, TimeUnit.MILLISECONDS);
  }

  /** Resident memory, in bytes; see proc(5). */
  long residentBytes() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid()), "status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
          .findFirst()
          .orElse(0);
    }
  }

  /** Errors that it logged, but for the kills of a drill, which end with that word. */
  List<String> loggedErrors() throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.filter(line -> line.contains(" ERROR ") && !line.endsWith(" drill")).toList();
    }
  }

  /** The end of its log. */
  String lastWords() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
  }

  @Override
  public void close() {
    stop();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The JVM is on its way down: the hook has run or runs.
    }
  }

  private void stop() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
