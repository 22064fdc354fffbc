package io.tcpbalance.distcc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Captures with seeded mutations: no exception, no byte lost, every call makes progress, the limits
 * hold, and any split gives the same result. {@link Feeding} holds each call to that.
 */
class MutatedWireTest {
  private static final int INPUTS = 50_000;
  private static final int LONG_INPUTS = 1_000_000;
  private static final int LARGEST_SEED = 2_000;

  /** So small that mutations reach each of them. */
  private static final WireLimits TIGHT = new WireLimits(6, 24, 200, 4, 44, 600, 50);

  private static final List<String> NUMBERS =
      List.of(
          "00000000",
          "00000001",
          "00000003",
          "00000004",
          "0000000A",
          "7fffffff",
          "80000000",
          "ffffffff",
          "FFFFFFF4",
          "00100000",
          "04000000",
          "-0000001",
          "0x000001",
          "        ");

  private final List<byte[]> requests =
      Captures.requests().map(Captures::bytes).filter(b -> b.length < LARGEST_SEED).toList();
  private final List<byte[]> responses =
      Captures.responses().map(Captures::bytes).filter(b -> b.length < LARGEST_SEED).toList();

  @Test
  void parsersSurviveMutations() {
    survive(INPUTS);
  }

  @Test
  @Tag("long")
  @Timeout(600)
  void parsersSurviveAMillionMutations() {
    survive(LONG_INPUTS);
  }

  private void survive(int inputs) {
    long seed = new Random().nextLong();
    Map<RequestParser.State, Integer> seen = new EnumMap<>(RequestParser.State.class);
    for (int i = 0; i < inputs; i++) {
      Random random = new Random(seed + i);
      try {
        seen.merge(oneRequest(random), 1, Integer::sum);
        oneResponse(random);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + (seed + i) + "L", e);
      }
    }
    assertEquals(RequestParser.State.values().length, seen.size(), () -> "seen only " + seen);
  }

  private RequestParser.State oneRequest(Random random) {
    byte[] bytes = mutated(requests, random);
    WireLimits limits = random.nextBoolean() ? TIGHT : WireLimits.DEFAULT;

    Feeding.RequestResult whole = Feeding.request(bytes, limits);
    int[] cuts = Feeding.randomCuts(random, bytes.length, 12);
    Feeding.RequestResult split = Feeding.request(bytes, limits, cuts);

    assertEquals(whole, split, () -> "cuts " + Arrays.toString(cuts));
    int kept = whole.argv().stream().mapToInt(a -> a.length() + 48).sum();
    assertTrue(kept <= limits.maxKeptArgvBytes(), "kept " + kept);
    if (whole.state() == RequestParser.State.COMPLETE) {
      assertTrue(whole.taken() <= limits.maxRequestBytes(), "complete beyond the limit");
    }
    if (whole.state() == RequestParser.State.TOO_LARGE) {
      streamAnyway(bytes, limits);
    }
    return whole.state();
  }

  private static void streamAnyway(byte[] bytes, WireLimits limits) {
    RequestParser parser = new RequestParser(limits);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    parser.feed(in);
    parser.continueWithoutLimit();

    RequestParser.State state = parser.feed(in);

    assertTrue(state != RequestParser.State.TOO_LARGE, "a limit after all");
    assertEquals(bytes.length, parser.bytesTaken() + in.remaining());
  }

  private void oneResponse(Random random) {
    byte[] bytes = mutated(responses, random);
    WireLimits limits = random.nextBoolean() ? TIGHT : WireLimits.DEFAULT;
    int version = bytes.length > 11 ? bytes[11] & 3 : 1;

    Feeding.ResponseResult whole = Feeding.response(version, bytes, limits);
    int[] cuts = Feeding.randomCuts(random, bytes.length, 12);

    assertEquals(whole, Feeding.response(version, bytes, limits, cuts));
    assertTrue(whole.errorText().length() <= 1 << 20);
  }

  private static byte[] mutated(List<byte[]> seeds, Random random) {
    byte[] bytes = seeds.get(random.nextInt(seeds.size())).clone();
    for (int n = random.nextInt(4); n >= 0; n--) {
      bytes = mutatedOnce(bytes, random);
    }
    return bytes;
  }

  private static byte[] mutatedOnce(byte[] bytes, Random random) {
    if (bytes.length == 0) {
      return bytes;
    }
    int at = random.nextInt(bytes.length);
    int to = Math.min(bytes.length, at + random.nextInt(40));
    switch (random.nextInt(8)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[random.nextInt(Math.min(40, bytes.length))] = (byte) random.nextInt(256);
      case 2 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 3 -> {
        return spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
      }
      case 4 -> {
        return spliced(bytes, at, to, new byte[0]);
      }
      case 5 -> {
        return random.nextInt(20) > 0 ? bytes : spliced(bytes, 0, 0, new byte[] {'*'});
      }
      default -> overwriteNumber(bytes, random);
    }
    return bytes;
  }

  /** Puts a number behind a token: behind one of them, that is, wherever four capitals are. */
  private static void overwriteNumber(byte[] bytes, Random random) {
    int from = random.nextInt(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      int at = (from + i) % bytes.length;
      if (at + 12 <= bytes.length && isTag(bytes, at)) {
        byte[] number = NUMBERS.get(random.nextInt(NUMBERS.size())).getBytes(US_ASCII);
        System.arraycopy(number, 0, bytes, at + 4, number.length);
        return;
      }
    }
  }

  private static boolean isTag(byte[] bytes, int at) {
    for (int i = at; i < at + 4; i++) {
      if (bytes[i] < 'A' || bytes[i] > 'Z') {
        return false;
      }
    }
    return true;
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] replacement) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.writeBytes(replacement);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }
}
