package io.tcpbalance.console;

import java.nio.charset.StandardCharsets;
import org.apache.pekko.util.ByteString;

/**
 * Makes text fit for a terminal, whoever it is from: no escape sequence, nothing that turns the
 * direction of writing.
 */
final class Screen {

  private Screen() {}

  /** Lines end with CRLF; what cannot be seen is a question mark. UTF-8 has no byte 255. */
  static ByteString bytes(String text) {
    StringBuilder out = new StringBuilder(text.length() + 64);
    text.codePoints().forEach(codePoint -> append(out, codePoint));
    return ByteString.fromArrayUnsafe(out.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void append(StringBuilder out, int codePoint) {
    if (codePoint == '\n') {
      out.append("\r\n");
    } else if (isVisible(codePoint)) {
      out.appendCodePoint(codePoint);
    } else {
      out.append('?');
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
