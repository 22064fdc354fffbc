package io.tcpbalance.relay;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;

/** What every socket of a session is set to, on both sides. */
final class SocketSettings {

  /**
   * Probes begin after 30 s of silence, so younger sockets need none: most sessions are over by
   * then, and are spared four system calls a socket.
   */
  static final long KEEP_ALIVE_AFTER_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final int KEEP_IDLE_SECONDS = 30;
  private static final int KEEP_INTERVAL_SECONDS = 10;
  private static final int KEEP_COUNT = 3;

  private SocketSettings() {}

  /** Small writes go out at once. */
  static void apply(SocketChannel channel) throws IOException {
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
  }

  /** A peer that vanished without a word is noticed after a minute. */
  static void keepAlive(SocketChannel channel) {
    try {
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, KEEP_IDLE_SECONDS);
      channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEP_INTERVAL_SECONDS);
      channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, KEEP_COUNT);
    } catch (IOException e) {
      // It has just been closed.
    }
  }
}
