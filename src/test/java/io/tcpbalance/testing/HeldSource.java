package io.tcpbalance.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A C file whose compile is in the test's hand: the assembler, on whichever host it runs, has to
 * include a named pipe and so waits there until it is let go.
 *
 * <p>Used by one test thread. The host must be on this machine.
 */
public final class HeldSource implements AutoCloseable {

  private static final byte[] BLANK_LINES = "\n".repeat(512).getBytes(US_ASCII);

  private final Path file;
  private final Path pipe;
  private OutputStream gate = OutputStream.nullOutputStream();

  /**
   * Writes the file.
   *
   * @param directory other users, such as distccd's, must get through it
   */
  public HeldSource(Path directory, String name) throws IOException, InterruptedException {
    file = directory.resolve(name + ".c");
    pipe = directory.resolve(name + ".pipe");
    Files.writeString(file, "int x;\nasm(\".include \\\"%s\\\"\");\n".formatted(pipe));
    if (new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start().waitFor() != 0) {
      throw new IOException("mkfifo " + pipe);
    }
    Files.setPosixFilePermissions(pipe, PosixFilePermissions.fromString("rw-rw-rw-"));
  }

  public Path file() {
    return file;
  }

  /** Returns when a compiler is at work on it; opening a pipe waits for its other end. */
  public void awaitCompiler() throws IOException {
    gate = new FileOutputStream(pipe.toFile());
  }

  /** Lets the compile go on, to its good end. */
  public void release() throws IOException {
    gate.close();
  }

  /** Returns when the compiler has died, held as it is. */
  public void awaitCompilerGone() throws InterruptedException {
    while (!Thread.interrupted()) {
      try {
        gate.write(BLANK_LINES);
      } catch (IOException brokenPipe) {
        return;
      }
    }
    throw new InterruptedException("the compiler of " + file + " is still there");
  }

  @Override
  public void close() throws IOException {
    gate.close();
  }
}
