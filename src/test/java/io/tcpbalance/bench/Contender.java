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
 * @param protocol what it relays
 */
record Contender(
    String name,
    String version,
    Configuration configuration,
    CommandLine command,
    Protocol protocol) {

  /** What a proxy relays. */
  enum Protocol {
    /** Any bytes. */
    TCP,
    /** Jobs of distcc's. */
    DISTCC;

    boolean takes(JobShape shape) {
      return this == TCP || shape.framing() == JobFraming.DISTCC;
    }

    /** A job as near to this one as it takes. */
    JobShape nearest(JobShape shape) {
      return takes(shape) ? shape : shape.in(JobFraming.DISTCC);
    }
  }

  /** Text of a configuration that listens on one loopback port and forwards to another. */
  interface Configuration {
    String text(int listenPort, int serverPort);
  }

  /** The command that runs a proxy with a configuration file. */
  interface CommandLine {
    List<String> of(Path configuration);
  }
}
