package io.tcpbalance.bench.soak;

import java.io.IOException;
import java.net.BindException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports below those that Linux takes for outgoing connections: one that a dead host leaves must not
 * become a client's before the host is back.
 */
final class LowPorts {
  private static final int FIRST = 21_000;
  private static final int LAST = 31_999;
  private static final int MOST_TRIES = 1_000;

  private LowPorts() {}

  /**
   * Starts on a port that is free; a random one, since another soak's dead host may want its own.
   */
  static Host.Service any(Host.Start start) throws IOException {
    BindException last = new BindException("no port was tried");
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      try {
        return start.on(ThreadLocalRandom.current().nextInt(FIRST, LAST + 1));
      } catch (BindException taken) {
        last = taken;
      }
    }
    throw last;
  }
}
