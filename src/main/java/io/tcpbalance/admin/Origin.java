package io.tcpbalance.admin;

import io.tcpbalance.admin.access.Identity;
import io.tcpbalance.state.AuditEntry;
import java.util.Optional;

/**
 * Who asks for something, for the audit trail.
 *
 * @param via the interface, one word, such as {@code http}, or {@code http@NODE} of another node
 * @param from the address of the connection
 * @param who who it is, as far as that is known
 */
public record Origin(String via, String from, Identity who) {

  /** The HTTP interface. */
  public static final String HTTP = "http";

  /** The console. */
  public static final String TELNET = "telnet";

  AuditEntry did(String proxy, String what) {
    return new AuditEntry(via, from, who.name(), Optional.of(proxy), what);
  }
}
