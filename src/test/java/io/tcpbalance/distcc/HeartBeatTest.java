package io.tcpbalance.distcc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tcpbalance.testing.DistccWire;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HeartBeatTest {

  static Stream<String> responses() {
    return Captures.responses();
  }

  @ParameterizedTest
  @MethodSource("responses")
  void beatsAndTheRestAreTheAnswer(String name) {
    assertBeatsAndRestAre(Captures.version(name), Captures.bytes(name));
  }

  @Test
  void oldestVersionIsAnsweredAsItself() {
    assertBeatsAndRestAre(0, DistccWire.response(0, 0xff00, new byte[3], new byte[0]));
  }

  @Test
  void thereAreTwentyOfThem() {
    HeartBeat heart = new HeartBeat(1);

    IntStream.range(0, HeartBeat.BYTES).forEach(i -> heart.next());

    assertFalse(heart.hasNext());
    assertThrows(IllegalStateException.class, heart::next);
  }

  /** For any number of beats, and the answer in one piece, in small ones and twice begun. */
  private static void assertBeatsAndRestAre(int version, byte[] answer) {
    for (int beats = 0; beats <= HeartBeat.BYTES; beats++) {
      HeartBeat heart = new HeartBeat(version);
      ByteArrayOutputStream client = new ByteArrayOutputStream();
      for (int i = 0; i < beats; i++) {
        drain(heart.next(), client);
      }
      assertEquals(beats, heart.sent());
      byte[] before = client.toByteArray();

      for (int size : new int[] {1, 7, beats + 1, answer.length}) {
        client.reset();
        client.writeBytes(before);
        for (int from = 0; from < answer.length; from += size) {
          ByteBuffer piece = ByteBuffer.wrap(answer, from, Math.min(size, answer.length - from));
          heart.skipSent(piece, from);
          drain(piece, client);
        }
        assertArrayEquals(answer, client.toByteArray(), beats + " beats, pieces of " + size);
      }
    }
  }

  private static void drain(ByteBuffer from, ByteArrayOutputStream to) {
    while (from.hasRemaining()) {
      to.write(from.get());
    }
  }
}
