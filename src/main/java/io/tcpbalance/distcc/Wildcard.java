package io.tcpbalance.distcc;

/**
 * A pattern of a whole text, where {@code *} stands for any characters, none too. Matching takes a
 * single pass for a pattern with one {@code *}, whatever the text.
 */
final class Wildcard {
  private final String pattern;
  private final String[] parts;

  Wildcard(String pattern) {
    this.pattern = pattern;
    this.parts = pattern.split("\\*", -1);
  }

  boolean matches(String text) {
    String first = parts[0];
    if (parts.length == 1) {
      return text.equals(first);
    }
    String last = parts[parts.length - 1];
    int end = text.length() - last.length();
    if (end < first.length() || !text.startsWith(first) || !text.endsWith(last)) {
      return false;
    }
    int from = first.length();
    // The leftmost place for each leaves the most for the next.
    for (int i = 1; i < parts.length - 1; i++) {
      int at = text.indexOf(parts[i], from);
      if (at < 0 || at + parts[i].length() > end) {
        return false;
      }
      from = at + parts[i].length();
    }
    return true;
  }

  @Override
  public String toString() {
    return pattern;
  }
}
