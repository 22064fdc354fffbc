package io.tcpbalance.admin;

import java.util.Optional;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.RemoteAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leaves a line in the log for each change that an operator made: what, and from where. */
final class Audit {

  private static final Logger LOG = LoggerFactory.getLogger(Audit.class);

  private Audit() {}

  static void changed(HttpRequest by, String proxy, String what) {
    LOG.info("proxy {}: {} (asked by {})", proxy, what, clientOf(by));
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
