package io.tcpbalance.distcc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Locale;

/** An answer of our own to a job that no host has compiled: a status and a message for the user. */
public final class RefusalResponse {

  /** exit(1), the status of an ordinary compile error. */
  public static final int COMPILE_ERROR = 0x0100;

  private RefusalResponse() {}

  /**
   * The whole answer, to be sent only when the whole request was read: an early one gives the
   * client EPIPE.
   *
   * @param version the request's, as on the wire (0 to 3)
   * @param status as wait(2) gives it, not 0: a refusal has no object file
   * @param message shown to the user as the compiler's; ends in a line feed, best
   */
  public static ByteBuffer of(int version, int status, String message) {
    if (version < 0 || version > 3) {
      throw new IllegalArgumentException("no version of distcc's protocol: " + version);
    }
    if (status < 1 || status > 0xffff) {
      throw new IllegalArgumentException("not a wait status of a failure: " + status);
    }
    byte[] plain = message.getBytes(UTF_8);
    byte[] messages = version >= 2 ? Lzo1x.pack(plain) : plain;
    return ByteBuffer.allocate(5 * Token.BYTES + messages.length)
        .put(token(Token.DONE, version))
        .put(token(Token.STAT, status))
        .put(token(Token.SERR, messages.length))
        .put(messages)
        .put(token(Token.SOUT, 0))
        .put(token(Token.DOTO, 0))
        .flip();
  }

  private static byte[] token(Token token, int value) {
    return String.format(Locale.ROOT, "%s%08x", token, value).getBytes(US_ASCII);
  }
}
