package io.tcpbalance.bench.cluster;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The command line of {@link ClusterBench}; {@code ops/bench/cluster --help} explains it.
 *
 * @param drills names of those to run, in order
 * @param jobs of the drill in which nobody is harmed, 1 to 100000000
 * @param minutes how long nodes are killed again and again, 0 to 10000
 * @param rounds how often the code of all nodes is replaced, 1 to 1000
 * @param cutSeconds how long a link is cut, 15 to 3600
 * @param history where the history of slots is written to
 * @param tls whether nodes know each other by certificates
 * @param links whether this process has a network namespace of its own
 * @param workDir everything else that is written goes there
 */
record ClusterOptions(
    List<String> drills,
    int jobs,
    int minutes,
    int rounds,
    int cutSeconds,
    Optional<Path> history,
    boolean tls,
    boolean links,
    Path workDir) {

  static final String CUT = "cut";
  static final String CUT_ONE_WAY = "cut-one-way";
  static final String COST = "cost";
  static final List<String> ALL =
      List.of("steady", "kill", "rolling", "upgrade", "freeze", CUT, CUT_ONE_WAY, COST);

  ClusterOptions {
    drills = List.copyOf(drills);
  }

  /** Throws IllegalArgumentException with a message for the user. */
  static ClusterOptions parse(String... args) {
    List<String> drills = ALL;
    int jobs = 60_000;
    int minutes = 5;
    int rounds = 3;
    int cutSeconds = 20;
    Optional<Path> history = Optional.empty();
    boolean tls = false;
    boolean links = false;
    Path workDir = Path.of(".");
    Deque<String> left = new ArrayDeque<>(List.of(args));
    while (!left.isEmpty()) {
      String option = left.pop();
      switch (option) {
        case "--only" -> drills = drills(value(option, left));
        case "--jobs" -> jobs = number(option, value(option, left), 1, 100_000_000);
        case "--minutes" -> minutes = number(option, value(option, left), 0, 10_000);
        case "--rounds" -> rounds = number(option, value(option, left), 1, 1_000);
        case "--cut-seconds" -> cutSeconds = number(option, value(option, left), 15, 3_600);
        case "--history" -> history = Optional.of(Path.of(value(option, left)));
        case "--tls" -> tls = true;
        case "--links" -> links = true;
        case "--work-dir" -> workDir = Path.of(value(option, left));
        default -> throw new IllegalArgumentException("unknown option " + option);
      }
    }
    return new ClusterOptions(
        drills, jobs, minutes, rounds, cutSeconds, history, tls, links, workDir);
  }

  /** What the drill of this name is. */
  Drill drill(String name) {
    return switch (name) {
      case "steady" -> new Steady(jobs);
      case "kill" -> new Killings(1, minutes, 10);
      case "rolling" -> Rolling.INSTANCE;
      case "upgrade" -> new Upgrades(rounds * FarmCluster.NODES);
      case "freeze" -> Frozen.INSTANCE;
      case CUT -> new Cut(cutSeconds, false);
      case CUT_ONE_WAY -> new Cut(cutSeconds, true);
      default -> throw new IllegalArgumentException("no drill: " + name);
    };
  }

  private static String value(String option, Deque<String> left) {
    if (left.isEmpty()) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return left.pop();
  }

  private static List<String> drills(String text) {
    List<String> drills = new ArrayList<>(List.of(text.split(",", -1)));
    drills.removeAll(ALL);
    if (!drills.isEmpty()) {
      throw new IllegalArgumentException("no drill: " + drills.get(0) + "; there are " + ALL);
    }
    return List.of(text.split(",", -1));
  }

  private static int number(String option, String text, int least, int most) {
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new IllegalArgumentException(
        option + " must be a number from " + least + " to " + most + ", but is " + text);
  }
}
