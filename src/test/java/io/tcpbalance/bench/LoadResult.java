package io.tcpbalance.bench;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What became of a load. Every job that was started stands in exactly one of the first three.
 *
 * @param jobs answered in full, every byte right
 * @param errors not answered in full: refused, reset, cut short, stalled
 * @param corrupt answered with a wrong byte or with too many
 * @param seconds from the first connect to the last end
 * @param p50Us half of the good jobs took at most so long, from connect to end of stream
 * @param p99Us the same for 99 of 100
 * @param maxUs the slowest good job
 * @param errorKinds how many errors of which kind
 * @param failedPorts from which local ports jobs came that were answered wrongly or not in full
 */
public record LoadResult(
    long jobs,
    long errors,
    long corrupt,
    double seconds,
    long p50Us,
    long p99Us,
    long maxUs,
    Map<String, Long> errorKinds,
    Set<Integer> failedPorts) {

  public LoadResult {
    errorKinds = Map.copyOf(errorKinds);
    failedPorts = Set.copyOf(failedPorts);
  }

  public boolean isClean() {
    return errors == 0 && corrupt == 0;
  }

  public double jobsPerSecond() {
    return seconds > 0 ? jobs / seconds : 0;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "jobs %d errors %d corrupt %d seconds %.3f jobs/s %.0f p50 %.3f ms p99 %.3f ms max %.3f ms"
            + " %s",
        jobs,
        errors,
        corrupt,
        seconds,
        jobsPerSecond(),
        p50Us / 1e3,
        p99Us / 1e3,
        maxUs / 1e3,
        errorKinds.isEmpty() ? "" : errorKinds);
  }
}
