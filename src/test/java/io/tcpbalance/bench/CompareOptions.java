package io.tcpbalance.bench;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The command line of {@link Compare}; {@code ops/bench/compare --help} explains it.
 *
 * @param only contenders, some of {@link Contenders#NAMES}
 * @param rounds how many times each is started and measured
 * @param jobs measured in each round and for each kind of job; 0 = as many as take {@code seconds}
 * @param seconds of measured time in each round and for each kind of job
 * @param concurrency jobs in flight
 * @param serviceUs service time of a measured job, in microseconds
 * @param warmTiny tiny jobs before anything is measured
 * @param warmShaped distcc-shaped jobs after those
 * @param json whether standard output is one JSON document
 * @param workDir everything that is written goes there
 * @param launcher {@code ops/tcpbalance}
 */
record CompareOptions(
    List<String> only,
    int rounds,
    int jobs,
    int seconds,
    int concurrency,
    int serviceUs,
    int warmTiny,
    int warmShaped,
    boolean json,
    Path workDir,
    Path launcher) {

  /** Throws IllegalArgumentException with a message for the user. */
  static CompareOptions parse(String... args) {
    List<String> only = Contenders.NAMES;
    int rounds = 3;
    int jobs = 0;
    int seconds = 3;
    int concurrency = 16;
    int serviceUs = 0;
    int warmTiny = 15_000;
    int warmShaped = 8_000;
    boolean json = false;
    Path workDir = Path.of(".");
    Path launcher = Path.of("ops/tcpbalance");

    Deque<String> left = new ArrayDeque<>(List.of(args));
    while (!left.isEmpty()) {
      String option = left.pop();
      switch (option) {
        case "--json" -> json = true;
        case "--only" -> only = names(value(option, left));
        case "--rounds" -> rounds = number(option, left, 1);
        case "--jobs" -> jobs = number(option, left, 1);
        case "--seconds" -> seconds = number(option, left, 1);
        case "--concurrency" -> concurrency = number(option, left, 1);
        case "--service-us" -> serviceUs = number(option, left, 0);
        case "--warm-tiny" -> warmTiny = number(option, left, 1);
        case "--warm-shaped" -> warmShaped = number(option, left, 1);
        case "--work-dir" -> workDir = Path.of(value(option, left));
        case "--launcher" -> launcher = Path.of(value(option, left));
        default -> throw new IllegalArgumentException("unknown option " + option);
      }
    }
    return new CompareOptions(
        only,
        rounds,
        jobs,
        seconds,
        concurrency,
        serviceUs,
        warmTiny,
        warmShaped,
        json,
        workDir.toAbsolutePath(),
        launcher);
  }

  private static String value(String option, Deque<String> left) {
    if (left.isEmpty()) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return left.pop();
  }

  private static int number(String option, Deque<String> left, int least) {
    String text = value(option, left);
    int number;
    try {
      number = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(option + " needs a number, not " + text, e);
    }
    if (number < least) {
      throw new IllegalArgumentException(option + " must be at least " + least);
    }
    return number;
  }

  private static List<String> names(String text) {
    List<String> names = List.of(text.split(","));
    for (String name : names) {
      if (!Contenders.NAMES.contains(name)) {
        throw new IllegalArgumentException(
            "--only knows " + String.join(",", Contenders.NAMES) + ", not " + name);
      }
    }
    return names;
  }
}
