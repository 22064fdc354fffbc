package io.tcpbalance.config;

import java.time.Duration;
import java.util.List;

/**
 * Everything that the daemon was told.
 *
 * @param shutdownGrace how long sessions may go on after a request to stop
 */
public record Settings(
    AdminSettings admin,
    SupervisionSettings supervision,
    RelaySettings relay,
    Duration shutdownGrace,
    List<ProxySettings> proxies) {

  public Settings {
    proxies = List.copyOf(proxies);
  }
}
