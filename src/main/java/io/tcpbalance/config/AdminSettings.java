package io.tcpbalance.config;

import java.util.List;
import java.util.Optional;

/**
 * The HTTP interface.
 *
 * @param enabled whether it is served at all
 * @param host loopback unless there are tokens
 * @param port 0 to 65535; 0 lets the system choose
 * @param tokens of which a request must bear one; empty: it need not bear any
 */
public record AdminSettings(boolean enabled, String host, int port, List<TokenSettings> tokens) {

  public AdminSettings {
    tokens = List.copyOf(tokens);
  }

  /** The secret by which our own commands get in, if one is needed and there is one. */
  public Optional<String> operatorToken() {
    return tokens.stream()
        .filter(token -> token.role() == Role.OPERATE)
        .map(TokenSettings::secret)
        .findFirst();
  }
}
