package io.tcpbalance.admin;

import io.tcpbalance.state.AuditEntry;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.RemoteAddress;

/** What the audit trail is told of a request: what it did, and where it came from. */
final class Audit {

  private Audit() {}

  static Origin originOf(HttpRequest request) {
    return new Origin("http", clientOf(request));
  }

  static AuditEntry killed(HttpRequest by, String path) {
    return new AuditEntry(
        "http", clientOf(by), Optional.empty(), "killed actor " + path + " for a drill");
  }

  /** One that is about no proxy in particular. */
  static AuditEntry entry(HttpRequest by, String what) {
    return new AuditEntry("http", clientOf(by), Optional.empty(), what);
  }

  /** The address of the connection: a header could say anything. */
  private static String clientOf(HttpRequest request) {
    return request
        .getAttribute(AttributeKeys.remoteAddress)
        .flatMap(Audit::text)
        .orElse("an unknown client");
  }

  private static Optional<String> text(RemoteAddress address) {
    return address
        .getAddress()
        .map(ip -> Texts.hostAndPort(ip.getHostAddress(), address.getPort()));
  }
}
