package io.tcpbalance.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Compiles on one distcc host, or through a proxy, and never on this machine.
 *
 * <p>May be shared by threads; jobs run side by side.
 */
public final class DistccClient {

  /**
   * What became of one compile.
   *
   * @param exitCode of distcc: 0 compiled, 1 compile error, 1xx distcc itself failed (116: no host)
   * @param output what distcc and the compiler printed
   */
  public record Compilation(int exitCode, String output) {}

  /** A client at work. */
  public static final class Job {
    private final Process process;
    private final CompletableFuture<Compilation> compilation;

    private Job(Process process, CompletableFuture<Compilation> compilation) {
      this.process = process;
      this.compilation = compilation;
    }

    public CompletableFuture<Compilation> compilation() {
      return compilation;
    }

    /** SIGKILL: it cannot say good-bye, the kernel closes its connection. */
    public void kill() {
      process.destroyForcibly().onExit().join();
    }
  }

  private final Path directory;
  private final Map<String, String> environment;

  private DistccClient(Path directory, Map<String, String> environment) {
    this.directory = directory;
    this.environment = environment;
  }

  /**
   * A client of one host.
   *
   * @param directory for distcc's locks and the jobs' output; the caller removes it
   * @param maxJobs further ones wait inside distcc
   */
  public DistccClient(String host, int port, int maxJobs, Path directory) throws IOException {
    this(
        directory,
        Map.of(
            "DISTCC_HOSTS", "%s:%d/%d --localslots_cpp=%d".formatted(host, port, maxJobs, maxJobs),
            // Where it leaves its files when it is killed.
            "TMPDIR", Files.createDirectories(directory.resolve("tmp")).toString(),
            "DISTCC_DIR", Files.createDirectories(directory.resolve("distcc")).toString(),
            "DISTCC_FALLBACK", "0",
            "DISTCC_SKIP_LOCAL_RETRY", "1",
            "DISTCC_PAUSE_TIME_MSEC", "50",
            "DISTCC_BACKOFF_PERIOD", "1"));
  }

  /**
   * The same client, but with another time-out for each read and write; distcc's own is 300 s.
   *
   * @param seconds at least 1
   */
  public DistccClient ioTimeout(int seconds) {
    Map<String, String> other = new HashMap<>(environment);
    other.put("DISTCC_IO_TIMEOUT", Integer.toString(seconds));
    return new DistccClient(directory, Map.copyOf(other));
  }

  /**
   * Has make build all .c files of a directory.
   *
   * @param objects a directory, made here
   * @param jobs make's {@code -j}
   */
  public DistccBuild make(Path sources, Path objects, int jobs) throws IOException {
    ProcessBuilder builder = new ProcessBuilder();
    putEnvironment(builder);
    return DistccBuild.start(builder, sources, objects, jobs);
  }

  private void putEnvironment(ProcessBuilder builder) {
    builder.environment().keySet().removeIf(name -> name.startsWith("DISTCC"));
    builder.environment().putAll(environment);
  }

  /** Compiles a .c file with gcc, any other with g++. */
  public Compilation compile(Path source, Path object, String... options) throws IOException {
    return start(source, object, options).join();
  }

  /** As {@link #compile}, without waiting. Cancelling the future does not end the job. */
  public CompletableFuture<Compilation> start(Path source, Path object, String... options)
      throws IOException {
    return launch(source, object, options).compilation();
  }

  /** As {@link #start}, of a job that may be killed. */
  public Job launch(Path source, Path object, String... options) throws IOException {
    String compiler = source.toString().endsWith(".c") ? "gcc" : "g++";
    List<String> command = new ArrayList<>(List.of("distcc", compiler));
    command.addAll(List.of(options));
    command.addAll(List.of("-c", source.toString(), "-o", object.toString()));
    Path output = Files.createTempFile(directory, "distcc", ".out");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    putEnvironment(builder);
    Process process = builder.start();
    return new Job(process, process.onExit().thenApply(ended -> toCompilation(ended, output)));
  }

  private static Compilation toCompilation(Process process, Path output) {
    try {
      return new Compilation(process.exitValue(), Files.readString(output));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
