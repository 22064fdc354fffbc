package io.tcpbalance.state;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A file of lines that is renamed to {@code NAME.1} when it is full, that one to {@code NAME.2},
 * and so on; the oldest is dropped. After a failure it is opened anew. Not for several threads at
 * once.
 */
final class RotatingFile implements AuditTrail.Sink {

  private final Path file;
  private final long maxBytes;
  private final int files;
  private @Nullable OutputStream out;
  private long bytes;

  /**
   * @param maxBytes of each file; a line that is longer has a file of its own
   * @param files how many there may be, 2 or more
   */
  RotatingFile(Path file, long maxBytes, int files) {
    this.file = file;
    this.maxBytes = maxBytes;
    this.files = files;
  }

  @Override
  public void append(byte[] line) throws IOException {
    try {
      if (out == null) {
        out = open();
      }
      if (bytes > 0 && bytes + line.length > maxBytes) {
        close();
        rotate();
        out = open();
      }
      out.write(line);
      bytes += line.length;
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /** A line that was cut off by a crash or a full disk is ended, so that it spoils no other. */
  private OutputStream open() throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    boolean cut = Files.exists(file) && !endsWithLine();
    OutputStream opened =
        Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    bytes = Files.size(file);
    if (cut) {
      opened.write('\n');
      bytes++;
    }
    return opened;
  }

  private boolean endsWithLine() throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      if (channel.size() == 0) {
        return true;
      }
      ByteBuffer last = ByteBuffer.allocate(1);
      channel.position(channel.size() - 1).read(last);
      return last.get(0) == '\n';
    }
  }

  private void rotate() throws IOException {
    for (int age = files - 1; age > 0; age--) {
      try {
        Files.move(aged(age - 1), aged(age), StandardCopyOption.REPLACE_EXISTING);
      } catch (NoSuchFileException e) {
        // Not so many yet.
      }
    }
  }

  private Path aged(int age) {
    return age == 0 ? file : file.resolveSibling(file.getFileName() + "." + age);
  }

  @Override
  public void close() throws IOException {
    OutputStream closing = out;
    out = null;
    if (closing != null) {
      closing.close();
    }
  }
}
