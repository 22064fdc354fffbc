package io.tcpbalance.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * A network in CIDR notation, IPv4 or IPv6.
 *
 * @param prefix the network's address
 * @param prefixLength how many leading bits of it count, 0 to 32 or 128
 */
public record Network(InetAddress prefix, int prefixLength) {
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,3}");

  /** The bits before the IPv4 address in an IPv4-mapped IPv6 address. */
  private static final int MAPPED_BITS = 96;

  public Network {
    if (prefixLength < 0 || prefixLength > prefix.getAddress().length * 8) {
      throw new IllegalArgumentException("prefix length " + prefixLength + " of " + prefix);
    }
  }

  /**
   * Reads {@code 10.0.0.0/8}, {@code fd00::/8} or a single address. Never asks a name server.
   *
   * @throws IllegalArgumentException with a message that completes "the network ..."
   */
  public static Network parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    InetAddress prefix =
        Literals.address(address)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "must be a literal IPv4 or IPv6 address with an optional /LENGTH"));
    // Java turns ::ffff:10.0.0.0 into 10.0.0.0, so the length must follow.
    int bits = prefix.getAddress().length * 8;
    int skipped = bits == 32 && address.indexOf(':') >= 0 ? MAPPED_BITS : 0;
    int length = slash < 0 ? bits : length(text.substring(slash + 1), skipped, bits) - skipped;
    Network network = new Network(prefix, length);
    Network clean = network.withoutHostBits();
    if (!clean.equals(network)) {
      throw new IllegalArgumentException(
          "has bits set beyond its first " + length + ", was " + clean + " meant?");
    }
    return network;
  }

  /** The network of this prefix length that the address lies in. */
  public static Network around(InetAddress address, int prefixLength) {
    return new Network(address, prefixLength).withoutHostBits();
  }

  private static int length(String text, int skipped, int bits) {
    int length = LENGTH.matcher(text).matches() ? Integer.parseInt(text) : -1;
    if (length < skipped || length > skipped + bits) {
      throw new IllegalArgumentException(
          "must have a prefix length between " + skipped + " and " + (skipped + bits));
    }
    return length;
  }

  private Network withoutHostBits() {
    byte[] bytes = prefix.getAddress();
    for (int i = 0; i < bytes.length; i++) {
      int kept = Math.max(0, Math.min(8, prefixLength - 8 * i));
      bytes[i] = (byte) (bytes[i] & (0xff << (8 - kept)));
    }
    try {
      return new Network(InetAddress.getByAddress(bytes), prefixLength);
    } catch (UnknownHostException e) {
      throw new AssertionError("an address of the same length", e);
    }
  }

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
    // A negative byte is sign-extended: then the bits kept differ in the first, as they should.
    return rest == 0 || (mine[whole] ^ other[whole]) >> (8 - rest) == 0;
  }

  /** In CIDR notation, as {@link #parse} reads it. */
  @Override
  public String toString() {
    return prefix.getHostAddress() + "/" + prefixLength;
  }
}
