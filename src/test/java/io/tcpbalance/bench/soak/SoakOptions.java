package io.tcpbalance.bench.soak;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The command line of {@link Soak}; {@code ops/bench/soak --help} explains it.
 *
 * @param minutes from 1 to 10000
 * @param seed of all that is random
 * @param workDir everything that is written goes there
 * @param launcher {@code ops/tcpbalance}
 */
record SoakOptions(int minutes, long seed, Path workDir, Path launcher) {
  private static final int MOST_MINUTES = 10_000;
  private static final int SAMPLES = 40;
  private static final int SHORTEST_INTERVAL_S = 5;
  private static final int LONGEST_INTERVAL_S = 30;

  /** Throws IllegalArgumentException with a message for the user. */
  static SoakOptions parse(String... args) {
    int minutes = 20;
    long seed = System.nanoTime();
    Path workDir = Path.of(".");
    Path launcher = Path.of("ops/tcpbalance");
    Deque<String> left = new ArrayDeque<>(List.of(args));
    while (!left.isEmpty()) {
      String option = left.pop();
      switch (option) {
        case "--seed" -> seed = number(option, value(option, left));
        case "--work-dir" -> workDir = Path.of(value(option, left));
        case "--launcher" -> launcher = Path.of(value(option, left));
        default -> minutes = minutes(option);
      }
    }
    return new SoakOptions(minutes, seed, workDir.toAbsolutePath(), launcher.toAbsolutePath());
  }

  /** Between two lines of the table: 30 s, less in a run of less than 20 minutes. */
  Duration interval() {
    long seconds = Duration.ofMinutes(minutes).toSeconds() / SAMPLES;
    return Duration.ofSeconds(Math.max(SHORTEST_INTERVAL_S, Math.min(LONGEST_INTERVAL_S, seconds)));
  }

  private static String value(String option, Deque<String> left) {
    if (left.isEmpty()) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return left.pop();
  }

  private static int minutes(String text) {
    if (text.startsWith("-")) {
      throw new IllegalArgumentException("unknown option " + text);
    }
    long minutes = number("minutes", text);
    if (minutes < 1 || minutes > MOST_MINUTES) {
      throw new IllegalArgumentException("minutes must be 1 to " + MOST_MINUTES);
    }
    return (int) minutes;
  }

  private static long number(String what, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(what + ": not a number: " + text, e);
    }
  }
}
