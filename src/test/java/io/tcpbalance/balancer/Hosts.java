package io.tcpbalance.balancer;

import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.HealthCheck;
import io.tcpbalance.config.HealthSettings;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.SlotLimit;
import io.tcpbalance.testing.TestSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Back-ends to test with. */
final class Hosts {

  private Hosts() {}

  static BackendSettings configured(String name, int maxConnections) {
    return configured(name, maxConnections, OperatorState.UP);
  }

  static BackendSettings configured(String name, int maxConnections, OperatorState state) {
    return new BackendSettings(name, name + ".example", 3632, maxConnections, state, List.of());
  }

  static BackendSettings withCompilers(String name, String... compilers) {
    return new BackendSettings(
        name, name + ".example", 3632, 1, OperatorState.UP, List.of(compilers));
  }

  static BackendStatus up(String name, int maxConnections) {
    return Roster.unused(configured(name, maxConnections));
  }

  /** One whose slots are what its host tells. */
  static BackendStatus learning(String name) {
    return Roster.unused(
        new BackendSettings(
            name, name + ".example", 3632, SlotLimit.AUTO, 3633, OperatorState.UP, List.of()));
  }

  static BackendStatus in(OperatorState state, String name, int maxConnections) {
    return in(state, name, maxConnections, List.of());
  }

  static BackendStatus in(
      OperatorState state, String name, int maxConnections, List<String> compilers) {
    return Roster.unused(
        new BackendSettings(name, name + ".example", 3632, maxConnections, state, compilers));
  }

  /** One that is up and has these compilers only. */
  static BackendStatus having(String name, int maxConnections, String... compilers) {
    return in(OperatorState.UP, name, maxConnections, List.of(compilers));
  }

  static BackendStatus failed(String name, int maxConnections) {
    return status(name, maxConnections, OperatorState.UP, false, false);
  }

  static BackendStatus removing(String name, int maxConnections) {
    return status(name, maxConnections, OperatorState.UP, true, true);
  }

  static BackendStatus status(
      String name, int maxConnections, OperatorState state, boolean healthy, boolean removing) {
    return new BackendStatus(
        name,
        name + ".example",
        3632,
        state,
        healthy,
        removing,
        false,
        maxConnections,
        Learning.OFF,
        maxConnections,
        List.of(),
        0,
        0,
        Optional.empty(),
        Optional.empty(),
        0,
        0,
        0,
        0);
  }

  static Wish avoiding(String... names) {
    return new Wish("", Set.of(names), Set.of(), Optional.empty());
  }

  static Wish needing(String compiler) {
    return new Wish(compiler, Set.of(), Set.of(), Optional.empty());
  }

  static Wish excluding(String... names) {
    return new Wish("", Set.of(), Set.of(names), Optional.empty());
  }

  static Wish probing(String name) {
    return new Wish("", Set.of(), Set.of(), Optional.of(name));
  }

  /** No probes; nothing but these two matters to a pool then. */
  static HealthSettings unprobed(Duration retryAfter, Duration slowStart) {
    return health(HealthCheck.NONE, retryAfter, slowStart);
  }

  static HealthSettings probed(Duration slowStart) {
    return health(HealthCheck.CONNECT, Duration.ofSeconds(1), slowStart);
  }

  private static HealthSettings health(HealthCheck check, Duration retryAfter, Duration slowStart) {
    Duration unused = Duration.ofHours(1);
    return new HealthSettings(
        check, unused, unused, 1, 1, slowStart, unused, retryAfter, TestSettings.TRIALS);
  }

  static List<String> names(List<Backend> backends) {
    return backends.stream().map(b -> b.name).toList();
  }
}
