package io.tcpbalance.cli.top;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;

/** The picture, to the letter. */
class FrameTest {

  private static final String PROXY =
      """
      {"name": "distcc", "listen": "0.0.0.0:3632", "protocol": "distcc", "accepting": true,
       "waiting": 2, "jobs": {"finished": {"compiled": 40, "aborted": 2}},
       "backends": [
         {"name": "bld6", "status": "up", "maxConnections": 4, "slots": 4, "pending": 1,
          "active": 2, "activeCount": 32, "lastError": null},
         {"name": "bld4.example", "status": "failed", "maxConnections": 2, "slots": 2,
          "pending": 0, "active": 0, "activeCount": 10, "lastError": "connection refused"},
         {"name": "bld3", "status": "draining", "maxConnections": 3, "slots": 1, "pending": 0,
          "active": 1, "activeCount": 1, "lastError": null}]}
      """;

  private static final String SESSIONS =
      """
      [{"id": 1, "client": "10.0.0.1:1", "phase": "compiling", "backend": "bld6", "ageMs": 3210,
        "job": {"compiler": "gcc", "file": "/src/main.c"}},
       {"id": 2, "client": "10.0.0.1:2", "phase": "relaying", "backend": "bld6", "ageMs": 100,
        "job": null},
       {"id": 3, "client": "10.0.0.1:3", "phase": "waiting", "backend": null, "ageMs": 1500,
        "job": {"compiler": "gcc", "file": "wait\\u001b.c"}},
       {"id": 4, "client": "10.0.0.1:4", "phase": "receiving", "backend": null, "ageMs": 1}]
      """;

  @Test
  void showsHostsSlotsAndWhatTheyWorkOn() throws Exception {
    assertEquals(
        """
        distcc (2 of 3)  12:00:00  distcc on 0.0.0.0:3632
        slots 4/7 busy  waiting 2  jobs/s 4.2  jobs 42  hosts up 1/3
        HOST          STATUS    SLOTS   BUSY   JOBS  WORKS ON
        bld6          up        ##+.     3/4     30  main.c 3.2s, 10.0.0.1:2 0.1s
        bld4.example  failed    --       0/2     10  connection refused
        bld3          draining  #--      1/3      0

        queue: wait?.c 1.5s
        q quit  arrows, PgUp, PgDn scroll  n, p proxy  space refresh
        """,
        text(frame(PROXY).lines(80, 9, 0)));
  }

  @Test
  void fitsSmallWindow() throws Exception {
    List<AttributedString> lines = frame(PROXY).lines(30, 7, 1);

    assertEquals(
        """
        distcc (2 of 3)  12:00:00  dis
        slots 4/7 busy  waiting 2  job
        HOST     STATUS    SLOTS   BUS
        bld4.e~  failed    --       0/
        bld3     draining  #--      1/
        queue: wait?.c 1.5s
        hosts 2-3 of 3  q quit  arrows
        """,
        text(lines));
    for (int height = 1; height < 12; height++) {
      for (int width = 1; width < 90; width++) {
        List<AttributedString> any = frame(PROXY).lines(width, height, 5);
        int widest = width;
        assertTrue(any.size() <= height, "as high as the window");
        assertTrue(any.stream().allMatch(l -> l.columnLength() <= widest), "as wide");
      }
    }
  }

  @Test
  void scrollsAsFarAsThereAreHosts() throws Exception {
    String hosts =
        IntStream.range(0, 50)
            .mapToObj(
                i ->
                    "{\"name\": \"h%d\", \"status\": \"up\", \"maxConnections\": 1, \"slots\": 1}"
                        .formatted(i))
            .collect(Collectors.joining(","));
    Frame frame = frame("{\"name\": \"p\", \"backends\": [" + hosts + "]}");

    List<AttributedString> lines = frame.lines(100, 10, 1000);

    assertTrue(lines.get(3).toString().startsWith("h45 "), text(lines));
    assertTrue(lines.get(7).toString().startsWith("h49 "), text(lines));
    assertTrue(text(lines).contains("hosts 46-50 of 50"), text(lines));
    assertEquals(54, frame.text(100).size(), "all of them as text");
  }

  @Test
  void saysWhatIsWrong() throws Exception {
    Farm farm = farm("{\"name\": \"p\", \"accepting\": false, \"backends\": []}");
    Frame frame =
        new Frame(
            farm,
            Optional.empty(),
            1,
            1,
            OptionalDouble.empty(),
            "12:00:00",
            Optional.of("no answer"));

    String text = text(frame.lines(100, 8, 0));

    assertTrue(text.contains("accepts no clients"), text);
    assertTrue(text.contains("NOT UP TO DATE: no answer"), text);
    assertTrue(text.contains("no back-end: clients wait until one is added"), text);
    assertTrue(text.contains("jobs/s -"), text);
  }

  @Test
  void saysAtWhichNodeItIs() throws Exception {
    List<AttributedString> lines = frame(PROXY, Optional.of("lb2.example")).lines(80, 9, 0);

    assertEquals(
        "distcc at lb2.example (2 of 3)  12:00:00  distcc on 0.0.0.0:3632",
        lines.get(0).toString());
  }

  @Test
  void rateIsPerSecondAndUnknownAfterRestart() {
    Rate rate = new Rate();

    assertTrue(rate.next(10, 0).isEmpty());
    assertEquals(2.5, rate.next(15, 2_000_000_000L).orElseThrow());
    assertTrue(rate.next(3, 3_000_000_000L).isEmpty(), "the counter began anew");
    assertEquals(1, rate.next(4, 4_000_000_000L).orElseThrow());
    rate.reset();
    assertTrue(rate.next(9, 5_000_000_000L).isEmpty());
  }

  private static Frame frame(String proxy) throws Exception {
    return frame(proxy, Optional.empty());
  }

  private static Frame frame(String proxy, Optional<String> node) throws Exception {
    return new Frame(farm(proxy), node, 2, 3, OptionalDouble.of(4.2), "12:00:00", Optional.empty());
  }

  private static Farm farm(String proxy) throws Exception {
    ObjectMapper json = new ObjectMapper();
    return Farm.of(json.readTree(proxy), json.readTree(SESSIONS));
  }

  private static String text(List<AttributedString> lines) {
    return lines.stream()
        .map(line -> line.toString().stripTrailing() + "\n")
        .collect(Collectors.joining());
  }
}
