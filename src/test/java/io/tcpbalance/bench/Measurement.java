package io.tcpbalance.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One line of the table: a proxy with one kind of job, over all rounds. What is shown is the median
 * of the rounds; errors and corrupt jobs are summed.
 */
final class Measurement {

  /**
   * One round.
   *
   * @param cpuUs what the proxy used for it, in microseconds; 0 where there is none
   * @param corruptRequests bad requests that the server got
   */
  record Round(LoadResult load, long cpuUs, long corruptRequests) {
    double cpuUsPerJob() {
      return load.jobs() == 0 ? 0 : (double) cpuUs / load.jobs();
    }
  }

  private final String proxy;
  private final String job;
  private final List<Round> rounds = new ArrayList<>();

  Measurement(String proxy, String job) {
    this.proxy = proxy;
    this.job = job;
  }

  void add(Round round) {
    rounds.add(round);
  }

  String proxy() {
    return proxy;
  }

  String job() {
    return job;
  }

  List<Round> rounds() {
    return List.copyOf(rounds);
  }

  double jobsPerSecond() {
    return median(round -> round.load().jobsPerSecond());
  }

  double p50Us() {
    return median(round -> round.load().p50Us());
  }

  double p99Us() {
    return median(round -> round.load().p99Us());
  }

  /** 0 where there is no proxy. */
  double cpuUsPerJob() {
    return median(Round::cpuUsPerJob);
  }

  long errors() {
    return rounds.stream().mapToLong(round -> round.load().errors()).sum();
  }

  /** Wrong answers at the client and wrong requests at the server. */
  long corrupt() {
    return rounds.stream()
        .mapToLong(round -> round.load().corrupt() + round.corruptRequests())
        .sum();
  }

  private double median(ToDoubleFunction<Round> value) {
    double[] sorted = rounds.stream().mapToDouble(value).sorted().toArray();
    if (sorted.length == 0) {
      return 0;
    }
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
