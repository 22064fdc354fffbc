package io.tcpbalance.state;

import static io.tcpbalance.state.Pools.hosts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A full disk is played by {@code /dev/full}, to which nothing can be written. */
class StateFileTest {

  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-03-01T12:00:00.250Z"));

  private static final RecordedState ONE = state("x");
  private static final RecordedState TWO = state("x", "y");

  @TempDir private Path directory;
  private DirectoryLock lock;

  @AfterEach
  void unlock() {
    if (lock != null) {
      lock.close();
    }
  }

  private static RecordedState state(String... added) {
    return new RecordedState(Map.of("farm", PoolChanges.between(List.of(), hosts(added))));
  }

  @Test
  void nothingIsRecordedAtFirst() {
    assertEquals(RecordedState.EMPTY, load().recorded());
  }

  @Test
  void holdsWhatWasSaved() throws Exception {
    load().save(ONE);
    assertEquals(ONE, load().recorded());

    load().save(TWO);
    assertEquals(TWO, load().recorded());
    assertFalse(Files.exists(temporary()), "no trace of the way there");
  }

  @Test
  void doesNotWriteWhatIsThere() throws Exception {
    StateFile state = load();
    state.save(ONE);
    Files.delete(file());

    state.save(ONE);

    assertFalse(Files.exists(file()));
  }

  @Test
  void makesTheDirectory() throws Exception {
    directory = directory.resolve("var/lib/tcpbalance");

    load().save(ONE);

    assertEquals(ONE, load().recorded());
  }

  @Test
  void survivesACrashBeforeTheRename() throws Exception {
    load().save(ONE);
    Files.writeString(temporary(), "{\"version\" : 1, \"proxi");

    StateFile next = load();

    assertEquals(ONE, next.recorded());
    next.save(TWO);
    assertEquals(TWO, load().recorded());
  }

  @Test
  void fullDiskLeavesWhatWasThereAndIsOverWhenThereIsRoom() throws Exception {
    StateFile state = load();
    state.save(ONE);
    Files.createSymbolicLink(temporary(), Path.of("/dev/full"));

    String reason = assertThrows(IOException.class, () -> state.save(TWO)).getMessage();

    assertEquals("No space left on device", reason);
    assertEquals(ONE, state.recorded());
    assertEquals(ONE, StateFile.read(file()));
    Files.delete(temporary());
    state.save(TWO);
    assertEquals(TWO, StateFile.read(file()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{\"version\" : 1, \"proxi",
        "nonsense",
        "{\"version\" : 2}",
        "{\"version\" : 1, \"writtenAt\" : \"\", \"proxies\" : {\"a\" : {}}}"
      })
  void keepsAsideWhatItCannotRead(String content) throws Exception {
    Files.writeString(file(), content);

    StateFile state = load();

    assertEquals(RecordedState.EMPTY, state.recorded());
    assertFalse(Files.exists(file()));
    Path aside = directory.resolve("state.json.corrupt-20260301T120000.250Z");
    assertEquals(content, Files.readString(aside));
    state.save(ONE);
    assertEquals(ONE, load().recorded());
    assertEquals(content, Files.readString(aside));
  }

  @Test
  void neverOverwritesWhatItCouldNeitherReadNorKeepAside() throws Exception {
    Files.writeString(file(), "nonsense");
    Path taken = directory.resolve("state.json.corrupt-20260301T120000.250Z");
    Files.writeString(taken, "an older one");

    StateFile state = load();

    assertThrows(IOException.class, () -> state.save(ONE));
    assertEquals("nonsense", Files.readString(file()));
    Files.delete(taken);
    state.save(ONE);
    assertEquals(ONE, StateFile.read(file()));
    assertEquals("nonsense", Files.readString(taken));
  }

  @Test
  void writesNothingWhileAnotherHasTheDirectory() throws Exception {
    try (DirectoryLock other = new DirectoryLock(directory)) {
      other.take();
      StateFile state = load();

      IOException refusal = assertThrows(IOException.class, () -> state.save(ONE));

      assertTrue(refusal.getMessage().contains("in use by a running daemon"));
      assertEquals(List.of("lock"), filesIn(directory));
    }
  }

  @Test
  void lockTellsWhoHasItAndIsFreeAfterwards() throws Exception {
    DirectoryLock first = new DirectoryLock(directory);
    lock = new DirectoryLock(directory);
    first.take();
    first.take();

    StateInUseException refusal = assertThrows(StateInUseException.class, lock::take);

    assertEquals(
        "state-dir %s is in use by a running daemon (process %d)"
            .formatted(directory, ProcessHandle.current().pid()),
        refusal.getMessage());
    first.close();
    lock.take();
  }

  /** Another life of the daemon: the lock of the one before is gone. */
  private StateFile load() {
    unlock();
    lock = new DirectoryLock(directory);
    return StateFile.load(directory, lock, CLOCK);
  }

  private Path file() {
    return directory.resolve("state.json");
  }

  private Path temporary() {
    return directory.resolve("state.json.tmp");
  }

  private static List<String> filesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
