package io.tcpbalance.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class StatsPageTest {

  /** As distccd 3.4 writes it, shortened. */
  static final String PAGE =
      """
      HTTP/1.0 200 OK
      Content-Type: text/plain
      Connection: close

      argv /distccd
      <distccstats>
      dcc_tcp_accept 0
      dcc_compile_ok 0
      dcc_longest_job none
      dcc_longest_job_time_msecs -1
      dcc_max_kids 3
      dcc_avg_kids1 0
      dcc_load1 0.30
      dcc_max_RSS_name (process_api)
      dcc_free_space 80497 MB
      </distccstats>
      """;

  @Test
  void findsTheNumberOfJobs() {
    assertEquals(OptionalLong.of(3), StatsPage.maxKids(PAGE));
    assertEquals(OptionalLong.of(3), StatsPage.maxKids(PAGE.replace("\n", "\r\n")));
  }

  @ParameterizedTest
  @CsvSource({"0", "-1", "100001", "999999999999999999"})
  void takesAnyNumber(long jobs) {
    assertEquals(OptionalLong.of(jobs), StatsPage.maxKids("dcc_max_kids " + jobs));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "dcc_max_kids",
        "dcc_max_kids ",
        "dcc_max_kids x",
        "dcc_max_kids 3 4",
        "dcc_max_kids 3.5",
        "dcc_max_kids 1000000000000000000",
        "dcc_max_kids --1",
        "dcc_max_kids 0x10",
        "xdcc_max_kids 3",
        "dcc_longest_job dcc_max_kids 3",
        "<html>dcc_max_kids 3</html>"
      })
  void findsNothingElsewhere(String page) {
    assertEquals(OptionalLong.empty(), StatsPage.maxKids(page));
  }

  @Test
  void believesNoneOfSeveralThatDiffer() {
    String forged = PAGE.replace("longest_job none", "longest_job x.c\ndcc_max_kids 900\n");

    assertEquals(OptionalLong.empty(), StatsPage.maxKids(forged));
  }

  @Test
  void neverFailsWhateverThePageSays() {
    long seed = Long.getLong("tcpbalance.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int i = 0; i < 100_000; i++) {
      StringBuilder page = new StringBuilder(PAGE);
      for (int changes = random.nextInt(8); changes >= 0; changes--) {
        mutate(page, random);
      }

      OptionalLong jobs = StatsPage.maxKids(page.toString());

      assertTrue(
          jobs.isEmpty() || page.indexOf("dcc_max_kids " + digits(jobs.getAsLong(), page)) >= 0,
          () -> "-Dtcpbalance.seed=" + seed + ": " + jobs + " from " + page);
    }
  }

  /** They may be written with zeros before them. */
  private static String digits(long jobs, StringBuilder page) {
    String plain = String.valueOf(jobs);
    return page.indexOf("dcc_max_kids " + plain) >= 0 ? plain : jobs < 0 ? "-0" : "0";
  }

  private static void mutate(StringBuilder page, Random random) {
    int at = random.nextInt(page.length());
    switch (random.nextInt(4)) {
      case 0 -> page.deleteCharAt(at);
      case 1 -> page.insert(at, (char) random.nextInt(256));
      case 2 -> page.insert(at, page.substring(random.nextInt(at + 1), at));
      default -> page.setCharAt(page.indexOf("kids ") < 0 ? at : page.indexOf("kids ") + 5, '7');
    }
    page.setLength(Math.max(1, Math.min(page.length(), 4000)));
  }
}
