package io.tcpbalance.bench;

import java.nio.file.Path;
import java.util.List;

/**
 * A proxy that can take part.
 *
 * @param name as in {@code --only} and in the table
 * @param version for the table's header
 * @param configuration what it is to be told, given the ports
 * @param command how it is started in the foreground, given the file with that configuration
 */
record Contender(String name, String version, Configuration configuration, CommandLine command) {

  /** Text of a configuration that listens on one loopback port and forwards to another. */
  interface Configuration {
    String text(int listenPort, int serverPort);
  }

  /** The command that runs a proxy with a configuration file. */
  interface CommandLine {
    List<String> of(Path configuration);
  }
}
