package io.tcpbalance.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A real daemon: the program under test in a process of its own, started from this JVM's class
 * path.
 *
 * <p>What is waited for is bounded by the test's time-out, whose interrupt ends the wait and tells
 * what never came. {@link #close} kills the process and returns when it is gone. Needs GNU's env
 * and, for limits, bash and util-linux.
 */
public final class Daemon implements AutoCloseable {

  /** How to start one. */
  public static final class Launch {
    private final String mainClass;
    private final String classPath;
    private final List<String> arguments;
    private final List<String> jvmOptions = new ArrayList<>();
    private List<String> surroundings = List.of();
    private int openFiles;
    private String logLevel = "INFO";

    private Launch(String mainClass, String classPath, List<String> arguments) {
      this.mainClass = mainClass;
      this.classPath = classPath;
      this.arguments = arguments;
    }

    /** Limits its file descriptors, as {@code ulimit -n} does. */
    public Launch openFiles(int limit) {
      openFiles = limit;
      return this;
    }

    /** Adds options of the JVM; a small heap is the default. */
    public Launch jvmOptions(String... options) {
      jvmOptions.addAll(List.of(options));
      return this;
    }

    /** Has it started by another program, which becomes the daemon, such as nsenter. */
    public Launch within(List<String> words) {
      surroundings = List.copyOf(words);
      return this;
    }

    public Launch logLevel(String level) {
      logLevel = level;
      return this;
    }

    /** Returns at once; {@link Daemon#port} and {@link Daemon#awaitLine} wait. */
    public Daemon start() throws IOException {
      return new Daemon(this);
    }

    private List<String> command() {
      // A shell may have started us with signals ignored, which children inherit.
      List<String> command = new ArrayList<>(surroundings);
      command.addAll(List.of("env", "--default-signal=HUP,INT,TERM"));
      if (openFiles > 0) {
        command.addAll(
            List.of("bash", "-c", "ulimit -n " + openFiles + "; exec \"$@\"", "tcpbalance"));
      }
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
      if (Runtime.version().feature() >= 24) { // as ops/tcpbalance does
        command.add("--sun-misc-unsafe-memory-access=allow");
      }
      command.add("-Dlogback.configurationFile=conf/logback.xml");
      command.addAll(jvmOptions);
      command.addAll(List.of("-cp", classPath, mainClass));
      command.addAll(arguments);
      return command;
    }
  }

  private final Process process;
  private final Thread reader = new Thread(this::read, "daemon-output");
  private final Thread atExit = new Thread(this::kill, "daemon-kill");
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final List<String> lines = new ArrayList<>();
  private boolean outputEnded;

  private Daemon(Launch launch) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(launch.command()).redirectErrorStream(true);
    builder.environment().put("TCPBALANCE_LOG_LEVEL", launch.logLevel);
    // Unless its configuration says otherwise: state belongs to one daemon, and not into the tree.
    builder.environment().put("TCPBALANCE_STATE_DIR", "");
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    process = builder.start();
    Runtime.getRuntime().addShutdownHook(atExit);
    reader.setDaemon(true);
    reader.start();
  }

  /** A daemon that serves: {@code run -c FILE}. */
  public static Launch of(Path configuration) {
    return command("run", "-c", configuration.toString());
  }

  /** Any command of the program. */
  public static Launch command(String... arguments) {
    return new Launch(
        "io.tcpbalance.bootstrap.Bootstrap", ProgramJar.classPath(), List.of(arguments));
  }

  /** The words that start any command of the program, for those who start it in a way of theirs. */
  public static List<String> words(String... arguments) {
    return command(arguments).command();
  }

  /** A program of the tests, which starts a daemon in its own way. */
  public static Launch program(Class<?> main, String... arguments) {
    String tests = Path.of("target", "test-classes").toString();
    return new Launch(
        main.getName(), ProgramJar.classPath() + File.pathSeparator + tests, List.of(arguments));
  }

  /** Where the proxy listens on this machine, once it does. */
  public int port(String proxy) throws InterruptedException {
    Pattern listens =
        Pattern.compile("proxy " + Pattern.quote(proxy) + " listens on \\S*:([0-9]+)\\b.*");
    String line = awaitLine("proxy " + proxy + " listens on ");
    Matcher matcher = listens.matcher(line);
    if (!matcher.find()) {
      throw new AssertionError("no port in: " + line);
    }
    return Integer.parseInt(matcher.group(1));
  }

  /** The first line of the output, past or to come, that holds the text. */
  public String awaitLine(String text) throws InterruptedException {
    awaitLines(text, 1);
    return linesWith(text).get(0);
  }

  /** Waits until that many lines hold the text. */
  public void awaitLines(String text, int count) throws InterruptedException {
    await(count + " x '" + text + "'", seen -> seen.filter(l -> l.contains(text)).count() >= count);
  }

  private void await(String what, Predicate<Stream<String>> condition) throws InterruptedException {
    lock.lock();
    try {
      while (!condition.test(lines.stream())) {
        if (outputEnded) {
          throw neverCame(what);
        }
        news.await();
      }
    } catch (InterruptedException e) {
      // JUnit shows this beside its time-out.
      throw (InterruptedException)
          new InterruptedException(neverCame(what).getMessage()).initCause(e);
    } finally {
      lock.unlock();
    }
  }

  private AssertionError neverCame(String what) {
    return new AssertionError(
        "the daemon never said " + what + "; its output:\n" + String.join("\n", lines));
  }

  /** What it has printed until now, on both streams. */
  public List<String> output() {
    lock.lock();
    try {
      return List.copyOf(lines);
    } finally {
      lock.unlock();
    }
  }

  public List<String> linesWith(String text) {
    return output().stream().filter(line -> line.contains(text)).toList();
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Sends a signal.
   *
   * @param name without SIG
   */
  public void signal(String name) throws IOException, InterruptedException {
    runTool("env", "kill", "-s", name, Long.toString(pid()));
  }

  /**
   * Lowers the number of file descriptors that it may use from now on; those above it stay open.
   * Back up to what it had is allowed.
   */
  public void limitOpenFiles(int limit) throws IOException, InterruptedException {
    runTool("prlimit", "--pid", Long.toString(pid()), "--nofile=" + limit + ":");
  }

  /** How many file descriptors it uses. */
  public int openFiles() throws IOException {
    return files(file -> true);
  }

  /** How many of them are sockets, listening ones too. */
  public int openSockets() throws IOException {
    return files(file -> file.startsWith("socket:"));
  }

  private int files(Predicate<String> wanted) throws IOException {
    int count = 0;
    try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid()), "fd"))) {
      for (Path file : files.toList()) {
        count += isLinkTo(file, wanted) ? 1 : 0;
      }
    }
    return count;
  }

  private static boolean isLinkTo(Path file, Predicate<String> wanted) throws IOException {
    try {
      return wanted.test(Files.readSymbolicLink(file).toString());
    } catch (NoSuchFileException e) {
      return false; // It was closed meanwhile.
    }
  }

  private static void runTool(String... command) throws IOException, InterruptedException {
    Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(tool.getInputStream().readAllBytes(), UTF_8);
    if (tool.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + output);
    }
  }

  /** The exit code; a signal that killed it counts as 128 and its number. */
  public int awaitExit() throws InterruptedException {
    try {
      int code = process.waitFor();
      reader.join();
      return code;
    } catch (InterruptedException e) {
      throw (InterruptedException)
          new InterruptedException(
                  "the daemon never ended; its output:\n" + String.join("\n", output()))
              .initCause(e);
    }
  }

  private void read() {
    try (BufferedReader in = process.inputReader()) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String read = line;
        update(() -> lines.add(read));
      }
    } catch (IOException e) {
      // The same as its end.
    }
    update(() -> outputEnded = true);
  }

  private void update(Runnable change) {
    lock.lock();
    try {
      change.run();
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // This JVM is on its way down: the hook has run or runs.
    }
  }
}
