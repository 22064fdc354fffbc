package io.tcpbalance.distcc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WildcardTest {
  private static final int PATTERNS = 100_000;

  @Test
  void matchesAsARegularExpressionWould() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < PATTERNS; i++) {
      String pattern = word(random, "ab*", 6);
      String text = word(random, "ab", 9);

      boolean expected = Pattern.matches(pattern.replace("*", ".*"), text);

      assertEquals(
          expected,
          new Wildcard(pattern).matches(text),
          () -> "seed " + seed + ": " + pattern + " on " + text);
    }
  }

  @Test
  void takesOtherCharactersAsTheyAre() {
    assertEquals(true, new Wildcard("g++.?[a]*").matches("g++.?[a]\nx"));
    assertEquals(false, new Wildcard("g++").matches("ggg"));
  }

  private static String word(Random random, String letters, int longest) {
    StringBuilder word = new StringBuilder();
    for (int n = random.nextInt(longest + 1); n > 0; n--) {
      word.append(letters.charAt(random.nextInt(letters.length())));
    }
    return word.toString();
  }
}
