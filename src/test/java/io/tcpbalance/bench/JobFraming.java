package io.tcpbalance.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What stands on the wire in front of a job's own bytes, which are the same in every framing. Its
 * length is the same for all jobs.
 */
enum JobFraming {
  /** The job's own bytes and nothing else. */
  NONE("", ""),

  /** A request and an answer of distcc's protocol, version 1: the job's bytes are the two files. */
  DISTCC(
      "DIST00000001"
          + argumentsOf("cc", "-O2", "-g", "-Wall", "-Isrc", "-o", "src/job.o", "-c", "src/job.c")
          + "DOTI",
      "DONE00000001" + "STAT00000000" + "SERR00000000" + "SOUT00000000" + "DOTO");

  private static final int LENGTH_DIGITS = 8;

  private final String beforeRequestLength;
  private final String beforeAnswerLength;

  JobFraming(String beforeRequestLength, String beforeAnswerLength) {
    this.beforeRequestLength = beforeRequestLength;
    this.beforeAnswerLength = beforeAnswerLength;
  }

  private static String argumentsOf(String... arguments) {
    return List.of(arguments).stream()
        .map(argument -> "ARGV" + hex(argument.length()) + argument)
        .collect(Collectors.joining("", "ARGC" + hex(arguments.length), ""));
  }

  private static String hex(int number) {
    return String.format(Locale.ROOT, "%08x", number);
  }

  /** The framing of a request that begins with this byte; a wrong one is found out later. */
  static JobFraming ofRequest(byte first) {
    return first == DISTCC.beforeRequestLength.charAt(0) ? DISTCC : NONE;
  }

  /** How many bytes {@link #beforeRequest} has. */
  int requestBytes() {
    return beforeRequestLength.isEmpty() ? 0 : beforeRequestLength.length() + LENGTH_DIGITS;
  }

  /** What a request with so many bytes of its own begins with. */
  ByteBuffer beforeRequest(int ownBytes) {
    return bytes(beforeRequestLength, ownBytes);
  }

  /** What an answer with so many bytes of its own begins with. */
  ByteBuffer beforeAnswer(int ownBytes) {
    return bytes(beforeAnswerLength, ownBytes);
  }

  private static ByteBuffer bytes(String beforeLength, int ownBytes) {
    String text = beforeLength.isEmpty() ? "" : beforeLength + hex(ownBytes);
    return ByteBuffer.wrap(text.getBytes(US_ASCII));
  }
}
