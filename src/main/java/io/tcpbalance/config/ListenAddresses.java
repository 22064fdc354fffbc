package io.tcpbalance.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds those who want to listen where another one does. */
final class ListenAddresses {
  private final List<Claim> claims = new ArrayList<>();

  private record Claim(String host, int port, String path) {
    boolean conflictsWith(Claim other) {
      return port == other.port
          && (host.equals(other.host) || isWildcard(host) || isWildcard(other.host));
    }

    /** A socket on {@code ::} takes IPv4 too, so that every wildcard is in everybody's way. */
    private static boolean isWildcard(String host) {
      return Literals.address(host).map(InetAddress::isAnyLocalAddress).orElse(false);
    }
  }

  /**
   * Claims an address for the block at the path; port 0 is whatever is free and conflicts with
   * none.
   *
   * @return whose address it is already
   */
  Optional<String> claim(String host, int port, String path) {
    if (port == 0) {
      return Optional.empty();
    }
    String named = host.equalsIgnoreCase("localhost") ? "127.0.0.1" : host.toLowerCase(Locale.ROOT);
    String canonical = Literals.address(named).map(InetAddress::getHostAddress).orElse(named);
    Claim claim = new Claim(canonical, port, path);
    Optional<String> owner =
        claims.stream().filter(claim::conflictsWith).map(Claim::path).findFirst();
    claims.add(claim);
    return owner;
  }
}
