package io.tcpbalance.bench.cluster;

import io.tcpbalance.bench.LoadResult;
import java.util.ArrayList;
import java.util.List;

/** What became of the jobs of a drill. */
final class Tally {
  private final List<String> failures = new ArrayList<>();
  private long jobs;
  private long lost;

  /** The clients of a node that nobody had harmed: each job must have been answered. */
  void add(String whose, LoadResult result) {
    jobs += result.jobs();
    if (!result.isClean()) {
      failures.add(whose + ": " + result);
    }
  }

  /** Those of a node that was harmed: unanswered jobs are lost with it, a wrong byte is not. */
  void addOfHarmed(String whose, LoadResult result) {
    jobs += result.jobs();
    lost += result.errors();
    if (result.corrupt() > 0) {
      failures.add(whose + ": " + result);
    }
  }

  /** Answered, every byte right. */
  long jobs() {
    return jobs;
  }

  /** Not answered, since their node was killed, cut off or frozen. */
  long lost() {
    return lost;
  }

  /** What went wrong, where nothing may. */
  List<String> failures() {
    return failures;
  }
}
