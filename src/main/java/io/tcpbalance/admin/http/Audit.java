package io.tcpbalance.admin.http;

import io.tcpbalance.admin.Origin;
import io.tcpbalance.admin.Texts;
import io.tcpbalance.admin.access.Identity;
import io.tcpbalance.state.AuditEntry;
import java.net.InetAddress;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.AttributeKey;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.RemoteAddress;

/** What the audit trail is told of a request: what it did, where it came from, and whose it was. */
final class Audit {

  /** Whose a request is. */
  private static final AttributeKey<Origin> ORIGIN = AttributeKey.create("origin", Origin.class);

  private Audit() {}

  /** The request, which says whose it is from now on. */
  static HttpRequest as(Identity who, HttpRequest request) {
    return as(new Origin(Origin.HTTP, clientOf(request), who), request);
  }

  /** The same, for one that was not sent to this server. */
  static HttpRequest as(Origin origin, HttpRequest request) {
    return request.addAttribute(ORIGIN, origin);
  }

  /** Of a request that was let pass. */
  static Origin originOf(HttpRequest request) {
    return request.getAttribute(ORIGIN).orElseThrow();
  }

  static AuditEntry killed(HttpRequest by, String path) {
    return entry(by, "killed actor " + path + " for a drill");
  }

  /** One that is about no proxy in particular. */
  static AuditEntry entry(HttpRequest by, String what) {
    Origin origin = originOf(by);
    return new AuditEntry(origin.via(), origin.from(), origin.who().name(), Optional.empty(), what);
  }

  /** Of the connection: a header could say anything. */
  static InetAddress addressOf(HttpRequest request) {
    return request
        .getAttribute(AttributeKeys.remoteAddress)
        .flatMap(RemoteAddress::getAddress)
        .orElseGet(InetAddress::getLoopbackAddress);
  }

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
