package io.tcpbalance.config;

import java.util.Optional;

/**
 * The HTTP interface.
 *
 * @param enabled whether it is served at all
 * @param host loopback unless a token is set
 * @param port 0 to 65535; 0 lets the system choose
 * @param token what a request must bear, if anything
 */
public record AdminSettings(boolean enabled, String host, int port, Optional<String> token) {

  /** Without the token: settings are logged. */
  @Override
  public String toString() {
    return "AdminSettings[enabled=%s, host=%s, port=%d, token=%s]"
        .formatted(enabled, host, port, token.map(secret -> "***").orElse("none"));
  }
}
