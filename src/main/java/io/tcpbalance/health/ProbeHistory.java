package io.tcpbalance.health;

/** How many probes in a row went well, or badly. */
final class ProbeHistory {

  private final int fall;
  private final int rise;
  private int successes;
  private int failures;

  /**
   * An empty history.
   *
   * @param fall so many failures in a row count
   * @param rise so many successes in a row count
   */
  ProbeHistory(int fall, int rise) {
    this.fall = fall;
    this.rise = rise;
  }

  void succeeded() {
    failures = 0;
    successes = Math.min(successes + 1, rise);
  }

  void failed() {
    successes = 0;
    failures = Math.min(failures + 1, fall);
  }

  boolean hasFallen() {
    return failures >= fall;
  }

  boolean hasRisen() {
    return successes >= rise;
  }

  /** What was before does not count any more. */
  void clear() {
    successes = 0;
    failures = 0;
  }
}
