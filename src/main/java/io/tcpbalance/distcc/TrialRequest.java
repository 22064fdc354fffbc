package io.tcpbalance.distcc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;

/** A request of our own: the smallest job that shows whether a host compiles. */
public final class TrialRequest {

  private static final int VERSION = 1;
  private static final String SOURCE = "int tcpbalance_trial(void) { return 0; }\n";

  private TrialRequest() {}

  /**
   * The whole request, in version 1, which every distccd understands.
   *
   * @param compiler its name, ASCII
   */
  public static ByteBuffer of(String compiler) {
    List<String> arguments =
        List.of(compiler, "-c", "tcpbalance-trial.i", "-o", "tcpbalance-trial.o");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    token(out, Token.DIST, VERSION);
    token(out, Token.ARGC, arguments.size());
    arguments.forEach(argument -> body(out, Token.ARGV, argument));
    body(out, Token.DOTI, SOURCE);
    return ByteBuffer.wrap(out.toByteArray());
  }

  private static void body(ByteArrayOutputStream out, Token token, String text) {
    byte[] bytes = text.getBytes(US_ASCII);
    token(out, token, bytes.length);
    out.writeBytes(bytes);
  }

  private static void token(ByteArrayOutputStream out, Token token, int value) {
    out.writeBytes(String.format(Locale.ROOT, "%s%08x", token, value).getBytes(US_ASCII));
  }
}
