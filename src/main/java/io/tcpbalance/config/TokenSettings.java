package io.tcpbalance.config;

/**
 * A secret that lets its bearer in.
 *
 * @param name what the bearer is called, in the audit trail and elsewhere; told to all
 * @param role what the bearer may do
 * @param secret printable ASCII without blanks; told to nobody
 */
public record TokenSettings(String name, Role role, String secret) {

  /** Without the secret: settings are logged. */
  @Override
  public String toString() {
    return "TokenSettings[name=%s, role=%s, secret=***]".formatted(name, role);
  }
}
