package io.tcpbalance.admin;

import io.tcpbalance.balancer.Placement;
import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.SlotLimit;
import java.util.List;
import java.util.Optional;

/**
 * A back-end that is to be added, and where. Of a POST only the name must be given: the host is the
 * name by default, the port the proxy's own, maxConnections 1, statsPort 3633, the state up, the
 * compilers any, and it comes after all others.
 */
public record NewBackend(BackendSettings settings, Placement placement) {

  public static NewBackend read(Fields fields, int proxyPort) {
    Optional<String> name = fields.name();
    if (fields.isAbsent("name")) {
      fields.problem("name is missing");
    }
    Optional<String> host = fields.host();
    if (fields.isAbsent("host") && name.isPresent() && !BackendSettings.isHost(name.get())) {
      fields.problem("host is missing, and the name cannot be a host");
    }
    BackendSettings settings =
        new BackendSettings(
            name.orElse(""),
            host.or(() -> name).orElse(""),
            fields.port().orElse(proxyPort),
            fields.maxConnections().orElse(SlotLimit.of(1)),
            fields.statsPort().orElse(BackendSettings.DEFAULT_STATS_PORT),
            fields.state().orElse(OperatorState.UP),
            fields.compilers().orElse(List.of()));
    Placement placement = fields.after().orElse(new Placement.Last());
    fields.finish();
    return new NewBackend(settings, placement);
  }

  /** For the audit log. */
  @Override
  public String toString() {
    return "back-end %s at %s, maxConnections %s, state %s, compilers %s, placed %s"
        .formatted(
            settings.name(),
            Texts.hostAndPort(settings.host(), settings.port()),
            settings.maxConnections(),
            Texts.word(settings.state()),
            settings.compilers(),
            placement.words());
  }
}
