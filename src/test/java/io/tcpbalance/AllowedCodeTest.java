package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.admin.NewCode;
import io.tcpbalance.admin.UpgradeRefused;
import io.tcpbalance.config.UpgradeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class AllowedCodeTest {

  private static final String SUM_A = "a".repeat(64);
  private static final String SUM_B = "b".repeat(64);

  @TempDir private Path lib;
  @TempDir private Path elsewhere;
  private Path a;
  private Path b;
  private AllowedCode allowed;

  @BeforeEach
  void install() throws IOException {
    a = Files.createFile(lib.resolve("a.jar")).toRealPath();
    b = Files.createFile(lib.resolve("b.jar")).toRealPath();
    Files.createFile(lib.resolve("README"));
    Files.createFile(elsewhere.resolve("x.jar"));
    allowed = allowing(lib.resolve("missing"), lib);
  }

  @Test
  void takesAllJarsOfADirectory() {
    assertEquals(List.of(a, b), allowed.of(in(lib)).jars());
    assertEquals(List.of(), allowed.of(in(lib)).sha256());
  }

  @Test
  void takesJarsInTheOrderInWhichTheyAreNamed() {
    assertEquals(List.of(b, a), allowed.of(jars(List.of(b, a), Optional.empty())).jars());
  }

  @Test
  void putsSumsWhereTheirJarsAre() {
    Map<String, String> sums = Map.of("a.jar", SUM_A, "b.jar", SUM_B);

    assertEquals(
        List.of(SUM_B, SUM_A), allowed.of(jars(List.of(b, a), Optional.of(sums))).sha256());
  }

  @Test
  void sumsAreOfAllJarsAndOfNothingElse() {
    assertRefused(
        jars(List.of(a, b), Optional.of(Map.of("a.jar", SUM_A))), "the sums say nothing of b.jar");
    assertRefused(
        jars(List.of(a), Optional.of(Map.of("a.jar", SUM_A, "b.jar", SUM_B))),
        "the sums name what is not there: b.jar");
  }

  @Test
  void whatLiesElsewhereIsRefused() throws IOException {
    assertRefused(in(elsewhere), "lies below none of upgrade.allowed-dirs");
    assertRefused(
        jars(List.of(a, elsewhere.resolve("x.jar")), Optional.empty()), "x.jar lies below none of");
    assertRefused(in(lib.resolve("..")), "lies below none of");
    Files.createSymbolicLink(lib.resolve("z.jar"), elsewhere.resolve("x.jar"));
    assertRefused(in(lib), "x.jar lies below none of");
  }

  @Test
  void whatIsNotThereIsRefused() {
    assertRefused(in(lib.resolve("nothing")), "nothing cannot be read");
    assertRefused(jars(List.of(lib.resolve("c.jar")), Optional.empty()), "c.jar cannot be read");
  }

  @Test
  void nothingIsAllowedByDefault() {
    allowed = allowing();

    assertRefused(in(lib), "name a directory in upgrade.allowed-dirs");
  }

  private AllowedCode allowing(Path... directories) {
    return new AllowedCode(new UpgradeSettings(List.of(directories), Duration.ZERO), lib);
  }

  private static NewCode in(Path directory) {
    return new NewCode(Optional.of(directory.toString()), List.of(), Optional.empty());
  }

  private static NewCode jars(List<Path> jars, Optional<Map<String, String>> sums) {
    return new NewCode(Optional.empty(), jars.stream().map(Path::toString).toList(), sums);
  }

  private void assertRefused(NewCode code, String reason) {
    UpgradeRefused refusal = assertThrows(UpgradeRefused.class, () -> allowed.of(code));
    assertTrue(String.valueOf(refusal.getMessage()).contains(reason), refusal.getMessage());
  }
}
