package io.tcpbalance.distcc;

import static io.tcpbalance.distcc.ResponseParser.State.COMPLETE;
import static io.tcpbalance.distcc.ResponseParser.State.MALFORMED;
import static io.tcpbalance.distcc.ResponseParser.State.NEED_MORE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.testing.DistccWire;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseParserTest {
  private static final byte[] NOTHING = {};

  @ParameterizedTest
  @CsvSource({
    "v1_hello.resp, 0, 0, 1608, 0",
    "v1_bad.resp, 256, 84, 0, 0",
    "v2_warn.resp, 0, 192, 620, 0",
    "v3_bad.resp, 256, 148, 0, 0",
    "v3_hello_md.resp, 0, 0, 792, 731",
  })
  void readsWhatDistccdSends(String name, int status, long serr, long doto, long dotd) {
    Feeding.ResponseResult answer = Feeding.response(Captures.version(name), Captures.bytes(name));

    assertEquals(status, answer.status());
    assertEquals(List.of(serr, 0L, doto, dotd), answer.lengths());
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1_bad.resp", "v2_bad.resp", "v3_bad.resp"})
  void readsMessagesOfAFailureCompressedOrNot(String name) {
    String text = Feeding.response(Captures.version(name), Captures.bytes(name)).errorText();

    assertTrue(text.startsWith("bad.c:1:8: error: expected declaration specifiers"), text);
    assertTrue(text.endsWith("\n"), text);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void successWithoutObjectIsComplete(int version) {
    byte[] bytes = DistccWire.response(version, 0, NOTHING, NOTHING);

    assertEquals(COMPLETE, Feeding.response(version, bytes).state());
  }

  @Test
  void pumpSuccessNeedsItsDependencies() {
    byte[] bytes = DistccWire.response(3, 0, NOTHING, new byte[10]);

    assertEquals(NEED_MORE, Feeding.response(3, bytes).state());
    assertEquals("the token DOTD", Feeding.response(3, bytes).awaited());
    byte[] whole = Feeding.concat(bytes, new DistccWire().token("DOTD", 0).bytes());
    assertEquals(COMPLETE, Feeding.response(3, whole).state());
  }

  @Test
  void pumpFailureHasNoDependencies() {
    byte[] bytes = DistccWire.response(3, 0x0100, NOTHING, NOTHING);

    assertEquals(COMPLETE, Feeding.response(3, bytes).state());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DONE00000002 | 12 | expected the version of the request, 1, found 2",
        "DONE00000001STAT00010000 | 24 | expected a wait status of at most 16 bits, found 0x10000",
        "DONE00000001STATzz | 16 | expected a hexadecimal digit of the number of STAT, found the"
            + " byte 0x7a",
        "HTTP/1.1 400 | 0 | expected the token DONE, found the byte 0x48",
        "DONE00000001STAT00000000SERR00000000DOTO | 36 | expected the token SOUT, found the byte"
            + " 0x44",
      })
  void saysWhereAndWhatWasExpected(String text, int offset, String complaint) {
    byte[] bytes = text.getBytes(UTF_8);

    Feeding.ResponseResult whole = Feeding.response(1, bytes);

    assertEquals(MALFORMED, whole.state());
    assertEquals("at offset " + offset + ": " + complaint, whole.reason());
    assertEquals(whole, Feeding.response(1, bytes, Feeding.everyByte(bytes.length)));
  }

  @Test
  void fourGigabytesAreCountedAndNotKept() {
    byte[] bytes =
        new DistccWire().raw("DONE00000001STAT00000100SERRFFFFFFFF").raw("and so on").bytes();

    Feeding.ResponseResult answer = Feeding.response(1, bytes);

    assertEquals(NEED_MORE, answer.state());
    assertEquals(36 + 0xffff_ffffL, answer.announced());
  }

  @Test
  void keepsTheEndOfLongMessages() {
    WireLimits limits = new WireLimits(1, 1, 1, 1, 1, 1, 16);
    String text = "warning\n".repeat(1000) + "0123456789abcdef";
    byte[] bytes = DistccWire.response(1, 0x0100, text.getBytes(UTF_8), NOTHING);

    Feeding.ResponseResult whole = Feeding.response(1, bytes, limits);

    assertEquals("0123456789abcdef", whole.errorText());
    for (int cut = 0; cut < bytes.length; cut++) {
      assertEquals(whole, Feeding.response(1, bytes, limits, cut, Math.min(bytes.length, cut + 7)));
    }
  }

  @Test
  void keepsTheBeginningOfLongCompressedMessages() {
    WireLimits limits = new WireLimits(1, 1, 1, 1, 1, 1, 60);
    byte[] messages = Captures.body("v2_bad.resp", "SERR");

    byte[] bytes = DistccWire.response(2, 0x0100, messages, NOTHING);

    String text = Feeding.response(2, bytes, limits).errorText();
    assertTrue(text.startsWith("bad.c:1:8: error: expected"), text);
    assertTrue(text.length() < 70, text);
  }

  @Test
  void keepsNoMessagesOfASuccess() {
    byte[] bytes = Captures.bytes("v1_warn.resp");

    assertEquals("", Feeding.response(1, bytes).errorText());
  }
}
