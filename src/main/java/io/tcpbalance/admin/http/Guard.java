package io.tcpbalance.admin.http;

import io.tcpbalance.admin.ApiError;
import io.tcpbalance.admin.Texts;
import io.tcpbalance.admin.access.Access;
import io.tcpbalance.admin.access.Credentials;
import io.tcpbalance.admin.access.Identity;
import io.tcpbalance.admin.access.TooManyTriesException;
import io.tcpbalance.config.AdminSettings;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.pekko.http.javadsl.model.Host;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * Decides whose requests are served.
 *
 * <p>With a token: who bears it, or has logged in with it. Without one the server is bound to
 * loopback, and what must be kept out is a page in a browser on this machine: one whose name was
 * made to resolve to us (its Host is foreign). In both cases a page of another site must not change
 * anything with what the browser adds by itself (its Origin is foreign).
 */
final class Guard {

  private static final Set<String> VIEWING = Set.of("GET", "HEAD");
  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

  /** What browsers say of requests that no other site caused. */
  private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

  private final Access access;
  private final Set<String> ownNames = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

  Guard(AdminSettings settings, Access access) {
    this.access = access;
    ownNames.add("localhost");
    ownNames.add(settings.host());
    Texts.hostName().ifPresent(ownNames::add);
  }

  /**
   * Lets a request pass, and says whose it is.
   *
   * @throws ApiError if it must not
   */
  Identity check(HttpRequest request) {
    Identity who = identify(request).orElseThrow(() -> whoAreYou(request));
    checkSite(request);
    checkRole(who, request);
    return who;
  }

  /**
   * Lets a request pass if he may do that who is known to ask for it.
   *
   * @throws ApiError if he may not
   */
  static void checkRole(Identity who, HttpRequest request) {
    if (!who.mayOperate() && !VIEWING.contains(request.method().value())) {
      throw ApiError.mayOnlyView(who);
    }
  }

  /**
   * Lets a request pass whoever asks, if no other site is behind it.
   *
   * @throws ApiError if one is
   */
  void checkSite(HttpRequest request) {
    if (access.isOpen()) {
      checkHost(request.getUri().getHost());
    }
    if (!READING.contains(request.method().value())) {
      checkOrigin(request);
    }
  }

  /**
   * Who asks, if that is known. A token counts more than a login, since it was sent on purpose.
   *
   * @throws ApiError if too many wrong tokens have come
   */
  Optional<Identity> identify(HttpRequest request) {
    if (access.isOpen()) {
      return Optional.of(Identity.ANYBODY);
    }
    Optional<String> authorization = Headers.value(request, "Authorization");
    return authorization.isPresent()
        ? bearer(Credentials.secretIn(authorization.get()), request)
        : LoginCookie.in(request).flatMap(access::loggedIn);
  }

  /**
   * Whether an answer that has no end may go on. Logins end while it lasts; tokens last as long as
   * the daemon, and are not tried again.
   */
  boolean mayGoOn(HttpRequest request) {
    return access.isOpen()
        || Headers.value(request, "Authorization").isPresent()
        || LoginCookie.in(request).flatMap(access::loggedIn).isPresent();
  }

  /**
   * Whose that token is; empty if it is wrong.
   *
   * @throws ApiError if too many wrong tokens have come
   */
  Optional<Identity> bearer(String secret, HttpRequest request) {
    try {
      return access.bearer(secret, Audit.addressOf(request));
    } catch (TooManyTriesException e) {
      throw ApiError.tooManyTries(e);
    }
  }

  /** A page whose login is over asks for the token itself: no browser is to do it in its place. */
  private static ApiError whoAreYou(HttpRequest request) {
    return LoginCookie.in(request).isPresent() ? ApiError.loginOver() : ApiError.tokenNeeded();
  }

  private void checkHost(Host host) {
    boolean literal = host.isIPv4() || host.isIPv6();
    if (!literal && !ownNames.contains(host.address())) {
      throw ApiError.foreignHost(host.address());
    }
  }

  private static void checkOrigin(HttpRequest request) {
    String host = Headers.value(request, "Host").orElse("");
    boolean otherSite =
        Headers.value(request, "Sec-Fetch-Site")
            .filter(site -> !OWN_SITE.contains(site))
            .isPresent();
    boolean otherOrigin =
        Headers.value(request, "Origin").filter(origin -> !isOwn(origin, host)).isPresent();
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
}
