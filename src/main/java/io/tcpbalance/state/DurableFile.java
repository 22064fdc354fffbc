package io.tcpbalance.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes files so that a crash at any moment leaves the old content or the new one, whole. */
final class DurableFile {

  private DurableFile() {}

  /**
   * Replaces the content of a file. When this returns, it is on the disk: the content first, then
   * the name, each forced out before the next step.
   */
  static void write(Path file, byte[] content) throws IOException {
    Path temporary = temporary(file);
    try (FileChannel out =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    forceDirectoryOf(file);
  }

  /** A rename is on the disk only when its directory is. */
  static void forceDirectoryOf(Path file) throws IOException {
    try (FileChannel directory =
        FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  /** Always the same, so that crashes leave no more than one behind. */
  static Path temporary(Path file) {
    return file.resolveSibling(file.getFileName() + ".tmp");
  }
}
