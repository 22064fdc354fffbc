package io.tcpbalance.bench.soak;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The configuration of the daemon: quick probes, small budgets, drills allowed without limit. */
final class SoakConfiguration {

  private SoakConfiguration() {}

  static String text(Path stateDir, List<Farm> farms) {
    return """
        tcpbalance {
          state-dir = "%s"
          admin.port = 0
          console.port = 0
          fault-injection = on
          supervision { max-restarts = 1000000, within = 1s }
          relay.memory = 64 MiB
          distcc.memory = 64 MiB
          proxy-defaults {
            listen { host = 127.0.0.1, port = 0 }
            health { interval = 500ms, slow-start = 1s, max-backoff = 2s }
          }
          proxies {
            %s
            distcc.jobs.forbidden-arguments = ["%s*"]
          }
        }
        """
        .formatted(
            stateDir,
            farms.stream().map(SoakConfiguration::proxy).collect(Collectors.joining("\n")),
            CompileClient.REFUSED);
  }

  /** Each farm is named as its protocol is. */
  private static String proxy(Farm farm) {
    String hosts =
        farm.hosts().stream()
            .map(
                host ->
                    "{ name = %s, host = 127.0.0.1, port = %d, max-connections = %d }"
                        .formatted(host.name(), host.port(), Farm.SLOTS))
            .collect(Collectors.joining(", "));
    return "%s { protocol = %s, listen.port = 0, backends = [%s] }"
        .formatted(farm.proxy(), farm.proxy(), hosts);
  }
}
