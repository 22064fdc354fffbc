package io.tcpbalance.relay;

import java.time.Duration;

/** How a time-out is told to a person. */
final class Times {

  private Times() {}

  static String shown(Duration time) {
    long ms = time.toMillis();
    return ms % 1000 == 0 ? ms / 1000 + " s" : ms + " ms";
  }
}
