package io.tcpbalance.distcc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalResponseTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void isAWholeAnswerInEveryVersion(int version) {
    for (String message : new String[] {"", "x", "no host left\n", "ü".repeat(5000)}) {
      ByteBuffer bytes = RefusalResponse.of(version, RefusalResponse.COMPILE_ERROR, message);
      ResponseParser parser = new ResponseParser(version, WireLimits.DEFAULT);

      assertEquals(ResponseParser.State.COMPLETE, parser.feed(bytes));
      assertEquals(0, bytes.remaining());
      assertEquals(0x0100, parser.status());
      assertEquals(message, parser.errorText());
      assertEquals(Verdict.Kind.USERS_ERROR, Verdict.of(parser).kind());
    }
  }

  @Test
  void beginsAsTheHeartBeatDoes() {
    HeartBeat heart = new HeartBeat(2);
    ByteBuffer answer = RefusalResponse.of(2, 0xffff, "no");

    for (int i = 0; i < HeartBeat.BYTES; i++) {
      assertEquals(heart.next().get(), answer.get(i));
    }
  }

  @Test
  void isNeverASuccess() {
    assertThrows(IllegalArgumentException.class, () -> RefusalResponse.of(1, 0, "fine"));
    assertThrows(IllegalArgumentException.class, () -> RefusalResponse.of(1, 0x10000, "huge"));
    assertThrows(IllegalArgumentException.class, () -> RefusalResponse.of(4, 0x100, "new"));
  }
}
