package io.tcpbalance.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Everything that the daemon was told.
 *
 * @param stateDir where what survives a restart is kept, as it is written; none: nothing is kept
 * @param faultInjection whether actors may be killed over the HTTP interface, for drills
 * @param jobMemoryBytes the budget of all requests of distcc jobs that are kept to be sent again
 * @param dnsRefresh how long the addresses of a name are kept; zero looks it up each time
 * @param shutdownGrace how long sessions may go on after a request to stop
 * @param upgrade how the code may be replaced
 */
public record Settings(
    Optional<Path> stateDir,
    AdminSettings admin,
    ConsoleSettings console,
    SupervisionSettings supervision,
    boolean faultInjection,
    RelaySettings relay,
    long jobMemoryBytes,
    Duration dnsRefresh,
    WatchdogSettings watchdog,
    ClusterSettings cluster,
    Duration shutdownGrace,
    UpgradeSettings upgrade,
    List<ProxySettings> proxies) {

  public Settings {
    proxies = List.copyOf(proxies);
  }
}
