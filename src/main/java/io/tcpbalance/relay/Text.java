package io.tcpbalance.relay;

import java.time.Duration;

/** Durations as people write them. */
final class Text {

  private Text() {}

  static String of(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + " s"
        : duration.toMillis() + " ms";
  }
}
