package io.tcpbalance.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tcpbalance.testing.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A proxy as a child of ours, in the foreground, with its files in the work directory. Its process
 * id is noted in {@code pids} there, for the script that cleans up should this JVM be killed.
 */
final class ChildProcess implements AutoCloseable {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration FIRST_JOB_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration ASK_TIMEOUT = Duration.ofSeconds(30);

  private final String name;
  private final Process process;
  private final Path log;
  private final int port;
  private final Thread atExit = new Thread(this::stop, "stop-child");

  private ChildProcess(String name, Process process, Path log, int port) {
    this.name = name;
    this.process = process;
    this.log = log;
    this.port = port;
  }

  /**
   * Starts a contender in front of the server and returns once a job has gone through it.
   *
   * @param startTimeout a launcher may have to build first
   */
  static ChildProcess start(
      Contender contender, int serverPort, Path workDir, Duration startTimeout)
      throws IOException, InterruptedException {
    int port = FreePorts.one();
    Path conf = workDir.resolve(contender.name() + ".conf");
    Path log = workDir.resolve(contender.name() + ".log");
    Files.writeString(conf, contender.configuration().text(port, serverPort));
    Process process =
        new ProcessBuilder(contender.command().of(conf))
            .directory(workDir.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    ChildProcess child = new ChildProcess(contender.name(), process, log, port);
    Runtime.getRuntime().addShutdownHook(child.atExit);
    try {
      Files.writeString(
          workDir.resolve("pids"),
          process.pid() + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      child.awaitFirstJob(contender.protocol().nearest(JobShape.tiny()), startTimeout);
      return child;
    } catch (IOException | InterruptedException | RuntimeException e) {
      child.close();
      throw e;
    }
  }

  /** What a command prints on both streams. */
  static String output(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (!process.waitFor(ASK_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    return output;
  }

  int port() {
    return port;
  }

  /** With all of its threads and children, since its start, in microseconds. */
  long cpuUs() {
    return ProcStat.cpuUsOfTree(process.toHandle());
  }

  private void awaitFirstJob(JobShape job, Duration timeout)
      throws IOException, InterruptedException {
    long deadlineNs = System.nanoTime() + timeout.toNanos();
    InetSocketAddress proxy = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    while (!JobLoad.run(proxy, job, 1, 1, FIRST_JOB_TIMEOUT).isClean()) {
      boolean ended = process.waitFor(50, TimeUnit.MILLISECONDS);
      if (ended || System.nanoTime() - deadlineNs > 0) {
        String what = ended ? "ended with " + process.exitValue() : "does not serve";
        throw new IOException(name + " " + what + ":\n" + Files.readString(log));
      }
    }
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

  /** Returns when it and its children have ended. */
  private void stop() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    children.forEach(ProcessHandle::destroyForcibly);
  }
}
