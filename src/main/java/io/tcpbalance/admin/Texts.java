package io.tcpbalance.admin;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/** How values are written, in JSON and elsewhere. */
public final class Texts {

  private Texts() {}

  /** ISO-8601 in UTC; no client needs more than milliseconds. */
  public static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MILLIS).toString();
  }

  /** Of the program, as its jar says. */
  public static String version() {
    return Optional.ofNullable(Texts.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  /** Of this machine, without asking a name server, which could take its time. */
  public static Optional<String> hostName() {
    try {
      return Optional.of(Files.readString(Path.of("/proc/sys/kernel/hostname")).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** As in {@code queue-full}. */
  public static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What began it all, as a person is told. */
  public static String rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null ? root.toString() : message;
  }

  /** Never asks a name server. */
  public static String address(SocketAddress address) {
    if (address instanceof InetSocketAddress inet) {
      InetAddress ip = inet.getAddress();
      return hostAndPort(ip == null ? inet.getHostString() : ip.getHostAddress(), inet.getPort());
    }
    return address.toString();
  }

  public static String hostAndPort(String host, int port) {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
