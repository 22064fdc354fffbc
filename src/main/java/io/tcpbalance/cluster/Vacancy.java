package io.tcpbalance.cluster;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;

/** Finds out whether there is nobody at some addresses: a connection is refused there. */
final class Vacancy {

  private static final int TIMEOUT_MS = 1000;

  private Vacancy() {}

  /**
   * The first address where somebody is, or may be since nothing is answered. Blocks for a second,
   * and until name servers have answered.
   *
   * @param addresses {@code host:port} of each
   */
  static Optional<String> firstTaken(List<String> addresses) {
    return addresses.stream().filter(address -> !isVacant(address)).findFirst();
  }

  private static boolean isVacant(String address) {
    int colon = address.lastIndexOf(':');
    int port = Integer.parseInt(address, colon + 1, address.length(), 10);
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.substring(0, colon), port), TIMEOUT_MS);
      return false;
    } catch (ConnectException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
