package io.tcpbalance.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Ports for programs that cannot be asked which one they bound. They are free on 127.0.0.1 when
 * asked for, and with that most likely on the rest of 127.0.0.0/8; somebody else may still take
 * them.
 */
public final class FreePorts {

  private FreePorts() {}

  public static int one() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** So many, each another one. */
  public static List<Integer> some(int count) throws IOException {
    if (count == 0) {
      return List.of();
    }
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Integer> ports = new ArrayList<>(some(count - 1));
      ports.add(socket.getLocalPort());
      return ports;
    }
  }
}
