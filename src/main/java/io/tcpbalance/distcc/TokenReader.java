package io.tcpbalance.distcc;

import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads one token at a time, of which it is told beforehand: at the first byte that cannot belong
 * to it, it stops. So it does not matter how the bytes are split, and something that is not distcc
 * at all is found out at once.
 */
final class TokenReader {
  static final long INCOMPLETE = -1;
  static final long WRONG = -2;

  private Token token;
  private @Nullable Token alternative;
  private int position;
  private long value;

  TokenReader(Token first) {
    token = first;
  }

  void expect(Token next) {
    expect(next, null);
  }

  /** Either of two, whose first letters differ. */
  void expect(Token next, @Nullable Token other) {
    token = next;
    alternative = other;
    position = 0;
    value = 0;
  }

  /**
   * The number that the token carries, or {@link #INCOMPLETE} when all bytes are taken, or {@link
   * #WRONG}: then the wrong byte is the next one in the buffer.
   */
  long read(ByteBuffer in) {
    while (position < Token.BYTES) {
      if (!in.hasRemaining()) {
        return INCOMPLETE;
      }
      byte next = in.get(in.position());
      if (!takes(next)) {
        return WRONG;
      }
      in.position(in.position() + 1);
      position++;
    }
    return value;
  }

  private boolean takes(byte next) {
    if (position >= Token.TAG_BYTES) {
      // Writers use lower case, readers take both.
      int digit = next < 0 ? -1 : Character.digit(next, 16);
      value = value << 4 | digit;
      return digit >= 0;
    }
    if (token.hasByteAt(position, next)) {
      return true;
    }
    if (position == 0 && alternative != null && alternative.hasByteAt(0, next)) {
      token = alternative;
      return true;
    }
    return false;
  }

  /** The token that is awaited; with an alternative, the first one until a byte decides. */
  Token token() {
    return token;
  }

  /** Whether a token was begun and is not whole. */
  boolean isInside() {
    return position > 0 && position < Token.BYTES;
  }

  /** What was expected in place of {@code found}, for the log; nothing of the input is quoted. */
  String complaint(byte found) {
    String expected;
    if (position >= Token.TAG_BYTES) {
      expected = "a hexadecimal digit of the number of " + token;
    } else if (position > 0) {
      expected = "byte " + (position + 1) + " of the token " + token;
    } else {
      expected = "the token " + token + (alternative == null ? "" : " or " + alternative);
    }
    return String.format(Locale.ROOT, "expected %s, found the byte 0x%02x", expected, found);
  }
}
