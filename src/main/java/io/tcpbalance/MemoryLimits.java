package io.tcpbalance;

import io.tcpbalance.config.Protocol;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.config.Settings;
import java.util.ArrayList;
import java.util.List;

/**
 * How much memory the bytes of clients may really take, where the process has less than the
 * configuration says.
 *
 * @param streamBytes on the heap, of which the rest of the program needs some too
 * @param jobBytes in direct memory, whose limit is that of the heap unless the JVM is told
 *     otherwise
 * @param warnings for the log, where it is less than what is configured
 */
record MemoryLimits(long streamBytes, long jobBytes, List<String> warnings) {

  private static final String MORE = "; set TCPBALANCE_JAVA_OPTS=-Xmx... to have more";

  static MemoryLimits of(Settings settings, long heapBytes) {
    List<String> warnings = new ArrayList<>();
    long streams = settings.relay().memoryBytes();
    if (streams > heapBytes / 2) {
      streams = heapBytes / 2;
      warnings.add(
          "relay.memory is %d MiB, but only half of the heap, %d MiB, will be used%s"
              .formatted(settings.relay().memoryBytes() >> 20, streams >> 20, MORE));
    }
    long jobs = settings.jobMemoryBytes();
    long most = mostForJobs(settings, heapBytes);
    if (jobs > most && hasJobs(settings)) {
      jobs = most;
      warnings.add(
          "distcc.memory is %d MiB, but only %d MiB will be used: with the answers, and one request of"
                  .formatted(settings.jobMemoryBytes() >> 20, jobs >> 20)
              + " jobs.max-request-size beyond the budget, more does not fit into the process"
              + MORE);
    }
    return new MemoryLimits(streams, jobs, List.copyOf(warnings));
  }

  /** See {@link io.tcpbalance.relay.JobMemory}: answers take a quarter more, one may overdraw. */
  private static long mostForJobs(Settings settings, long directBytes) {
    long largestRequest =
        settings.proxies().stream()
            .mapToLong(proxy -> proxy.jobs().maxRequestSizeBytes())
            .max()
            .orElse(0);
    long spareBytes = directBytes / 8; // the loops' read buffers, and what the libraries need
    long left = directBytes - spareBytes - largestRequest;
    return Math.max(directBytes / 8, left * 4 / 5);
  }

  private static boolean hasJobs(Settings settings) {
    return settings.proxies().stream()
        .map(ProxySettings::protocol)
        .anyMatch(Protocol.DISTCC::equals);
  }
}
