package io.tcpbalance.distcc;

import static io.tcpbalance.distcc.Verdict.Kind.COMPILED;
import static io.tcpbalance.distcc.Verdict.Kind.HOST_FAULT;
import static io.tcpbalance.distcc.Verdict.Kind.USERS_ERROR;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tcpbalance.testing.DistccWire;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerdictTest {
  private static final byte[] NOTHING = {};
  private static final String KILLED =
      """
      x86_64-linux-gnu-g++: fatal error: Killed signal terminated program cc1plus
      compilation terminated.
      """;

  static Stream<String> responses() {
    return Captures.responses();
  }

  @ParameterizedTest
  @MethodSource("responses")
  void capturesAreCompiledOrTheUsersErrors(String name) {
    Verdict verdict = Verdict.of(parsed(Captures.version(name), Captures.bytes(name)));

    assertEquals(name.contains("bad") ? USERS_ERROR : COMPILED, verdict.kind());
  }

  @ParameterizedTest
  @CsvSource({
    "0x0000, COMPILED, compiled",
    "0x0100, USERS_ERROR, compiler's exit 1",
    "0x0400, USERS_ERROR, compiler's exit 4",
    "0x6300, USERS_ERROR, compiler's exit 99",
    "0x6400, HOST_FAULT, 'exit 100, distcc failed'",
    "0x6900, HOST_FAULT, 'exit 105, out of memory or processes'",
    "0x6b00, HOST_FAULT, 'exit 107, i/o error'",
    "0x6e00, HOST_FAULT, 'exit 110, the compiler is missing'",
    "0x7600, HOST_FAULT, 'exit 118, timed out'",
    "0x7800, HOST_FAULT, 'exit 120, to be preprocessed locally'",
    "0x7900, USERS_ERROR, compiler's exit 121",
    "0xff00, USERS_ERROR, compiler's exit 255",
    "0x0009, HOST_FAULT, compiler killed by signal 9",
    "0x008b, HOST_FAULT, compiler killed by signal 11",
  })
  void statusSaysWhoseMatterItIs(String status, Verdict.Kind kind, String reason) {
    ResponseParser answer = answer(1, Integer.decode(status), NOTHING);

    assertEquals(new Verdict(kind, reason), Verdict.of(answer));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        KILLED,
        "gcc: internal compiler error: Killed (program cc1)\n",
        "clang: error: unable to execute command: Killed\n"
      })
  void killedCompilerIsTheHostsFault(String text) {
    byte[] manyLines = ("a.cc: warning: w\n".repeat(20_000) + text).getBytes(UTF_8);
    byte[] packed = Lzo1x.pack(text.getBytes(UTF_8));

    assertEquals(HOST_FAULT, Verdict.of(answer(1, 0x0100, manyLines)).kind());
    assertEquals(HOST_FAULT, Verdict.of(answer(2, 0x0100, packed)).kind());
    assertEquals(HOST_FAULT, Verdict.of(answer(3, 0x0100, packed)).kind());
    assertEquals(COMPILED, Verdict.of(answer(1, 0, manyLines)).kind());
  }

  @Test
  void malformedAnswerIsTheHostsFault() {
    ResponseParser answer = parsed(2, "DONE00000001".getBytes(UTF_8));

    assertEquals(
        new Verdict(
            HOST_FAULT,
            "malformed answer, at offset 12: expected the version of the request, 2, found 1"),
        Verdict.of(answer));
  }

  @Test
  void endWithoutAnswerIsTheHostsFault() {
    byte[] bytes = Captures.bytes("v1_small.resp");

    Verdict silent = Verdict.withoutAnswer(parsed(1, NOTHING), "closed");
    Verdict truncated = Verdict.withoutAnswer(parsed(1, Arrays.copyOf(bytes, 100)), "reset");

    assertEquals(new Verdict(HOST_FAULT, "closed without a byte of an answer"), silent);
    assertEquals(
        new Verdict(HOST_FAULT, "reset after 100 bytes of the answer, before 1048 bytes of DOTO"),
        truncated);
  }

  @Test
  void thereIsNoVerdictBeforeTheAnswerIsWhole() {
    ResponseParser answer = parsed(1, NOTHING);

    assertThrows(IllegalStateException.class, () -> Verdict.of(answer));
  }

  private static ResponseParser answer(int version, int status, byte[] messages) {
    return parsed(version, DistccWire.response(version, status, messages, NOTHING));
  }

  private static ResponseParser parsed(int version, byte[] bytes) {
    ResponseParser parser = new ResponseParser(version, WireLimits.DEFAULT);
    parser.feed(ByteBuffer.wrap(bytes));
    return parser;
  }
}
