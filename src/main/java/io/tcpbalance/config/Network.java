package io.tcpbalance.config;

import java.net.InetAddress;

/**
 * A network in CIDR notation, IPv4 or IPv6.
 *
 * @param prefix the network's address
 * @param prefixLength how many leading bits of it count
 */
public record Network(InetAddress prefix, int prefixLength) {

  /** Whether the address lies in this network; an IPv4-mapped IPv6 address counts as IPv4. */
  public boolean contains(InetAddress address) {
    byte[] mine = prefix.getAddress();
    byte[] other = address.getAddress();
    if (mine.length != other.length) {
      return false;
    }
    int whole = prefixLength / 8;
    for (int i = 0; i < whole; i++) {
      if (mine[i] != other[i]) {
        return false;
      }
    }
    int rest = prefixLength % 8;
    return rest == 0 || (mine[whole] ^ other[whole]) >> (8 - rest) == 0;
  }
}
