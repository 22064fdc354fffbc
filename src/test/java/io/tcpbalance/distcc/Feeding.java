package io.tcpbalance.distcc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/** Feeds the same bytes in different pieces and says what came of it. */
final class Feeding {

  /** Everything a request's parser tells. */
  record RequestResult(
      RequestParser.State state,
      String reason,
      String awaited,
      long taken,
      long announced,
      int version,
      List<String> argv,
      boolean cut,
      String compiler,
      String input,
      String output,
      String directory,
      int files,
      Optional<JobRefusal> refusal) {

    static RequestResult of(RequestParser p) {
      return new RequestResult(
          p.state(),
          p.reason(),
          p.awaited(),
          p.bytesTaken(),
          p.announcedBytes(),
          p.version(),
          p.argv(),
          p.isArgvCut(),
          p.compiler(),
          p.inputFile(),
          p.outputFile(),
          p.directory(),
          p.fileCount(),
          p.refusal());
    }
  }

  /** Everything an answer's parser tells. */
  record ResponseResult(
      ResponseParser.State state,
      String reason,
      String awaited,
      long taken,
      long announced,
      int status,
      List<Long> lengths,
      String errorText) {

    static ResponseResult of(ResponseParser p) {
      return new ResponseResult(
          p.state(),
          p.reason(),
          p.awaited(),
          p.bytesTaken(),
          p.announcedBytes(),
          p.status(),
          List.of(p.errorBytes(), p.outputBytes(), p.objectBytes(), p.dependencyBytes()),
          p.errorText());
    }
  }

  /** Rules that the captures keep, and that mutations break. */
  private static final JobRules RULES =
      new JobRules(List.of("gcc", "g++", "*/gcc"), List.of("-fplugin*", "-M*F*x", "*00", "-B*"));

  private Feeding() {}

  /**
   * Feeds the pieces between the cuts, and holds each call to its promise: it takes everything, or
   * its state is final; and a final state takes nothing more.
   *
   * @return what was not taken
   */
  static int feed(
      Function<ByteBuffer, ? extends Enum<?>> parser, byte[] bytes, int... ascendingCuts) {
    int from = 0;
    int left = 0;
    for (int i = 0; i <= ascendingCuts.length; i++) {
      int to = i < ascendingCuts.length ? ascendingCuts[i] : bytes.length;
      ByteBuffer piece = ByteBuffer.wrap(bytes, from, to - from);
      Enum<?> state = parser.apply(piece);
      if (state.name().equals("NEED_MORE")) {
        assertFalse(piece.hasRemaining(), "needs more and took only a part");
      }
      if (left > 0) {
        assertEquals(to - from, piece.remaining(), "took bytes in a final state");
      }
      left += piece.remaining();
      from = to;
    }
    return left;
  }

  static RequestResult request(byte[] bytes, WireLimits limits, int... cuts) {
    RequestParser parser = new RequestParser(limits, RULES);
    int left = feed(parser::feed, bytes, cuts);
    assertEquals(bytes.length, parser.bytesTaken() + left, "bytes lost");
    assertTrue(parser.scratchBytes() <= 2 * Math.max(64, limits.maxArgBytes()), "scratch");
    return RequestResult.of(parser);
  }

  static RequestResult request(byte[] bytes, int... cuts) {
    return request(bytes, WireLimits.DEFAULT, cuts);
  }

  static ResponseResult response(int version, byte[] bytes, WireLimits limits, int... cuts) {
    ResponseParser parser = new ResponseParser(version, limits);
    int left = feed(parser::feed, bytes, cuts);
    assertEquals(bytes.length, parser.bytesTaken() + left, "bytes lost");
    assertTrue(parser.keptBytes() <= 2 * Math.max(64, limits.maxKeptErrorBytes()), "kept");
    return ResponseResult.of(parser);
  }

  static ResponseResult response(int version, byte[] bytes, int... cuts) {
    return response(version, bytes, WireLimits.DEFAULT, cuts);
  }

  static int[] everyByte(int length) {
    int[] cuts = new int[length];
    Arrays.setAll(cuts, i -> i);
    return cuts;
  }

  /** Up to {@code most} places, some of them twice. */
  static int[] randomCuts(Random random, int length, int most) {
    return random.ints(random.nextInt(most + 1), 0, length + 1).sorted().toArray();
  }

  static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
