package io.tcpbalance.distcc;

/**
 * What a request or an answer may cost us; distcc itself has no limits.
 *
 * @param maxArgs arguments in a request; more is malformed
 * @param maxArgBytes bytes in one argument; more is malformed
 * @param maxKeptArgvBytes memory for the arguments that are kept to be shown, counting {@value
 *     #KEPT_ARG_OVERHEAD} bytes for each beside its own; those beyond are read but not kept
 * @param maxFiles files in a pump request (v3); more is malformed
 * @param maxNameBytes bytes in a compiler's name, a directory, a file's name or a link's target;
 *     more is malformed
 * @param maxRequestBytes a whole request with its tokens; more is {@link
 *     RequestParser.State#TOO_LARGE}
 * @param maxKeptErrorBytes what is kept of the compiler's messages, as they were sent
 */
public record WireLimits(
    int maxArgs,
    int maxArgBytes,
    int maxKeptArgvBytes,
    int maxFiles,
    int maxNameBytes,
    long maxRequestBytes,
    int maxKeptErrorBytes) {

  /** A String and its array, roughly. */
  static final int KEPT_ARG_OVERHEAD = 48;

  /**
   * 32,768 arguments of up to 128 KiB each (as much as execve takes on Linux, MAX_ARG_STRLEN), of
   * which 32 KiB are kept; 100,000 files with names of up to 4,096 bytes (PATH_MAX); 64 MiB in all;
   * 64 KiB of messages.
   */
  public static final WireLimits DEFAULT =
      new WireLimits(32_768, 128 << 10, 32 << 10, 100_000, 4_096, 64L << 20, 64 << 10);

  public WireLimits {
    if (maxArgs < 1
        || maxArgBytes < 0
        || maxKeptArgvBytes < 0
        || maxFiles < 0
        || maxNameBytes < 0
        || maxRequestBytes < 0
        || maxKeptErrorBytes < 0) {
      throw new IllegalArgumentException("a limit is negative, or allows no argument at all");
    }
  }

  public WireLimits withMaxRequestBytes(long bytes) {
    return new WireLimits(
        maxArgs, maxArgBytes, maxKeptArgvBytes, maxFiles, maxNameBytes, bytes, maxKeptErrorBytes);
  }
}
