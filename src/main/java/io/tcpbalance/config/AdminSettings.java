package io.tcpbalance.config;

import io.tcpbalance.secrets.TlsFiles;
import java.util.List;
import java.util.Optional;

/**
 * The HTTP interface.
 *
 * @param enabled whether it is served at all
 * @param host loopback unless there are tokens
 * @param port 0 to 65535; 0 lets the system choose
 * @param tls with which it is served; empty: in clear
 * @param tokens of which a request must bear one; empty: it need not bear any
 */
public record AdminSettings(
    boolean enabled, String host, int port, Optional<TlsFiles> tls, List<TokenSettings> tokens) {

  public AdminSettings {
    tokens = List.copyOf(tokens);
  }

  /** As in a URL. */
  public String scheme() {
    return tls.isPresent() ? "https" : "http";
  }

  /** The secret by which our own commands get in, if one is needed and there is one. */
  public Optional<String> operatorToken() {
    return tokens.stream()
        .filter(token -> token.role() == Role.OPERATE)
        .map(TokenSettings::secret)
        .findFirst();
  }
}
