package io.tcpbalance.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * One distccd on loopback. It leads a session of its own: its compilers leave its process group,
 * but never its session, so the session is what gets killed or frozen.
 *
 * <p>Its log comes through a pipe to a thread that counts finished jobs; waiters wake on log lines.
 */
final class DistccHost {

  private static final Path WHITELIST = Path.of("/usr/lib/distcc");
  private static final Duration START_TIMEOUT = Duration.ofSeconds(20);

  private final DistccFarm.Host host;
  private final Path directory;
  private final int port;

  /** 0: none. */
  private final int statsPort;

  private final Process daemon;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition logged = lock.newCondition();
  private final List<String> log = new ArrayList<>();
  private int completedJobs;
  private boolean listening;
  private boolean logEnded;

  /**
   * @param directory an empty directory that the user distccd can get to
   * @param stats whether it serves its statistics
   */
  static DistccHost start(DistccFarm.Host host, Path directory, boolean stats) throws IOException {
    Files.createDirectory(directory.resolve("tmp"));
    Path compilers = Files.createDirectory(directory.resolve("bin"));
    if (host.slowdown() > 1 || !host.emulatedTime().isZero()) {
      writeSlowCompilers(compilers, host);
    }
    return new DistccHost(host, directory, FreePorts.one(), stats ? FreePorts.one() : 0);
  }

  /** The same host after its death. */
  DistccHost restart() throws IOException {
    return new DistccHost(host, directory, port, statsPort);
  }

  private DistccHost(DistccFarm.Host host, Path directory, int port, int statsPort)
      throws IOException {
    this.host = host;
    this.directory = directory;
    this.port = port;
    this.statsPort = statsPort;
    Path temporary = directory.resolve("tmp");
    Path compilers = directory.resolve("bin");
    List<String> command =
        new ArrayList<>(List.of("setsid", "distccd", "--daemon", "--no-detach", "--log-stderr"));
    command.addAll(List.of("--log-level", "info", "--listen", "127.0.0.1"));
    command.addAll(List.of("--allow", "127.0.0.0/8", "--port", Integer.toString(port)));
    command.addAll(List.of("--jobs", Integer.toString(host.slots())));
    if (statsPort > 0) {
      command.addAll(List.of("--stats", "--stats-port", Integer.toString(statsPort)));
    }
    if (isRoot()) { // distccd gives up root, and then needs a directory of its own
      command.addAll(List.of("--user", "distccd"));
      Files.setOwner(
          temporary,
          FileSystems.getDefault()
              .getUserPrincipalLookupService()
              .lookupPrincipalByName("distccd"));
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("DISTCC"));
    builder.environment().put("TMPDIR", temporary.toString());
    builder.environment().put("DISTCCD_PATH", compilers + ":/usr/bin:/bin");
    this.daemon = builder.start();
    Thread reader = new Thread(this::readLog, "distccd-log-" + host.name());
    reader.setDaemon(true);
    reader.start();
  }

  DistccFarm.Host host() {
    return host;
  }

  int port() {
    return port;
  }

  int statsPort() {
    return statsPort;
  }

  int completedJobs() {
    lock.lock();
    try {
      return completedJobs;
    } finally {
      lock.unlock();
    }
  }

  void awaitListening() throws InterruptedException {
    await("listens", () -> listening, START_TIMEOUT);
  }

  void awaitCompletedJobs(int count, Duration timeout) throws InterruptedException {
    await("completes " + count + " jobs", () -> completedJobs >= count, timeout);
  }

  /** SIGKILL to the daemon, its workers and its compilers; returns when all of them are gone. */
  void kill() {
    for (List<ProcessHandle> live = session(); !live.isEmpty(); live = session()) {
      live.forEach(ProcessHandle::destroyForcibly);
      // Unreaped children of a dead parent may stay zombies; session() does not count those.
      daemon.onExit().join();
    }
  }

  /** Stops every process where it is; new connections are still accepted, by the kernel. */
  void freeze() throws IOException, InterruptedException {
    signal("STOP");
  }

  void thaw() throws IOException, InterruptedException {
    signal("CONT");
  }

  void setWritable(boolean writable) throws IOException {
    Files.setPosixFilePermissions(
        directory.resolve("tmp"),
        PosixFilePermissions.fromString(writable ? "rwx------" : "r-x------"));
  }

  private void signal(String name) throws IOException, InterruptedException {
    List<ProcessHandle> before = List.of();
    for (List<ProcessHandle> now = session(); !now.equals(before); now = session()) {
      List<String> command = new ArrayList<>(List.of("sh", "-c", "kill -s \"$@\"", "sh", name));
      now.forEach(process -> command.add(Long.toString(process.pid())));
      new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD) // one may have ended meanwhile
          .start()
          .waitFor();
      before = now; // again, when one was forked meanwhile
    }
  }

  private List<ProcessHandle> session() {
    return ProcessHandle.allProcesses().filter(this::isInSession).sorted().toList();
  }

  /** See proc(5): pid (name) state parent group session. The name may hold blanks and brackets. */
  private boolean isInSession(ProcessHandle process) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 5);
      return !fields[0].equals("Z") && Long.parseLong(fields[3]) == daemon.pid();
    } catch (IOException gone) {
      return false;
    }
  }

  private void readLog() {
    try (BufferedReader lines = daemon.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        onLogLine(line);
      }
    } catch (IOException closed) {
      // the same as its end
    }
    lock.lock();
    try {
      logEnded = true;
      logged.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void onLogLine(String line) {
    lock.lock();
    try {
      log.add(line);
      listening |= line.contains("daemon started");
      completedJobs += line.contains(" COMPILE_OK ") ? 1 : 0;
      logged.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private interface LogCondition {
    boolean holds();
  }

  private void await(String what, LogCondition condition, Duration timeout)
      throws InterruptedException {
    lock.lock();
    try {
      long remainingNs = timeout.toNanos();
      while (!condition.holds()) {
        if (remainingNs <= 0 || logEnded) {
          throw new AssertionError(
              "never seen that distccd '%s' %s; its log:%n%s"
                  .formatted(host.name(), what, String.join("\n", log)));
        }
        remainingNs = logged.awaitNanos(remainingNs);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * distccd finds a compiler through DISTCCD_PATH and accepts it when its name stands in the
   * whitelist. These sleep for the emulated time, run the real one and sleep in proportion to the
   * time it took.
   */
  private static void writeSlowCompilers(Path directory, DistccFarm.Host host) throws IOException {
    Path slow = directory.resolve(".slow");
    Files.writeString(
        slow,
        """
        #!/bin/bash
        sleep %s
        began=${EPOCHREALTIME/[.,]/}
        "/usr/bin/${0##*/}" "$@"
        status=$?
        us=$(((${EPOCHREALTIME/[.,]/} - began) * %d))
        sleep "$((us / 1000000)).$(printf %%06d $((us %% 1000000)))"
        exit $status
        """
            .formatted(
                seconds(host.emulatedTime().multipliedBy(host.slowdown())), host.slowdown() - 1));
    Files.setPosixFilePermissions(slow, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (Stream<Path> names = Files.list(WHITELIST)) {
      for (Path name : names.map(Path::getFileName).toList()) {
        if (Files.isExecutable(Path.of("/usr/bin").resolve(name))) {
          Files.createLink(directory.resolve(name), slow);
        }
      }
    }
  }

  private static String seconds(Duration time) {
    return BigDecimal.valueOf(time.toMillis(), 3).toPlainString();
  }

  private static boolean isRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }
}
