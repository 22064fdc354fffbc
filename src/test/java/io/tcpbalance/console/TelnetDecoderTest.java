package io.tcpbalance.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpbalance.console.TelnetDecoder.Heard;
import io.tcpbalance.console.TelnetDecoder.Interrupt;
import io.tcpbalance.console.TelnetDecoder.Line;
import io.tcpbalance.console.TelnetDecoder.Reply;
import io.tcpbalance.console.TelnetDecoder.TooLong;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class TelnetDecoderTest {

  private static final String IAC = "\u00ff";
  private static final String DO = "\u00fd";
  private static final String WILL = "\u00fb";
  private static final String WONT = "\u00fc";
  private static final String DONT = "\u00fe";
  private static final String SB = "\u00fa";
  private static final String SE = "\u00f0";
  private static final String TIMING_MARK = "\u0006";

  private static ByteString bytes(String latin1) {
    return ByteString.fromArray(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static List<Heard> decode(String latin1) {
    return new TelnetDecoder().feed(bytes(latin1));
  }

  @Test
  void takesEveryEndOfLine() {
    assertEquals(
        List.of(new Line("a"), new Line("b"), new Line(""), new Line("c")),
        decode("a\nb\r\n\r\0\nc\nd"));
  }

  @Test
  void refusesOptions() {
    assertEquals(
        List.of(
            new Reply(bytes(IAC + WONT + TIMING_MARK)),
            new Reply(bytes(IAC + DONT + "\u001f")),
            new Line("up")),
        decode("u" + IAC + DO + TIMING_MARK + IAC + WILL + "\u001f" + IAC + WONT + "\1p\n"));
  }

  @Test
  void skipsSubnegotiation() {
    assertEquals(
        List.of(new Line("up")),
        decode("u" + IAC + SB + "\u0018\0xterm\n" + IAC + IAC + "a" + IAC + SE + "p\n"));
  }

  @Test
  void readsDoubled255AsOne() {
    assertEquals(List.of(new Line("a\ufffdb")), decode("a" + IAC + IAC + "b\n"));
  }

  @Test
  void hearsTheKeyThatInterrupts() {
    assertEquals(List.of(Interrupt.INSTANCE), decode(IAC + "\u00f4"));
  }

  @Test
  void takesTheLongestLineAndNoLonger() {
    String longest = "x".repeat(TelnetDecoder.LONGEST_LINE);

    assertEquals(List.of(new Line(longest)), decode(longest + "\n"));
    assertEquals(List.of(TooLong.INSTANCE), decode(longest + "x"));
  }

  @Test
  void findsTheSameHoweverItIsCut() {
    long seed = Long.getLong("tcpbalance.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      ByteString bytes = noise(random);
      List<Heard> whole = new TelnetDecoder().feed(bytes);

      TelnetDecoder cut = new TelnetDecoder();
      List<Heard> pieces = new ArrayList<>();
      for (int at = 0; at < bytes.size(); ) {
        int end = Math.min(bytes.size(), at + 1 + random.nextInt(9));
        pieces.addAll(cut.feed(bytes.slice(at, end)));
        at = end;
      }

      assertEquals(whole, pieces, "seed " + seed + ", input " + i);
    }
  }

  private static ByteString noise(Random random) {
    int[] frequent = {255, 255, 253, 251, 250, 240, 244, 6, '\n', '\r', 0, 'a'};
    byte[] bytes = new byte[random.nextInt(200)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] =
          (byte)
              (random.nextBoolean()
                  ? frequent[random.nextInt(frequent.length)]
                  : random.nextInt(256));
    }
    return ByteString.fromArray(bytes);
  }
}
