package io.tcpbalance.distcc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class TrialRequestTest {

  @Test
  void isAWholeRequestForTheCompiler() {
    RequestParser parser = new RequestParser(WireLimits.DEFAULT, JobRules.NONE);

    assertEquals(RequestParser.State.COMPLETE, parser.feed(TrialRequest.of("clang-15")));

    assertEquals(1, parser.version());
    assertEquals("clang-15", parser.compiler());
    assertEquals("tcpbalance-trial.i", parser.inputFile());
  }

  @Test
  void isWhatDistccWouldSend() {
    String text = US_ASCII.decode(TrialRequest.of("gcc")).toString();

    assertEquals(
        "DIST00000001ARGC00000005ARGV00000003gccARGV00000002-c"
            + "ARGV00000012tcpbalance-trial.iARGV00000002-oARGV00000012tcpbalance-trial.o"
            + "DOTI00000029int tcpbalance_trial(void) { return 0; }\n",
        text);
  }
}
