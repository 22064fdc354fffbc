package io.tcpbalance.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class SumFileTest {

  private static final String ONE = "1".repeat(64);
  private static final String TWO = "A".repeat(64);

  @TempDir private Path directory;

  @Test
  void readsWhatSha256sumWrites() throws Exception {
    Path file = file(ONE + "  a.jar\n" + TWO + " *lib/b.jar\n\n" + ONE + "  x.tar.gz\n");

    assertEquals(Map.of("a.jar", ONE, "b.jar", "a".repeat(64)), SumFile.ofJars(file));
  }

  @Test
  void takesOneJarTwiceIfItIsTheSame() throws Exception {
    assertEquals(
        Map.of("a.jar", ONE), SumFile.ofJars(file(ONE + "  x/a.jar\n" + ONE + "  y/a.jar\n")));
    assertRefused(ONE + "  x/a.jar\n" + TWO + "  y/a.jar\n", "two different sums for a.jar");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.jar", "12  a.jar", "SHA256 (a.jar) = 12", "g  a.jar", "\u0000"})
  void refusesWhatIsNoListOfSums(String text) throws Exception {
    assertRefused(text, "sha256sum would not write");
  }

  @Test
  void refusesWhatCannotBeRead() throws Exception {
    Failure missing =
        assertThrows(Failure.class, () -> SumFile.ofJars(directory.resolve("missing")));
    assertTrue(String.valueOf(missing.getMessage()).contains("cannot be read"));
    assertRefused(" ".repeat((1 << 20) + 1), "is too long");
  }

  private Path file(String text) throws Exception {
    return Files.writeString(directory.resolve("SHA256SUMS"), text);
  }

  private void assertRefused(String text, String problem) throws Exception {
    Path file = file(text);
    Failure failure = assertThrows(Failure.class, () -> SumFile.ofJars(file));
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertTrue(String.valueOf(failure.getMessage()).contains(problem), failure.getMessage());
  }
}
