package io.tcpbalance.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotatingFileTest {

  private static final int LINE = 4;

  @TempDir private Path directory;

  @Test
  void rotatesBeforeALineThatDoesNotFitAndDropsTheOldestFile() throws Exception {
    RotatingFile file = file();

    for (int i = 1; i <= 7; i++) {
      append(file, "l0" + i);
    }

    file.close();
    assertEquals(List.of("l07"), read("audit.jsonl"));
    assertEquals(List.of("l05", "l06"), read("audit.jsonl.1"));
    assertEquals(List.of("l03", "l04"), read("audit.jsonl.2"));
    assertEquals(List.of("audit.jsonl", "audit.jsonl.1", "audit.jsonl.2"), files());
  }

  @Test
  void goesOnWhereItWasClosed() throws Exception {
    append(file(), "l01");
    RotatingFile next = file();

    append(next, "l02");
    append(next, "l03");

    assertEquals(List.of("l01", "l02"), read("audit.jsonl.1"));
    assertEquals(List.of("l03"), read("audit.jsonl"));
  }

  @Test
  void takesALineThatIsLongerThanAFile() throws Exception {
    RotatingFile file = file();

    append(file, "much longer than a file");
    append(file, "l02");

    assertEquals(List.of("much longer than a file"), read("audit.jsonl.1"));
    assertEquals(List.of("l02"), read("audit.jsonl"));
  }

  @Test
  void endsALineThatWasCutOff() throws Exception {
    Files.writeString(directory.resolve("audit.jsonl"), "l0");

    append(file(), "l02");

    assertEquals(List.of("l0", "l02"), read("audit.jsonl"));
  }

  @Test
  void opensAnewAfterAFailure() throws Exception {
    Path full = Files.createSymbolicLink(directory.resolve("audit.jsonl"), Path.of("/dev/full"));
    RotatingFile file = file();
    assertThrows(IOException.class, () -> append(file, "l01"));
    Files.delete(full);

    append(file, "l02");

    assertEquals(List.of("l02"), read("audit.jsonl"));
  }

  private RotatingFile file() {
    return new RotatingFile(directory.resolve("audit.jsonl"), 2 * LINE, 3);
  }

  private static void append(RotatingFile file, String line) throws IOException {
    file.append((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private List<String> read(String name) throws IOException {
    return Files.readAllLines(directory.resolve(name));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
