package io.tcpbalance.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Scanner;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for programs that cannot be asked which one they bound. They are free on 127.0.0.1 when
 * asked for, and with that most likely on the rest of 127.0.0.0/8. None is of those that Linux
 * gives to connections and to whoever asks for any port, see ip(7), so that they are still free
 * when a program binds them after a while.
 */
public final class FreePorts {
  private static final Path GIVEN_BY_LINUX = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
  private static final int FIRST = 10_000;
  private static final int TRIES = 1_000;

  private FreePorts() {}

  public static int one() throws IOException {
    return some(1).get(0);
  }

  /** So many, each another one. */
  public static List<Integer> some(int count) throws IOException {
    int end = firstGivenByLinux();
    Set<Integer> ports = new LinkedHashSet<>();
    for (int tries = 0; ports.size() < count && tries < TRIES; tries++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, end);
      if (isFree(port)) {
        ports.add(port);
      }
    }
    if (ports.size() < count) {
      throw new IOException("too few ports are free from " + FIRST + " to " + (end - 1));
    }
    return List.copyOf(ports);
  }

  /** In one large read: the kernel gives no more than that of such a file. */
  private static int firstGivenByLinux() throws IOException {
    try (Scanner range = new Scanner(GIVEN_BY_LINUX, US_ASCII)) {
      return range.nextInt();
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
