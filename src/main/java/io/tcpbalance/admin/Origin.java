package io.tcpbalance.admin;

import io.tcpbalance.state.AuditEntry;
import java.util.Optional;

/**
 * Who asks for something, for the audit trail.
 *
 * @param via the interface, one word, such as {@code http}
 * @param from the address of the connection
 */
public record Origin(String via, String from) {

  AuditEntry did(String proxy, String what) {
    return new AuditEntry(via, from, Optional.of(proxy), what);
  }
}
