package io.tcpbalance.distcc;

import java.util.Arrays;

/**
 * As much of LZO1X as we need: unpacking the compiler's messages up to a limit, and packing our own
 * without compression.
 *
 * <p>The format, after the kernel's Documentation/staging/lzo.rst: a block is a sequence of
 * instructions, each of which copies earlier output ("match") and then up to three literal bytes,
 * or copies a longer run of literals. How an instruction below 16 is read depends on how many
 * literals the previous one copied. A match at distance 16384 of the long form ends the block.
 */
final class Lzo1x {
  private static final byte[] END = {0x11, 0, 0};

  /** The shortest run of literals that an extended length can say. */
  private static final int EXTENDED_RUN = 18;

  private static final int AFTER_NO_LITERALS = 0;
  private static final int AFTER_RUN = 4;

  private final byte[] in;
  private final int limit;
  private byte[] out;
  private int read;
  private int written;
  private int literalsBefore;

  private Lzo1x(byte[] packed, int limit) {
    in = packed;
    this.limit = limit;
    out = new byte[Math.min(limit, Math.max(64, packed.length * 2))];
  }

  /**
   * Unpacks one block until it ends, breaks off, makes no sense, or gives {@code limit} bytes:
   * whatever was won until then is the result.
   */
  static byte[] unpack(byte[] packed, int limit) {
    Lzo1x block = new Lzo1x(packed, limit);
    block.run();
    return Arrays.copyOf(block.out, block.written);
  }

  /** A well-formed block of literals only; empty text is sent as no block at all. */
  static byte[] pack(byte[] plain) {
    if (plain.length == 0) {
      return plain;
    }
    byte[] header = runHeader(plain.length);
    byte[] packed = Arrays.copyOf(header, header.length + plain.length + END.length);
    System.arraycopy(plain, 0, packed, header.length, plain.length);
    System.arraycopy(END, 0, packed, header.length + plain.length, END.length);
    return packed;
  }

  private static byte[] runHeader(int length) {
    if (length <= 238) {
      // Only as the first byte of a block.
      return new byte[] {(byte) (17 + length)};
    }
    int rest = length - EXTENDED_RUN;
    int zeros = (rest - 1) / 255;
    byte[] header = new byte[zeros + 2];
    header[zeros + 1] = (byte) (rest - zeros * 255);
    return header;
  }

  private void run() {
    boolean goesOn = firstRun();
    while (goesOn && written < limit) {
      goesOn = instruction();
    }
  }

  private boolean firstRun() {
    if (in.length == 0 || at(0) <= 17) {
      return true;
    }
    int count = at(read++) - 17;
    literalsBefore = Math.min(count, AFTER_RUN);
    return literals(count);
  }

  private boolean instruction() {
    int code = next();
    if (code < 0) {
      return false;
    }
    if (code >= 64) {
      int distance = (next() << 3) + (code >> 2 & 7) + 1;
      return match((code >> 5) + 1, distance, code & 3);
    }
    if (code >= 32) {
      int length = 2 + extended(code & 31, 31);
      int tail = next16();
      return match(length, (tail >> 2) + 1, tail & 3);
    }
    if (code >= 16) {
      int length = 2 + extended(code & 7, 7);
      int tail = next16();
      int distance = 16384 + ((code & 8) << 11) + (tail >> 2);
      return distance != 16384 && match(length, distance, tail & 3);
    }
    return shortInstruction(code);
  }

  private boolean shortInstruction(int code) {
    if (literalsBefore == AFTER_NO_LITERALS) {
      literalsBefore = AFTER_RUN;
      return literals(3 + extended(code, 15));
    }
    int distance = (next() << 2) + (code >> 2) + 1;
    return literalsBefore == AFTER_RUN
        ? match(3, distance + 2048, code & 3)
        : match(2, distance, code & 3);
  }

  /** A length that does not fit its field is 0 there, and goes on in 255s and a last byte. */
  private int extended(int field, int fieldMax) {
    if (field != 0) {
      return field;
    }
    int length = fieldMax;
    int more = next();
    while (more == 0 && length < limit) {
      length += 255;
      more = next();
    }
    return length + Math.max(0, more);
  }

  private boolean match(int length, int distance, int literalsAfter) {
    // Input that broke off has given -1 for its last bytes: nothing to copy then.
    if (read > in.length || distance > written) {
      return false;
    }
    int count = Math.min(length, limit - written);
    reserve(count);
    for (int i = 0; i < count; i++) {
      out[written] = out[written - distance];
      written++;
    }
    literalsBefore = literalsAfter;
    return literals(literalsAfter);
  }

  private boolean literals(int wanted) {
    int count = Math.min(wanted, Math.min(limit - written, Math.max(0, in.length - read)));
    reserve(count);
    System.arraycopy(in, Math.min(read, in.length), out, written, count);
    read += count;
    written += count;
    return count == wanted;
  }

  private void reserve(int count) {
    if (written + count > out.length) {
      out = Arrays.copyOf(out, Math.min(limit, Math.max(written + count, out.length * 2)));
    }
  }

  private int at(int position) {
    return in[position] & 0xff;
  }

  /** The next byte, or -1 past the end; then {@code read} is past the end, too. */
  private int next() {
    int position = read++;
    return position < in.length ? at(position) : -1;
  }

  private int next16() {
    int low = next();
    return low | next() << 8;
  }
}
