package io.tcpbalance.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class VacancyTest {

  @Test
  void tellsWhereSomebodyIs() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.2"))) {
      String taken = "127.0.0.2:" + socket.getLocalPort();

      assertEquals(
          Optional.of(taken),
          Vacancy.firstTaken(List.of("127.0.0.3:" + socket.getLocalPort(), taken)));
    }
  }

  @Test
  void nobodyIsWhereAConnectionIsRefused() throws Exception {
    int free = RunningNode.freePort();

    assertEquals(Optional.empty(), Vacancy.firstTaken(List.of("localhost:" + free)));
    assertEquals(Optional.empty(), Vacancy.firstTaken(List.of("[0:0:0:0:0:0:0:1]:" + free)));
    assertEquals(Optional.empty(), Vacancy.firstTaken(List.of()));
  }

  @Test
  void whereNothingIsAnsweredSomebodyMayBe() {
    assertEquals(Optional.of("nobody.invalid:1"), Vacancy.firstTaken(List.of("nobody.invalid:1")));
  }
}
