package io.tcpbalance.config;

import java.util.List;
import java.util.regex.Pattern;

/**
 * One back-end as it is configured.
 *
 * @param name unique in its proxy, {@code [A-Za-z0-9._:-]{1,253}}
 * @param host a literal address or a name to resolve
 * @param port 1 to 65535
 * @param maxConnections how many sessions it takes at once
 * @param statsPort where its distccd tells its statistics, 1 to 65535; without meaning unless
 *     maxConnections is auto
 * @param state what the operator wants of it at start
 * @param compilers names of the compilers that it has, at most 1000, in which {@code *} stands for
 *     any characters; empty: any
 */
public record BackendSettings(
    String name,
    String host,
    int port,
    SlotLimit maxConnections,
    int statsPort,
    OperatorState state,
    List<String> compilers) {

  public static final int MAX_PORT = 65_535;

  /** distccd's own. */
  public static final int DEFAULT_STATS_PORT = 3633;

  /** The most sessions that one back-end can be given at once. */
  public static final int MAX_CONNECTIONS = 100_000;

  /** The most compilers that one back-end may list. */
  public static final int MAX_COMPILERS = 1000;

  /** What a person is told whose pattern is refused. */
  public static final String COMPILER_PATTERN_RULE =
      "must be names such as gcc-12 or clang-*, without a path: 1 to 253 printable ASCII characters,"
          + " no blanks";

  private static final Pattern COMPILER_PATTERN = Pattern.compile("[!-.0-~]{1,253}");

  /** "." and ".." are no names: they mean something else in the path of a URL. */
  private static final Pattern NAME = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._:-]{1,253}");

  public BackendSettings {
    compilers = List.copyOf(compilers);
  }

  /** One whose number of sessions is fixed. */
  public BackendSettings(
      String name,
      String host,
      int port,
      int maxConnections,
      OperatorState state,
      List<String> compilers) {
    this(name, host, port, SlotLimit.of(maxConnections), DEFAULT_STATS_PORT, state, compilers);
  }

  /** Whether a back-end may list that as a compiler. */
  public static boolean isCompilerPattern(String text) {
    return COMPILER_PATTERN.matcher(text).matches();
  }

  /** Whether a back-end may be called that. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** Whether the text can be a host: a literal address or a name. It is not looked up. */
  public static boolean isHost(String text) {
    return Literals.isHost(text);
  }
}
