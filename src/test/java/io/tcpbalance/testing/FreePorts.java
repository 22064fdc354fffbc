package io.tcpbalance.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for programs that cannot be asked which one they bound. They are free on 127.0.0.1 when
 * asked for, and with that most likely on the rest of 127.0.0.0/8. None is of those that Linux, as
 * it comes, gives to connections and to whoever asks for any port (ip_local_port_range in ip(7)),
 * so that they are still free when a program binds them after a while.
 */
public final class FreePorts {
  private static final int FIRST = 10_000;
  private static final int END = 32_768;
  private static final int TRIES = 1_000;

  private FreePorts() {}

  public static int one() throws IOException {
    return some(1).get(0);
  }

  /** So many, each another one. */
  public static List<Integer> some(int count) throws IOException {
    Set<Integer> ports = new LinkedHashSet<>();
    for (int tries = 0; ports.size() < count && tries < TRIES; tries++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      if (isFree(port)) {
        ports.add(port);
      }
    }
    if (ports.size() < count) {
      throw new IOException("too few ports are free from " + FIRST + " to " + (END - 1));
    }
    return List.copyOf(ports);
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
