package io.tcpbalance.distcc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** However a capture is split, and whatever follows it, the result is the same. */
@Timeout(120)
class SplitCapturesTest {
  private static final byte[] TRAILER = "DIST00000001 and more".getBytes(US_ASCII);
  private static final int RANDOM_SPLITS = 200;
  private static final int SPLITS_PER_INPUT = 40;

  static Stream<String> requests() {
    return Captures.requests();
  }

  static Stream<String> responses() {
    return Captures.responses();
  }

  @ParameterizedTest
  @MethodSource("requests")
  void requestIsTheSameForAnySplit(String name) {
    byte[] bytes = Captures.bytes(name);
    Feeding.RequestResult whole = Feeding.request(bytes);

    assertEquals(RequestParser.State.COMPLETE, whole.state());
    assertEquals(bytes.length, whole.taken());
    assertEquals(Optional.empty(), whole.refusal());
    assertSameForAnySplit(bytes, cuts -> Feeding.request(bytes, cuts), whole);
    byte[] followed = Feeding.concat(bytes, TRAILER);
    assertSameForAnySplit(followed, cuts -> Feeding.request(followed, cuts), whole);
  }

  @ParameterizedTest
  @MethodSource("responses")
  void answerIsTheSameForAnySplit(String name) {
    byte[] bytes = Captures.bytes(name);
    int version = Captures.version(name);
    Feeding.ResponseResult whole = Feeding.response(version, bytes);

    assertEquals(ResponseParser.State.COMPLETE, whole.state());
    assertEquals(bytes.length, whole.taken());
    assertSameForAnySplit(bytes, cuts -> Feeding.response(version, bytes, cuts), whole);
    byte[] followed = Feeding.concat(bytes, TRAILER);
    assertSameForAnySplit(followed, cuts -> Feeding.response(version, followed, cuts), whole);
  }

  @ParameterizedTest
  @MethodSource("requests")
  void requestNeedsItsLastByte(String name) {
    byte[] bytes = Captures.bytes(name);

    byte[] truncated = Arrays.copyOf(bytes, bytes.length - 1);

    assertEquals(RequestParser.State.NEED_MORE, Feeding.request(truncated).state());
  }

  @ParameterizedTest
  @MethodSource("responses")
  void answerNeedsItsLastByte(String name) {
    byte[] bytes = Captures.bytes(name);

    byte[] truncated = Arrays.copyOf(bytes, bytes.length - 1);

    assertEquals(
        ResponseParser.State.NEED_MORE,
        Feeding.response(Captures.version(name), truncated).state());
  }

  private static void assertSameForAnySplit(
      byte[] bytes, Function<int[], Object> parse, Object whole) {
    for (int cut = 0; cut <= bytes.length; cut++) {
      Object result = parse.apply(new int[] {cut});
      if (!whole.equals(result)) {
        assertEquals(whole, result, "split at " + cut);
      }
    }
    assertEquals(whole, parse.apply(Feeding.everyByte(bytes.length)), "byte by byte");
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < RANDOM_SPLITS; i++) {
      int[] cuts = Feeding.randomCuts(random, bytes.length, SPLITS_PER_INPUT);
      assertEquals(whole, parse.apply(cuts), () -> "seed " + seed + ", " + Arrays.toString(cuts));
    }
  }
}
