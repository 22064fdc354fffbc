package io.tcpbalance.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpbalance.testing.FreePorts;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class VacancyTest {

  private static List<String> taken(String... addresses) {
    return Vacancy.taken(List.of(addresses), Runnable::run).toCompletableFuture().join();
  }

  @Test
  void tellsWhereSomebodyIs() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.2"))) {
      String address = "127.0.0.2:" + socket.getLocalPort();

      assertEquals(List.of(address), taken("127.0.0.3:" + socket.getLocalPort(), address));
    }
  }

  @Test
  void nobodyIsWhereAConnectionIsRefused() throws Exception {
    int free = FreePorts.one();

    assertEquals(List.of(), taken("localhost:" + free, "[0:0:0:0:0:0:0:1]:" + free));
  }

  @Test
  void whereNothingIsAnsweredSomebodyMayBe() {
    assertEquals(List.of("nobody.invalid:1"), taken("nobody.invalid:1"));
  }
}
