package io.tcpbalance.distcc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Lzo1xTest {
  private static final int LIMIT = 1 << 20;

  /** distcc compressed the same source for v2 that it sent plain for v1. */
  @ParameterizedTest
  @ValueSource(strings = {"small", "bad", "warn", "hello"})
  void unpacksWhatDistccPacked(String source) {
    byte[] plain = Captures.body("v1_" + source + ".req", "DOTI");
    byte[] packed = Captures.body("v2_" + source + ".req", "DOTI");

    assertArrayEquals(plain, Lzo1x.unpack(packed, LIMIT));
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "hello", "io"})
  void unpacksObjectFiles(String source) {
    byte[] plain = Captures.body("v1_" + source + ".resp", "DOTO");
    byte[] packed = Captures.body("v2_" + source + ".resp", "DOTO");

    byte[] unpacked = Lzo1x.unpack(packed, LIMIT);

    assertEquals(plain.length, unpacked.length);
    assertArrayEquals(Arrays.copyOf(plain, 64), Arrays.copyOf(unpacked, 64));
  }

  @Test
  void unpacksWhatItPackedOfAnyLength() {
    byte[] plain = new byte[1200];
    new Random(1).nextBytes(plain);

    for (int length = 0; length <= plain.length; length++) {
      byte[] text = Arrays.copyOf(plain, length);
      assertArrayEquals(text, Lzo1x.unpack(Lzo1x.pack(text), LIMIT), "length " + length);
    }
  }

  @Test
  void truncatedBlockGivesABeginning() {
    byte[] plain = Captures.body("v1_warn.req", "DOTI");
    byte[] packed = Captures.body("v2_warn.req", "DOTI");

    for (int length = 0; length < packed.length; length++) {
      byte[] part = Lzo1x.unpack(Arrays.copyOf(packed, length), LIMIT);
      assertEquals(-1, Arrays.mismatch(part, Arrays.copyOf(plain, part.length)));
    }
  }

  @Test
  void neverGivesMoreThanTheLimit() {
    byte[] packed = Captures.body("v2_hello.req", "DOTI");

    for (int limit = 0; limit < 3000; limit++) {
      assertEquals(limit, Lzo1x.unpack(packed, limit).length);
    }
  }

  @Test
  void survivesNonsense() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    byte[] good = Captures.body("v2_warn.req", "DOTI");

    for (int i = 0; i < 20_000; i++) {
      byte[] bad = Arrays.copyOf(good, random.nextInt(600));
      for (int j = random.nextInt(20); j >= 0 && bad.length > 0; j--) {
        bad[random.nextInt(bad.length)] = (byte) (random.nextBoolean() ? 0 : random.nextInt(256));
      }
      int limit = random.nextInt(5000);
      assertTrue(Lzo1x.unpack(bad, limit).length <= limit, () -> "seed " + seed);
    }
  }
}
