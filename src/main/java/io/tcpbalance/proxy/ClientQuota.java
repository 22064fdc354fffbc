package io.tcpbalance.proxy;

import io.tcpbalance.config.Network;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * How many sessions each client machine has, and may have. An IPv6 machine has a network of 64 bits
 * to itself, and would have as many addresses as it wants. Only {@link Sessions} uses it.
 */
final class ClientQuota {

  private static final int IPV6_MACHINE_BITS = 64;

  private final OptionalInt max;
  private final Map<Network, Integer> sessions = new HashMap<>();

  /**
   * A quota of which nothing is used yet.
   *
   * @param max empty = any number, and nothing is counted
   */
  ClientQuota(OptionalInt max) {
    this.max = max;
  }

  /** Counts one more, if it may be. */
  boolean tryEnter(SocketAddress client) {
    if (max.isEmpty() || !(client instanceof InetSocketAddress inet)) {
      return true;
    }
    Network machine = machine(inet.getAddress());
    int now = sessions.getOrDefault(machine, 0);
    if (now >= max.getAsInt()) {
      return false;
    }
    sessions.put(machine, now + 1);
    return true;
  }

  /** Counts one more, whether it may be or not. */
  void enter(SocketAddress client) {
    if (max.isPresent() && client instanceof InetSocketAddress inet) {
      sessions.merge(machine(inet.getAddress()), 1, Integer::sum);
    }
  }

  /** One that had entered has gone. */
  void leave(SocketAddress client) {
    if (max.isPresent() && client instanceof InetSocketAddress inet) {
      sessions.computeIfPresent(
          machine(inet.getAddress()), (machine, now) -> now == 1 ? null : now - 1);
    }
  }

  /** Of how many machines there is something to remember. */
  int machines() {
    return sessions.size();
  }

  private static Network machine(InetAddress address) {
    return Network.around(address, address instanceof Inet6Address ? IPV6_MACHINE_BITS : 32);
  }
}
