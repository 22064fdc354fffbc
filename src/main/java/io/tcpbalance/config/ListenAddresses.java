package io.tcpbalance.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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
   * Claims an address for the block, in which it is an error if it is taken; port 0 is whatever is
   * free and conflicts with none.
   *
   * @param key of the port
   */
  void claim(String host, int port, Section block, String key) {
    if (port == 0) {
      return;
    }
    String named = host.equalsIgnoreCase("localhost") ? "127.0.0.1" : host.toLowerCase(Locale.ROOT);
    Claim claim = new Claim(Literals.canonical(named), port, block.path());
    claims.stream()
        .filter(claim::conflictsWith)
        .findFirst()
        .ifPresent(owner -> block.error(key, "is the address that " + owner.path() + " has"));
    claims.add(claim);
  }
}
