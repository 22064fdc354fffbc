package io.tcpbalance.bench.soak;

import java.io.IOException;
import java.net.BindException;

/**
 * Ports below those that Linux takes for outgoing connections: one that a dead host leaves must not
 * become a client's before the host is back.
 */
final class LowPorts {
  private static final int FIRST = 21_000;
  private static final int LAST = 31_999;

  private LowPorts() {}

  /** Starts on the first port that is free. */
  static Host.Service first(Host.Start start) throws IOException {
    for (int port = FIRST; port < LAST; port++) {
      try {
        return start.on(port);
      } catch (BindException taken) {
        // The next one may be free.
      }
    }
    return start.on(LAST);
  }
}
