package io.tcpbalance.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** What can be done to a state directory from outside of the daemon. */
public final class StateMaintenance {

  private StateMaintenance() {}

  /** Whether anything is recorded, readable or not. */
  public static boolean isRecorded(Path directory) {
    return Files.exists(StateFile.in(directory));
  }

  /** What is recorded, by proxy. Also while a daemon runs: the file is always whole. */
  public static Map<String, PoolChanges> recorded(Path directory)
      throws IOException, UnreadableStateException {
    return StateFile.read(StateFile.in(directory)).proxies();
  }

  /**
   * Forgets what is recorded, and says so in the audit trail.
   *
   * @param user who wants it
   * @throws StateInUseException while a daemon runs, which would record it again
   */
  public static void clear(Path directory, String user) throws IOException, StateInUseException {
    Path file = StateFile.in(directory);
    try (DirectoryLock lock = new DirectoryLock(directory);
        AuditTrail audit = AuditTrail.in(directory, InstantSource.system())) {
      lock.take();
      Files.delete(file);
      DurableFile.forceDirectoryOf(file);
      audit.record(
          new AuditEntry(
              "command-line",
              "user " + user,
              Optional.empty(),
              Optional.empty(),
              "forgot all recorded changes"));
    }
  }
}
