package io.tcpbalance.cluster;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/** Finds out whether there is nobody at some addresses: a connection is refused there. */
final class Vacancy {

  private static final int TIMEOUT_MS = 1000;

  private Vacancy() {}

  /**
   * Those of the addresses where somebody is, or may be since nothing is answered for a second.
   *
   * @param addresses {@code host:port} of each
   * @param blocking runs what waits for that, and for name servers
   */
  static CompletionStage<List<String>> taken(List<String> addresses, Executor blocking) {
    CompletableFuture<List<String>> taken = CompletableFuture.completedFuture(List.of());
    for (String address : addresses) {
      taken =
          taken.thenCombine(
              CompletableFuture.supplyAsync(() -> isVacant(address), blocking),
              (before, vacant) -> vacant ? before : with(before, address));
    }
    return taken;
  }

  private static List<String> with(List<String> before, String address) {
    return Stream.concat(before.stream(), Stream.of(address)).toList();
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
