package io.tcpbalance.distcc;

import java.util.Locale;

/**
 * What a client sent, made fit for logs and terminals: no line breaks, no escape sequences, nothing
 * that turns the direction of writing, and not too much of it.
 */
public final class Printable {
  private static final String CUT = "...";

  private Printable() {}

  /**
   * Between double quotes; quotes, backslashes and what cannot be seen are written as in Java.
   *
   * @param maxLength how many characters of the text are taken; of a longer one the rest is
   *     represented by three dots
   */
  public static String quoted(String text, int maxLength) {
    StringBuilder out = new StringBuilder().append('"');
    String kept = text.substring(0, end(text, maxLength));
    kept.codePoints().forEach(codePoint -> append(out, codePoint));
    return out.append(kept.length() < text.length() ? CUT : "").append('"').toString();
  }

  /** The same length, but the characters as they are: for what escapes them itself. */
  public static String cut(String text, int maxLength) {
    int end = end(text, maxLength);
    return end < text.length() ? text.substring(0, end) + CUT : text;
  }

  /** Never between the halves of a pair. */
  private static int end(String text, int maxLength) {
    if (text.length() <= maxLength) {
      return text.length();
    }
    boolean splits =
        maxLength > 0
            && Character.isHighSurrogate(text.charAt(maxLength - 1))
            && Character.isLowSurrogate(text.charAt(maxLength));
    return splits ? maxLength - 1 : maxLength;
  }

  private static void append(StringBuilder out, int codePoint) {
    switch (codePoint) {
      case '"', '\\' -> out.append('\\').append((char) codePoint);
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (isVisible(codePoint)) {
          out.appendCodePoint(codePoint);
        } else {
          for (char half : Character.toChars(codePoint)) {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) half));
          }
        }
      }
    }
  }

  private static boolean isVisible(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> codePoint == ' ' || !Character.isSpaceChar(codePoint);
    };
  }
}
