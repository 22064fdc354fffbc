package io.tcpbalance.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class JobFramingTest {

  @Test
  void distccsRequestIsOneOfVersionOneUpToItsFile() {
    assertEquals(
        "DIST00000001"
            + "ARGC00000009"
            + "ARGV00000002cc"
            + "ARGV00000003-O2"
            + "ARGV00000002-g"
            + "ARGV00000005-Wall"
            + "ARGV00000005-Isrc"
            + "ARGV00000002-o"
            + "ARGV00000009src/job.o"
            + "ARGV00000002-c"
            + "ARGV00000009src/job.c"
            + "DOTI000493e0",
        text(JobFraming.DISTCC.beforeRequest(300_000)));
  }

  @Test
  void distccsAnswerHasCompiledAndSaysNothingElse() {
    assertEquals(
        "DONE00000001STAT00000000SERR00000000SOUT00000000DOTO000186a0",
        text(JobFraming.DISTCC.beforeAnswer(100_000)));
  }

  @Test
  void bareJobsHaveNothingInFront() {
    assertFalse(JobFraming.NONE.beforeRequest(64).hasRemaining());
    assertFalse(JobFraming.NONE.beforeAnswer(64).hasRemaining());
  }

  private static String text(ByteBuffer bytes) {
    return US_ASCII.decode(bytes).toString();
  }
}
