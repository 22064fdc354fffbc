package io.tcpbalance.config;

import java.util.regex.Pattern;

/**
 * One back-end as it is configured.
 *
 * @param name unique in its proxy, {@code [A-Za-z0-9._:-]{1,253}}
 * @param host a literal address or a name to resolve
 * @param port 1 to 65535
 * @param maxConnections how many sessions it takes at once, 1 to 100000
 * @param state what the operator wants of it at start
 */
public record BackendSettings(
    String name, String host, int port, int maxConnections, OperatorState state) {
  public static final int MAX_PORT = 65_535;

  /** The most sessions that one back-end can be given at once. */
  public static final int MAX_CONNECTIONS = 100_000;

  /** "." and ".." are no names: they mean something else in the path of a URL. */
  private static final Pattern NAME = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._:-]{1,253}");

  /** Whether a back-end may be called that. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** Whether the text can be a host: a literal address or a name. It is not looked up. */
  public static boolean isHost(String text) {
    return Literals.isHost(text);
  }
}
