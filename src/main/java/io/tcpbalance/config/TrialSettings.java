package io.tcpbalance.config;

import java.time.Duration;
import java.util.List;

/**
 * The trial compiles of a proxy whose back-ends are checked by them.
 *
 * @param interval between two trials of a back-end
 * @param timeout how long one may take
 * @param compilers that are tried, one after the other; at least one
 */
public record TrialSettings(Duration interval, Duration timeout, List<String> compilers) {

  public TrialSettings {
    compilers = List.copyOf(compilers);
  }
}
