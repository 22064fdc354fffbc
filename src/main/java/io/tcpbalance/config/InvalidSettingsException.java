package io.tcpbalance.config;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A configuration cannot be used. Holds everything that is wrong in it; its message is printable.
 */
public final class InvalidSettingsException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  InvalidSettingsException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** In the order in which they were met; never empty. */
  public List<Problem> problems() {
    return problems;
  }
}
