package io.tcpbalance.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tcpbalance.secrets.TlsFiles;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A cluster's private authority, as {@code ops/cluster-certs} makes it. Needs openssl. */
public final class TestAuthority {

  /** What came of the script. */
  public record Ran(int exitCode, String output) {}

  private final Path directory;

  /**
   * In a directory of its own.
   *
   * @throws org.opentest4j.TestAbortedException if there is no openssl here
   */
  public TestAuthority(Path directory) {
    assumeTrue(isPossible(), "no openssl here");
    this.directory = directory;
  }

  /** Whether there is openssl. */
  public static boolean isPossible() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(path -> Files.isExecutable(Path.of(path, "openssl")));
  }

  public Path file(String name) {
    return directory.resolve(name);
  }

  /** The files of a node; the first name is that of the files. */
  public TlsFiles node(String... names) throws IOException, InterruptedException {
    Ran ran = script(directory.toString(), String.join(",", names));
    if (ran.exitCode() != 0) {
      throw new IOException(ran.output());
    }
    return files(names[0]);
  }

  /** The files of a node that was made. */
  public TlsFiles files(String name) {
    return new TlsFiles(file(name + ".pem"), file(name + ".key"), Optional.of(file("ca.pem")));
  }

  /** Runs the script. */
  public static Ran script(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ops/cluster-certs"));
    command.addAll(List.of(arguments));
    return run(command);
  }

  /**
   * Gives a node that was made another certificate of the authority.
   *
   * @param days how long it is valid; -1: it has ended
   * @param extensions as openssl takes them
   */
  public void reissue(String name, int days, String... extensions)
      throws IOException, InterruptedException {
    Path request = file("request");
    Files.writeString(file("extensions"), String.join("\n", extensions) + "\n");
    openssl("req", "-new", "-key", file(name + ".key"), "-subj", "/CN=" + name, "-out", request);
    openssl(
        "x509",
        "-req",
        "-in",
        request,
        "-out",
        file(name + ".pem"),
        "-days",
        days,
        "-set_serial",
        "7",
        "-CA",
        file("ca.pem"),
        "-CAkey",
        file("ca.key"),
        "-extfile",
        file("extensions"));
  }

  private static void openssl(Object... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("openssl"));
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    Ran ran = run(command);
    if (ran.exitCode() != 0) {
      throw new IOException(ran.output());
    }
  }

  private static Ran run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Ran(process.waitFor(), output);
  }
}
