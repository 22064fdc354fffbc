package io.tcpbalance.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that holds the recorded state, and what is known to be in it. Any thread may ask what is
 * {@link #recorded}; the rest is not for several at once.
 */
final class StateFile {

  private static final Logger LOG = LoggerFactory.getLogger(StateFile.class);

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final Path file;
  private final DirectoryLock lock;
  private final InstantSource wallClock;

  /** Read by the Guardian too, when a proxy is added at run time. */
  private volatile RecordedState recorded = RecordedState.EMPTY;

  /** Whether something lies there that is not understood, and must not be overwritten. */
  private boolean foreign;

  private StateFile(Path file, DirectoryLock lock, InstantSource wallClock) {
    this.file = file;
    this.lock = lock;
    this.wallClock = wallClock;
  }

  static Path in(Path directory) {
    return directory.resolve("state.json");
  }

  /**
   * Reads the file. What cannot be read is kept aside, and nothing is taken from it.
   *
   * @param lock of the directory, without which nothing is written
   */
  static StateFile load(Path directory, DirectoryLock lock, InstantSource wallClock) {
    StateFile loaded = new StateFile(in(directory), lock, wallClock);
    try {
      loaded.recorded = read(loaded.file);
    } catch (UnreadableStateException | IOException e) {
      LOG.error(
          "{} cannot be used, so everything is as it is configured: {}",
          loaded.file,
          e instanceof UnreadableStateException ? e.getMessage() : reason(e));
      loaded.foreign = true;
      loaded.tryToKeepAside();
    }
    return loaded;
  }

  /** Reads without leaving a trace; a missing file holds nothing. */
  static RecordedState read(Path file) throws IOException, UnreadableStateException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return RecordedState.EMPTY;
    }
    return StateFormat.read(bytes);
  }

  /** What is in the file, as far as is known. */
  RecordedState recorded() {
    return recorded;
  }

  /** Writes, unless it is there already. When this returns, it is on the disk. */
  void save(RecordedState state) throws IOException {
    if (state.equals(recorded)) {
      return;
    }
    try {
      lock.take();
    } catch (StateInUseException e) {
      throw new IOException(e.getMessage(), e);
    }
    if (foreign) {
      keepAside();
    }
    DurableFile.write(file, StateFormat.write(state, wallClock.instant()));
    recorded = state;
  }

  private void tryToKeepAside() {
    try {
      keepAside();
    } catch (IOException e) {
      LOG.error("{} cannot be kept aside: {}; nothing will be recorded", file, reason(e));
    }
  }

  private void keepAside() throws IOException {
    Path aside =
        file.resolveSibling(file.getFileName() + ".corrupt-" + STAMP.format(wallClock.instant()));
    try {
      Files.move(file, aside);
      DurableFile.forceDirectoryOf(file);
      LOG.warn("it is kept as {}", aside);
    } catch (NoSuchFileException e) {
      // Somebody took it away, or it was the directory that could not be read.
    }
    foreign = false;
  }

  /** Java's own messages are often no more than the name of the file. */
  static String reason(Exception e) {
    String message = e.getMessage();
    return e.getClass() == IOException.class && message != null ? message : e.toString();
  }
}
