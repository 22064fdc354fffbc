package io.tcpbalance.config;

import io.tcpbalance.secrets.TlsFiles;
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
    Optional<TlsFiles> tls =
        section.isSet("tls") ? new TlsReader(section.section("tls")).ofServer() : Optional.empty();
    TokensReader tokensReader = new TokensReader(section, problems);
    List<TokenSettings> tokens = tokensReader.read();
    section.rejectUnknownKeys();
    if (enabled && host.isPresent()) {
      if (!tokensReader.anyWanted()) {
        checkLoopback(section, host.get(), "token");
      } else if (!section.isSet("tls")) {
        warnOfClearText(
            section, host.get(), problems, "set tls, or let a proxy that has it be before this");
      }
      port.ifPresent(number -> addresses.claim(host.get(), number, section, "port"));
    }
    return new AdminSettings(enabled, host.orElse(""), port.orElse(0), tls, tokens);
  }

  /** Of a token that strangers may read on its way. */
  static void warnOfClearText(Section section, String host, Problems problems, String hint) {
    if (!Literals.isLoopback(host)) {
      problems.warning(
          section.origin("host"),
          section.path("host"),
          Values.quoted(host) + " can be reached from outside, and tokens come in clear: " + hint);
    }
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
