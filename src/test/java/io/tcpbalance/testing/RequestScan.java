package io.tcpbalance.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/** Reads a request however it is split, without the parser that is under test. */
final class RequestScan {
  private static final int TOKEN_BYTES = 12;

  private final CRC32 crc = new CRC32();
  private final StringBuilder token = new StringBuilder();
  private final List<String> argv = new ArrayList<>();
  private byte[] text = {};
  private long bytes;
  private long bodyLeft;
  private int version;
  private long filesLeft;
  private boolean complete;

  boolean isComplete() {
    return complete;
  }

  long bytes() {
    return bytes;
  }

  /** Takes what belongs to the request, and tells how many bytes that were. */
  int take(byte[] from, int offset, int length) {
    int at = offset;
    int end = offset + length;
    while (at < end && !complete) {
      if (bodyLeft > 0) {
        int count = (int) Math.min(bodyLeft, end - at);
        bodyLeft -= count;
        body(from, at, count);
        at += count;
      } else {
        token.append((char) from[at++]);
        if (token.length() == TOKEN_BYTES) {
          begin(token.substring(0, 4), Long.parseLong(token.substring(4), 16));
        }
      }
    }
    crc.update(from, offset, at - offset);
    bytes += at - offset;
    return at - offset;
  }

  private void begin(String tag, long value) {
    switch (tag) {
      case "DIST" -> version = (int) value;
      case "ARGC" -> {}
      case "NFIL" -> {
        filesLeft = value;
        complete = value == 0;
      }
      case "CDIR", "ARGV", "DOTI", "NAME", "LINK", "FILE" -> {
        bodyLeft = value;
        if (value == 0) {
          endOfBody();
        }
        return;
      }
      default -> throw new IllegalArgumentException("no token of a request: " + token);
    }
    token.setLength(0);
  }

  private void body(byte[] from, int at, int count) {
    if (tag().equals("ARGV")) {
      int had = text.length;
      text = Arrays.copyOf(text, had + count);
      System.arraycopy(from, at, text, had, count);
    }
    if (bodyLeft == 0) {
      endOfBody();
    }
  }

  private String tag() {
    return token.substring(0, 4);
  }

  private void endOfBody() {
    switch (tag()) {
      case "ARGV" -> {
        argv.add(new String(text, UTF_8));
        text = new byte[0];
      }
      case "DOTI" -> complete = true;
      case "LINK", "FILE" -> complete = --filesLeft == 0;
      default -> {}
    }
    token.setLength(0);
  }

  ReceivedJob job() {
    if (!complete) {
      throw new IllegalStateException("the request is not whole after " + bytes + " bytes");
    }
    return new ReceivedJob(version, argv, bytes, crc.getValue());
  }
}
