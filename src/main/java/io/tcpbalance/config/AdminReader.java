package io.tcpbalance.config;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the block {@code admin}. Made for one configuration, used once. */
final class AdminReader {

  private final Section section;
  private final Problems problems;
  private final ListenAddresses addresses;

  AdminReader(Section section, Problems problems, ListenAddresses addresses) {
    this.section = section;
    this.problems = problems;
    this.addresses = addresses;
  }

  AdminSettings read() {
    boolean enabled = section.bool("enabled").orElse(true);
    Optional<String> host = ProxyReader.host(section, "host");
    OptionalInt port = section.integer("port", 0, BackendSettings.MAX_PORT);
    TokensReader tokensReader = new TokensReader(section, problems);
    List<TokenSettings> tokens = tokensReader.read();
    section.rejectUnknownKeys();
    if (enabled && host.isPresent()) {
      if (!tokensReader.anyWanted()) {
        checkLoopback(section, host.get(), "token");
      }
      port.ifPresent(number -> addresses.claim(host.get(), number, section));
    }
    return new AdminSettings(enabled, host.orElse(""), port.orElse(0), tokens);
  }

  /**
   * Of what is served to whoever comes.
   *
   * @param token the key that would be the remedy
   */
  static void checkLoopback(Section section, String host, String token) {
    if (!Literals.isLoopback(host)) {
      section.error(
          "host",
          Values.quoted(host) + " can be reached from outside, which needs a token",
          "set TCPBALANCE_ADMIN_TOKEN or " + token + " = ..., or listen on 127.0.0.1");
    }
  }
}
