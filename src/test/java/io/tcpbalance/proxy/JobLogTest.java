package io.tcpbalance.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tcpbalance.config.JobLogFormat;
import io.tcpbalance.testing.HeardLog;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class JobLogTest {
  private static final JobLog TEXT = new JobLog(JobLogFormat.TEXT);
  private static final JobLog JSON = new JobLog(JobLogFormat.JSON);

  private static final JobReport COMPILED =
      new JobReport(
          "distcc",
          new InetSocketAddress("10.1.2.3", 4711),
          Optional.of("x86_64-linux-gnu-gcc"),
          Optional.of("src/main.c"),
          JobOutcome.COMPILED,
          Optional.of("bld6"),
          3,
          202_465,
          1_157,
          120,
          35,
          2,
          404,
          1,
          Map.of(ReplayReason.TIMED_OUT, 1, ReplayReason.BROKE_OFF, 1));

  @Test
  void writesText() {
    assertEquals(
        "proxy=distcc client=10.1.2.3:4711 compiler=x86_64-linux-gnu-gcc file=src/main.c"
            + " outcome=compiled backend=bld6 attempts=3 requestBytes=202465 responseBytes=1157"
            + " receiveMs=120 queueMs=35 sendMs=2 compileMs=404 replyMs=1 replays=broke-off:1,timed-out:1",
        TEXT.line(COMPILED));
  }

  @Test
  void writesJson() {
    assertEquals(
        """
        {"proxy":"distcc","client":"10.1.2.3:4711","compiler":"x86_64-linux-gnu-gcc",\
        "file":"src/main.c","outcome":"compiled","backend":"bld6","attempts":3,\
        "requestBytes":202465,"responseBytes":1157,"receiveMs":120,"queueMs":35,"sendMs":2,\
        "compileMs":404,"replyMs":1,"replays":{"broke-off":1,"timed-out":1}}""",
        JSON.line(COMPILED));
  }

  @Test
  void leavesOutWhatIsNotKnown() {
    JobReport aborted =
        new JobReport(
            "distcc",
            new InetSocketAddress("fd00::1", 9),
            Optional.empty(),
            Optional.empty(),
            JobOutcome.TIMED_OUT,
            Optional.empty(),
            0,
            17,
            0,
            60_000,
            0,
            0,
            0,
            0,
            Map.of());

    assertEquals(
        "proxy=distcc client=[fd00:0:0:0:0:0:0:1]:9 outcome=timed-out attempts=0 requestBytes=17"
            + " responseBytes=0 receiveMs=60000 queueMs=0 sendMs=0 compileMs=0 replyMs=0",
        TEXT.line(aborted));
    assertFalse(JSON.line(aborted).contains("null"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\n2026-11-23T00:00:00Z INFO Audit all is well",
        "a\r\nb",
        "a.c outcome=compiled backend=mine",
        "a\" outcome=\"compiled",
        "a\\",
        "\",\"outcome\":\"compiled",
        "\u001b[31mred\u001b]0;title\u0007.c",
        "\u009b31m.c",
        "\u202etxt.c",
        "a\u2028b",
        "${jndi:ldap://x/y}",
        "{}",
        "",
        "größe.c",
      })
  void hostileNamesStayInTheirField(String name) throws Exception {
    JobReport job = named(name);

    String text = TEXT.line(job);
    String json = JSON.line(job);

    assertTrue(text.codePoints().noneMatch(JobLogTest::isUnprintable), text);
    assertTrue(json.chars().allMatch(c -> c >= ' ' && c < 127), json);
    assertEquals(1, count(text.replaceAll("\"(\\\\.|[^\"\\\\])*\"", "?"), " outcome="), text);
    JsonNode read = new ObjectMapper().readTree(json);
    assertEquals(name, read.get("file").textValue());
    assertEquals("compiled", read.get("outcome").textValue());
  }

  @Test
  void longNamesAreCut() throws Exception {
    JobReport job = named("x".repeat(5000) + ".c");

    assertTrue(TEXT.line(job).contains("file=\"" + "x".repeat(256) + "...\" "));
    assertEquals(
        "x".repeat(256) + "...", new ObjectMapper().readTree(JSON.line(job)).get("file").asText());
  }

  @Test
  void leavesALineInALogOfItsOwn() {
    try (HeardLog log = new HeardLog(JobLog.LOGGER)) {
      TEXT.finished(named("{}"));

      assertEquals(1, log.lines().size());
      assertTrue(log.lines().get(0).contains(" file=\"{}\" outcome=compiled "));
    }
  }

  private static JobReport named(String file) {
    JobReport job = COMPILED;
    return new JobReport(
        job.proxy(),
        job.client(),
        job.compiler(),
        Optional.of(file),
        job.outcome(),
        job.backend(),
        job.attempts(),
        job.requestBytes(),
        job.responseBytes(),
        job.receiveMs(),
        job.queueMs(),
        job.sendMs(),
        job.compileMs(),
        job.replyMs(),
        job.replays());
  }

  private static boolean isUnprintable(int codePoint) {
    int type = Character.getType(codePoint);
    return type == Character.CONTROL
        || type == Character.FORMAT
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR;
  }

  private static int count(String text, String word) {
    return text.split(Pattern.quote(word), -1).length - 1;
  }
}
