package io.tcpbalance.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a state directory belong to one process at a time. The system drops the lock when the
 * process ends, however it ends; the file stays and says nothing by itself.
 */
final class DirectoryLock implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DirectoryLock.class);

  private static final int LONGEST_PID = 20;

  private final Path directory;
  private @Nullable FileChannel held;

  DirectoryLock(Path directory) {
    this.directory = directory;
  }

  /**
   * Makes the directory if need be, and takes it. Nothing happens if it is held already.
   *
   * @throws StateInUseException if another process has it, or another part of this one
   */
  synchronized void take() throws IOException, StateInUseException {
    if (held != null) {
      return;
    }
    Files.createDirectories(directory);
    FileChannel channel =
        FileChannel.open(
            directory.resolve("lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    try {
      if (tryLock(channel) == null) {
        throw new StateInUseException(directory, holder(channel));
      }
      byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8);
      channel.truncate(0).write(ByteBuffer.wrap(pid), 0);
      held = channel;
    } finally {
      if (held == null) {
        channel.close();
      }
    }
  }

  /** What holds the lock, if it is held: whoever closes it gives it up. */
  synchronized Optional<Channel> channel() {
    return Optional.ofNullable(held);
  }

  /** The lock is held by that from now on, which another part of this process had. */
  synchronized void inherit(FileChannel channel) {
    held = channel;
  }

  /** What holds the lock is somebody else's: it stays held, but not here. */
  synchronized void disown() {
    held = null;
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(LONGEST_PID);
    channel.read(text, 0);
    return StandardCharsets.UTF_8.decode(text.flip()).toString().strip();
  }

  @Override
  public synchronized void close() {
    FileChannel closing = held;
    held = null;
    try {
      if (closing != null) {
        closing.close();
      }
    } catch (IOException e) {
      LOG.warn("the lock of {} was not closed, it ends with this process: {}", directory, e);
    }
  }
}
