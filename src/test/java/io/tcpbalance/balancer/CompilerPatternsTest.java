package io.tcpbalance.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class CompilerPatternsTest {

  private static boolean match(String pattern, String compiler) {
    return new CompilerPatterns(List.of(pattern)).match(compiler);
  }

  @ParameterizedTest
  @CsvSource({
    "gcc,            gcc",
    "gcc,            /usr/bin/gcc",
    "gcc,            ../cross/bin/gcc",
    "gcc-12,         gcc-12",
    "g++,            g++",
    "clang-*,        clang-14",
    "clang-*,        clang-",
    "clang*,         clang",
    "*,              anything",
    "*++,            clang++",
    "c*g*-1*,        clang-14",
    "*a*b,           aabab",
    "**g,            clang",
    "a.c,            a.c",
    "gcc,            x86_64-linux-gnu-gcc",
    "gcc-12,         x86_64-linux-gnu-gcc-12",
    "gcc-12,         /usr/bin/x86_64-linux-gnu-gcc-12",
    "gcc,            x86_64-pc-linux-gnu-gcc",
    "gcc,            aarch64-elf-gcc",
    "clang-*,        x86_64-linux-gnu-clang-14",
    "x86_64-*-gcc,   x86_64-linux-gnu-gcc",
    "x86_64-linux-gnu-gcc, x86_64-linux-gnu-gcc",
  })
  void matches(String pattern, String compiler) {
    assertTrue(match(pattern, compiler));
  }

  @ParameterizedTest
  @CsvSource({
    "gcc,            gcc-12",
    "gcc,            gc",
    "gcc-12,         gcc",
    "gcc-12,         gcc-1",
    "gcc,            GCC",
    "clang-*,        clang",
    "clang-*,        gcc",
    "*++,            clang++-14",
    "*a*b,           aaba",
    "a.c,            abc",
    "gcc-12,         x86_64-linux-gnu-gcc-13",
    "gcc,            x86_64-linux-gnu-gcc-12",
    "gcc,            my-gcc",
    "12,             gcc-12",
    "gcc,            one-two-three-four-five-gcc",
    "x86_64-linux-gnu-gcc, gcc",
    "gcc,            gcc/",
  })
  void doesNotMatch(String pattern, String compiler) {
    assertFalse(match(pattern, compiler));
  }

  @Test
  void matchesWhatAnyOfThemMatches() {
    CompilerPatterns patterns = new CompilerPatterns(List.of("gcc-12", "clang-*"));

    assertTrue(patterns.match("gcc-12"));
    assertTrue(patterns.match("clang-14"));
    assertFalse(patterns.match("rustc"));
  }

  @Test
  void emptyListHasAnyCompiler() {
    CompilerPatterns none = new CompilerPatterns(List.of());

    assertTrue(none.matchAll());
    assertTrue(none.match("rustc"));
    assertTrue(none.match("x".repeat(1000)));
  }

  @Test
  void whoNeedsNoCompilerMayGoAnywhere() {
    assertTrue(match("gcc", ""));
  }

  @Test
  void nothingIsCalledLongerThanAFileName() {
    assertTrue(match("*", "x".repeat(255)));
    assertFalse(match("*", "x".repeat(256)));
  }

  @Test
  void manyStarsTakeNoLongerThanTheProductOfTheLengths() {
    String stars = "*a".repeat(100) + "b";

    assertEquals(false, match(stars, "a".repeat(255)));
  }
}
