package io.tcpbalance.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class CodeCopyTest {

  private static final String SHA256_OF_A =
      "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";

  @TempDir private Path from;
  @TempDir private Path work;
  private Path a;

  @BeforeEach
  void writeJar() throws IOException {
    a = Files.writeString(from.resolve("a.jar"), "a");
  }

  @Test
  void isWhatTheJarsWereWhenTheyWereRead() throws Exception {
    try (CodeCopy copy = CodeCopy.of(new Code(List.of(a), List.of(SHA256_OF_A), work))) {
      Files.writeString(a, "b");

      assertEquals("a", Files.readString(copy.jars().get(0)));
      assertEquals(List.of(SHA256_OF_A), copy.sha256());
    }
    assertEquals(List.of(), files(work));
  }

  @Test
  void isForThisUserOnly() throws Exception {
    try (CodeCopy copy = CodeCopy.of(new Code(List.of(a), List.of(), work))) {
      assertEquals(
          "rwx------",
          PosixFilePermissions.toString(Files.getPosixFilePermissions(files(work).get(0))));
      assertEquals(files(work).get(0), copy.jars().get(0).getParent());
    }
  }

  @Test
  void jarsOfTheSameNameKeepTheirOrder() throws Exception {
    Path other = Files.createDirectory(from.resolve("x")).resolve("a.jar");
    Files.writeString(other, "x");
    try (CodeCopy copy = CodeCopy.of(new Code(List.of(a, other), List.of(), work))) {
      assertEquals("a", Files.readString(copy.jars().get(0)));
      assertEquals("x", Files.readString(copy.jars().get(1)));
    }
  }

  @Test
  void nothingStaysOfWhatIsRefused() {
    Path missing = from.resolve("missing.jar");
    String wrong = "0".repeat(64);

    assertRefused(new Code(List.of(a, missing), List.of(), work), missing + " is no file");
    assertRefused(new Code(List.of(a, from), List.of(), work), from + " is no file");
    assertRefused(
        new Code(List.of(a), List.of(wrong), work),
        a + " is not the one that is asked for: its SHA-256 is " + SHA256_OF_A);
    assertRefused(new Code(Collections.nCopies(257, a), List.of(), work), "more than 256");
    assertRefused(
        new Code(List.of(a), List.of(), from.resolve("nowhere")), "the code cannot be copied to");
  }

  @Test
  void whatTheKilledLeftIsRemovedAndNothingElse() throws Exception {
    Path left = Files.createDirectory(work.resolve("tcpbalance-code-" + pidOfTheDead() + "-1"));
    Files.writeString(left.resolve("0-a.jar"), "a");
    Path used = Files.createDirectory(work.resolve("tcpbalance-code-1-1"));
    Path link = work.resolve("tcpbalance-code-" + pidOfTheDead() + "-2");
    Files.createSymbolicLink(link, from);
    Path state = Files.writeString(work.resolve("state.json"), "{}");

    CodeCopy.removeLeftBehind(work);
    CodeCopy.removeLeftBehind(work.resolve("nowhere"));

    assertEquals(Set.of(used, link, state), Set.copyOf(files(work)));
    assertEquals(List.of(a), files(from));
  }

  private static long pidOfTheDead() throws Exception {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    return process.pid();
  }

  @Test
  void bearsTheNumberOfItsProcess() throws Exception {
    try (CodeCopy copy = CodeCopy.of(new Code(List.of(a), List.of(), work))) {
      String name = work.relativize(copy.jars().get(0)).getName(0).toString();

      assertTrue(name.startsWith("tcpbalance-code-" + ProcessHandle.current().pid() + "-"), name);
    }
  }

  @Test
  void nothingStaysWhateverGoesWrong() throws Exception {
    Path gone;
    try (FileSystem archive =
        FileSystems.newFileSystem(from.resolve("x.zip"), Map.of("create", "true"))) {
      gone = archive.getPath("b.jar");
    }

    assertThrows(
        ClosedFileSystemException.class,
        () -> CodeCopy.of(new Code(List.of(a, gone), List.of(), work)));
    assertEquals(List.of(), files(work));
  }

  private void assertRefused(Code code, String reason) {
    BadCodeException refusal = assertThrows(BadCodeException.class, () -> CodeCopy.of(code));
    assertTrue(String.valueOf(refusal.getMessage()).contains(reason), refusal.getMessage());
    assertEquals(List.of(), files(work));
  }

  private static List<Path> files(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
