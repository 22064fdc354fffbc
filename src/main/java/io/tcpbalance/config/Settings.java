package io.tcpbalance.config;

import java.time.Duration;
import java.util.List;

/**
 * Everything that the daemon was told.
 *
 * @param jobMemoryBytes the budget of all requests of distcc jobs that are kept to be sent again
 * @param dnsRefresh how long the addresses of a name are kept; zero looks it up each time
 * @param shutdownGrace how long sessions may go on after a request to stop
 */
public record Settings(
    AdminSettings admin,
    SupervisionSettings supervision,
    RelaySettings relay,
    long jobMemoryBytes,
    Duration dnsRefresh,
    Duration shutdownGrace,
    List<ProxySettings> proxies) {

  public Settings {
    proxies = List.copyOf(proxies);
  }
}
