package io.tcpbalance.cli;

import picocli.CommandLine.Option;

/** {@code --help}, of every command of a client. */
class HelpOption {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  final void help(boolean wanted) {
    // It is picocli that prints it.
  }
}
