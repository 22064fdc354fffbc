package io.tcpbalance.admin;

import io.tcpbalance.config.AdminSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.pekko.http.javadsl.model.Host;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * Decides whose requests are served.
 *
 * <p>With a token: who bears it. Without one the server is bound to loopback, and what must be kept
 * out is a page in a browser on this machine: one whose name was made to resolve to us (its Host is
 * foreign). In both cases a page of another site must not change anything with what the browser
 * adds by itself (its Origin is foreign).
 */
final class Guard {

  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

  /** What browsers say of requests that no other site caused. */
  private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

  private final Optional<Token> token;
  private final Set<String> ownNames = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

  Guard(AdminSettings settings) {
    token = settings.token().map(Token::new);
    ownNames.add("localhost");
    ownNames.add(settings.host());
    systemName().ifPresent(ownNames::add);
  }

  /**
   * Lets a request pass.
   *
   * @throws ApiError if it must not
   */
  void check(HttpRequest request) {
    if (token.isPresent()) {
      if (header(request, "Authorization").filter(token.get()::isBorneBy).isEmpty()) {
        throw ApiError.tokenNeeded();
      }
    } else {
      checkHost(request.getUri().getHost());
    }
    if (!READING.contains(request.method().value())) {
      checkOrigin(request);
    }
  }

  private void checkHost(Host host) {
    boolean literal = host.isIPv4() || host.isIPv6();
    if (!literal && !ownNames.contains(host.address())) {
      throw ApiError.foreignHost(host.address());
    }
  }

  private static void checkOrigin(HttpRequest request) {
    String host = header(request, "Host").orElse("");
    boolean otherSite =
        header(request, "Sec-Fetch-Site").filter(site -> !OWN_SITE.contains(site)).isPresent();
    boolean otherOrigin =
        header(request, "Origin").filter(origin -> !isOwn(origin, host)).isPresent();
    if (otherSite || otherOrigin) {
      throw ApiError.foreignOrigin();
    }
  }

  /**
   * Only host and port must be the same: whoever ends TLS before us changes the scheme. A browser
   * leaves the default port out of both.
   */
  private static boolean isOwn(String origin, String host) {
    int authority = origin.indexOf("://") + 3;
    return authority > 2 && origin.substring(authority).equalsIgnoreCase(host);
  }

  private static Optional<String> header(HttpRequest request, String name) {
    return request.getHeader(name).map(HttpHeader::value);
  }

  /** Without asking a name server, which could take its time. */
  private static Optional<String> systemName() {
    try {
      return Optional.of(Files.readString(Path.of("/proc/sys/kernel/hostname")).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
