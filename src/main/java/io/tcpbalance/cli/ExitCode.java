package io.tcpbalance.cli;

/** How the process ends, in the numbers of BSD's sysexits.h where they have one. */
public enum ExitCode {
  /** What was asked for is done; a daemon was asked to stop, and did. */
  DONE(0),
  /** The daemon could not do it: there is no such host, or it conflicts; or it was not in time. */
  NOT_DONE(1),
  /** The command line or the configuration is wrong; nothing was bound, or changed. */
  USAGE(64),
  /** An address or the state directory cannot be had; or no daemon answers. */
  UNAVAILABLE(69),
  /** Something failed more often than it may, or for good. */
  SOFTWARE(70),
  /** The daemon does not let us: a token is missing, is wrong, or may not do that. */
  NO_PERMISSION(77);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }
}
