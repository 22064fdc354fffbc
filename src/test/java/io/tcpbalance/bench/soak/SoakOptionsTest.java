package io.tcpbalance.bench.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SoakOptionsTest {

  @Test
  void runsTwentyMinutesByDefault() {
    SoakOptions options = SoakOptions.parse();

    assertEquals(20, options.minutes());
    assertEquals(Duration.ofSeconds(30), options.interval());
  }

  @Test
  void takesMinutesAndSeedInAnyOrder() {
    SoakOptions options = SoakOptions.parse("--work-dir", "/w", "--seed", "-7", "2");

    assertEquals(2, options.minutes());
    assertEquals(-7, options.seed());
    assertEquals(Path.of("/w"), options.workDir());
  }

  @ParameterizedTest
  @CsvSource({"1, 5", "2, 5", "10, 15", "60, 30"})
  void samplesOftenerInShortRuns(int minutes, int seconds) {
    SoakOptions options = SoakOptions.parse(Integer.toString(minutes));

    assertEquals(Duration.ofSeconds(seconds), options.interval());
  }

  @ParameterizedTest
  @CsvSource({
    "0, minutes must be",
    "10001, minutes must be",
    "soon, not a number",
    "--seed, needs a value",
    "--fast, unknown option"
  })
  void tellsWhatIsWrong(String argument, String complaint) {
    Exception refused =
        assertThrows(IllegalArgumentException.class, () -> SoakOptions.parse(argument));

    assertTrue(String.valueOf(refused.getMessage()).contains(complaint), refused.getMessage());
  }
}
