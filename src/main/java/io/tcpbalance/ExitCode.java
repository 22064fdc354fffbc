package io.tcpbalance;

/** How the process ends, in the numbers of BSD's sysexits.h. */
enum ExitCode {
  /** It was asked to stop, and did. */
  STOPPED(0),
  /** The command line or the configuration is wrong; nothing was bound. */
  USAGE(64),
  /** An address or the state directory cannot be had. */
  UNAVAILABLE(69),
  /** Something failed more often than it may, or for good. */
  SOFTWARE(70);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
