package io.tcpbalance.distcc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The part of a body that is wanted. Grows with the bytes that came, not with those announced. */
final class KeptBytes {
  private static final byte[] NONE = {};
  private static final int FIRST_CAPACITY = 64;

  /** An array larger than this is not kept for the next body. */
  private static final int REUSED_CAPACITY = 1024;

  private byte[] bytes = NONE;
  private int length;

  void append(ByteBuffer in, int count) {
    int needed = length + count;
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, Math.max(FIRST_CAPACITY, bytes.length * 2)));
    }
    in.get(bytes, length, count);
    length = needed;
  }

  /** What was gathered, as text, and starts anew. Bytes that are not UTF-8 become U+FFFD. */
  String takeText() {
    String text = new String(bytes, 0, length, UTF_8);
    length = 0;
    if (bytes.length > REUSED_CAPACITY) {
      release();
    }
    return text;
  }

  void release() {
    bytes = NONE;
    length = 0;
  }

  byte[] copy() {
    return Arrays.copyOf(bytes, length);
  }

  int capacity() {
    return bytes.length;
  }
}
