package io.tcpbalance.balancer;

import java.util.List;

/**
 * The compilers that a back-end lists, as names in which {@code *} stands for any characters, none
 * too. An empty list is one that has any compiler.
 *
 * <p>They are compared with the base name of what the client calls its compiler. distcc's client
 * writes {@code x86_64-linux-gnu-gcc} for {@code gcc} (dcc_gcc_rewrite_fqn in its source), so a
 * pattern is also compared with what follows a target triplet: two to four words, as in {@code
 * aarch64-elf-} or {@code x86_64-pc-linux-gnu-}.
 */
final class CompilerPatterns {

  /** NAME_MAX of Linux: no file is called longer than that, in bytes. */
  private static final int MAX_NAME = 255;

  private static final int SHORTEST_TRIPLET = 2;
  private static final int LONGEST_TRIPLET = 4;

  private final List<String> patterns;

  CompilerPatterns(List<String> patterns) {
    this.patterns = patterns;
  }

  /** Whether any compiler will do. */
  boolean matchAll() {
    return patterns.isEmpty();
  }

  /** Whether the compiler is among them; "" is every time. */
  boolean match(String compiler) {
    if (matchAll() || compiler.isEmpty()) {
      return true;
    }
    String name = compiler.substring(compiler.lastIndexOf('/') + 1);
    return name.length() <= MAX_NAME && matchesName(name);
  }

  private boolean matchesName(String name) {
    int start = 0;
    for (int words = 0; words <= LONGEST_TRIPLET; words++) {
      if ((words == 0 || words >= SHORTEST_TRIPLET) && matchesFrom(name, start)) {
        return true;
      }
      start = name.indexOf('-', start) + 1;
      if (start == 0) {
        return false;
      }
    }
    return false;
  }

  private boolean matchesFrom(String name, int start) {
    for (String pattern : patterns) {
      if (matches(pattern, name, start)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Compares from left to right; where it fails, the last {@code *} takes one character more.
   * Earlier ones need not: what stands before the last one fits already. So the time is bounded by
   * the product of both lengths.
   */
  private static boolean matches(String pattern, String name, int start) {
    int p = 0;
    int n = start;
    int star = -1;
    int starTakesTo = 0;
    while (n < name.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        starTakesTo = n;
      } else if (p < pattern.length() && pattern.charAt(p) == name.charAt(n)) {
        p++;
        n++;
      } else if (star >= 0) {
        p = star + 1;
        n = ++starTakesTo;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
