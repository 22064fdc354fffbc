package io.tcpbalance.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses written as digits, and the syntax of host names. Never asks a name server. */
final class Literals {
  private static final Pattern IPV4 =
      Pattern.compile("([0-9]{1,3})\\.([0-9]{1,3})\\.([0-9]{1,3})\\.([0-9]{1,3})");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");

  /** The name of a network interface, at most IFNAMSIZ - 1 characters, or its number. */
  private static final Pattern ZONE = Pattern.compile("[A-Za-z0-9._-]{1,15}");

  private static final Pattern DIGITS = Pattern.compile("[0-9.]+");
  private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]{0,252})");

  private Literals() {}

  /** The address, if the text is one. Short forms such as {@code 10.1} are none, nor is octal. */
  static Optional<InetAddress> address(String text) {
    try {
      if (text.indexOf(':') >= 0) {
        // In brackets Java takes nothing but a literal.
        return IPV6.matcher(text).matches()
            ? Optional.of(InetAddress.getByName("[" + text + "]"))
            : Optional.empty();
      }
      Matcher v4 = IPV4.matcher(text);
      if (!v4.matches()) {
        return Optional.empty();
      }
      byte[] bytes = new byte[4];
      for (int i = 0; i < 4; i++) {
        String octet = v4.group(i + 1);
        int value = Integer.parseInt(octet);
        if (value > 255 || (octet.length() > 1 && octet.startsWith("0"))) {
          return Optional.empty();
        }
        bytes[i] = (byte) value;
      }
      return Optional.of(InetAddress.getByAddress(bytes));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /** Whether the text can be a host: an address, {@code fe80::1%eth0}, or a name to look up. */
  static boolean isHost(String text) {
    int zone = text.indexOf('%');
    if (zone >= 0) {
      return text.lastIndexOf(':', zone) >= 0
          && ZONE.matcher(text.substring(zone + 1)).matches()
          && address(text.substring(0, zone)).isPresent();
    }
    if (text.indexOf(':') >= 0 || DIGITS.matcher(text).matches()) {
      return address(text).isPresent();
    }
    return HOST_NAME.matcher(text).matches();
  }

  /** Whether what listens there can be reached from this machine only. */
  static boolean isLoopback(String host) {
    return host.equalsIgnoreCase("localhost")
        || address(host).map(InetAddress::isLoopbackAddress).orElse(false);
  }

  /** An address in the one form that Java writes, so that texts can be compared; names as given. */
  static String canonical(String host) {
    return address(host).map(InetAddress::getHostAddress).orElse(host);
  }

  /** An IPv6 address in brackets, as it stands before a port; all else as it is. */
  static String bracketed(String host) {
    return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
  }

  /** {@code [::1]} without its brackets, all else as it is. */
  static String withoutBrackets(String host) {
    boolean bracketed = host.startsWith("[") && host.endsWith("]") && host.length() > 2;
    return bracketed ? host.substring(1, host.length() - 1) : host;
  }
}
