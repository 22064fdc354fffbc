package io.tcpbalance.config;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SettingsFuzzTest {
  private static final int INPUTS = 20_000;

  private static final List<String> PIECES =
      List.of(
          "{",
          "}",
          "[",
          "]",
          "\"",
          "\"\"\"",
          "${",
          "${?",
          "}",
          "=",
          "+=",
          ":",
          ",",
          "\n",
          "#",
          "//",
          "\\",
          "\\u",
          "null",
          "-1",
          "0",
          "1e99",
          "NaN",
          "99999999999999999999",
          "${tcpbalance}",
          "${?X}",
          "${nope}",
          "s",
          "[]",
          "{}",
          "/",
          "@",
          "%",
          "\0",
          "\uD800",
          "::",
          "true",
          "tcpbalance",
          "pekko",
          "proxies",
          ".",
          "..",
          "backends",
          "allow");

  @Test
  void neverThrowsAnythingElse() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<String> valid = new ArrayList<>();
    for (Path file : SettingsLoaderTest.shippedConfigurations()) {
      // Comments are mostly what a mutation hits; without them it hits settings.
      valid.add(Files.readString(file).replaceAll("(?m)^ *#.*\n", ""));
    }
    valid.add(
        SettingsTexts.proxyText("backends = \"bld6/4 [::1]:33/2,lzo\", allow = [10.0.0.0/8]"));
    int rejected = 0;

    for (int i = 0; i < INPUTS; i++) {
      String text = mutated(valid.get(random.nextInt(valid.size())), random);
      try {
        SettingsLoader.parse(text, "fuzz.conf", Map.of("X", "3"));
      } catch (InvalidSettingsException e) {
        rejected++;
        assertFalse(e.problems().isEmpty(), () -> "seed " + seed + ":\n" + text);
      } catch (RuntimeException | Error e) {
        throw new AssertionError("seed " + seed + ":\n" + text, e);
      }
    }

    assertTrue(rejected > INPUTS / 10 && rejected < INPUTS, "seed " + seed + ": " + rejected);
  }

  private static String mutated(String text, Random random) {
    StringBuilder mutated = new StringBuilder(text);
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count && mutated.length() > 0; i++) {
      int at = random.nextInt(mutated.length());
      int end = Math.min(mutated.length(), at + 1 + random.nextInt(12));
      switch (random.nextInt(5)) {
        case 0 -> mutated.setCharAt(at, (char) random.nextInt(128));
        case 1 -> mutated.delete(at, end);
        case 2 -> mutated.insert(at, mutated.substring(at, end));
        case 3 -> mutated.insert(at, PIECES.get(random.nextInt(PIECES.size())));
        default -> mutated.replace(at, end, PIECES.get(random.nextInt(PIECES.size())));
      }
    }
    return mutated.toString();
  }
}
