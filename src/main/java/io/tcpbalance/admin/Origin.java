package io.tcpbalance.admin;

import io.tcpbalance.admin.access.Identity;
import io.tcpbalance.state.AuditEntry;
import java.util.Optional;

/**
 * Who asks for something, for the audit trail.
 *
 * @param via the interface, one word, such as {@code http}
 * @param from the address of the connection
 * @param who who it is, as far as that is known
 */
public record Origin(String via, String from, Identity who) {

  AuditEntry did(String proxy, String what) {
    return new AuditEntry(via, from, who.name(), Optional.of(proxy), what);
  }
}
