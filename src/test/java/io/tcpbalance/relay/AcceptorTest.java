package io.tcpbalance.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.relay.Bench.Session;
import io.tcpbalance.testing.Peer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AcceptorTest {

  @Test
  void portScanLeavesNothing() throws Exception {
    try (Bench bench = new Bench(Bench.TCP, 2, Bench.ROOMY_BYTES, 20_000)) {
      for (int i = 0; i < 10_000; i++) {
        Peer scanner = Peer.connect(bench.address);
        if (i % 2 == 0) {
          scanner.close();
        } else {
          scanner.reset();
        }
        bench.takeAccepted().watch();
      }

      Bench.awaitTrue(() -> bench.group.size() == 0, "all relays have ended");
      assertEquals(List.of(), List.copyOf(bench.complaints));
    }
  }

  @Test
  void clientsBeyondTheLimitWaitInTheKernelAndAreAllServed() throws Exception {
    try (Bench bench = new Bench(Bench.TCP, 1, Bench.ROOMY_BYTES, 3)) {
      List<Peer> clients = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        clients.add(Peer.connect(bench.address));
      }
      String complaint = bench.complaints.poll(20, TimeUnit.SECONDS);
      assertTrue(complaint != null && complaint.contains("open files"), complaint);
      bench.turn(10);
      assertEquals(3, bench.group.size());

      for (Peer client : clients) {
        Session session = bench.adopt(client);
        session.relay().close();
        session.told().awaitEnded();
        assertTrue(bench.group.size() <= 3);
      }
    }
  }

  @Test
  void twoAcceptorsShareOneLimit() throws Exception {
    try (Bench bench = new Bench(Bench.TCP, 2, Bench.ROOMY_BYTES, 2);
        SecondDoor door = new SecondDoor(bench)) {
      List<Peer> clients = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        clients.add(Peer.connect(i % 2 == 0 ? bench.address : door.address()));
      }

      for (int i = 0; i < clients.size(); i++) {
        StreamRelay relay = bench.takeAccepted();
        assertTrue(bench.limit.clients() <= 2);
        relay.close();
      }

      Bench.awaitTrue(() -> bench.group.size() == 0, "all relays have ended");
      for (Peer client : clients) {
        client.close();
      }
    }
  }

  @Test
  void acceptorThatIsPausedStaysSoWhenAClientLeaves() throws Exception {
    try (Bench bench = new Bench(Bench.TCP, 1, Bench.ROOMY_BYTES, 1)) {
      Session only = bench.open();
      bench.complaints.poll(20, TimeUnit.SECONDS);
      try (Peer next = Peer.connect(bench.address)) {
        bench.acceptor.pause();
        only.relay().close();
        only.told().awaitEnded();
        bench.turn(10);
        assertEquals(0, bench.acceptedUntaken());

        bench.acceptor.resume();

        bench.adopt(next).relay().close();
      }
    }
  }

  @Test
  void closeTakesAllWhoAreConnectedAndFreesThePort() throws Exception {
    int count = 300;
    try (Bench bench = new Bench(Bench.TCP)) {
      bench.acceptor.pause();
      bench.turn(1);
      List<Peer> clients = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        clients.add(Peer.connect(bench.address));
      }

      Bench.await(bench.acceptor.close(), "the acceptor is closed");
      Bench.await(bench.acceptor.close(), "the acceptor is closed, again");

      assertEquals(count, bench.acceptedUntaken());
      Assertions.assertThrows(ConnectException.class, () -> Peer.connect(bench.address));
      try (ServerSocket successor = new ServerSocket()) {
        successor.bind(bench.address);
      }
      for (Peer client : clients) {
        client.close();
      }
    }
  }

  @Test
  void acceptorThatWasNeverResumedFreesItsPort() throws Exception {
    try (Bench bench = new Bench(Bench.TCP)) {
      SecondDoor door = new SecondDoor(bench, false);

      door.close();

      Assertions.assertThrows(ConnectException.class, () -> Peer.connect(door.address()));
    }
  }

  @Test
  void handlerThatThrowsLosesItsClientOnly() throws Exception {
    try (Bench bench = new Bench(Bench.TCP)) {
      bench.refuseNext = true;
      try (Peer unlucky = Peer.connect(bench.address)) {
        unlucky.expectEnd();
      }

      bench.open().relay().close();
    }
  }

  /** A client that comes and goes elsewhere frees no descriptor that was not there before. */
  @Test
  void acceptorWithoutDescriptorsWaitsForAClientToLeave() throws IOException {
    ConnectionLimit limit = new ConnectionLimit(10);
    assertTrue(limit.tryEnter());
    assertTrue(limit.tryEnter());
    List<String> resumed = new ArrayList<>();
    limit.resumeWhenClientLeaves(() -> resumed.add("starved"));

    limit.cancelEnter();
    assertEquals(List.of(), resumed);
    limit.leave();

    assertEquals(List.of("starved"), resumed);
  }

  @Test
  void acceptorAtTheLimitGoesOnWhenThereIsRoomAfterAll() {
    ConnectionLimit limit = new ConnectionLimit(1);
    assertTrue(limit.tryEnter());
    List<String> resumed = new ArrayList<>();
    limit.resumeBelowLimit(() -> resumed.add("full"));
    assertEquals(List.of(), resumed);

    limit.cancelEnter();
    limit.resumeBelowLimit(() -> resumed.add("late"));

    assertEquals(List.of("full", "late"), resumed);
  }

  @Test
  void aPartOfALimitCountsInTheWholeToo() {
    ConnectionLimit whole = new ConnectionLimit(3);
    ConnectionLimit part = whole.within(2);
    assertTrue(part.tryEnter());
    assertTrue(part.tryEnter());
    assertFalse(part.tryEnter());
    assertEquals("as many clients as max-sessions allows: 2", part.whyFull());
    assertEquals(2, whole.clients());

    part.leave();
    assertTrue(whole.tryEnter());
    assertTrue(whole.tryEnter());
    assertFalse(part.tryEnter());

    assertEquals("as many clients as the limit of open files allows: 3", part.whyFull());
    assertEquals(1, part.clients());
    assertEquals(3, whole.clients());
  }

  @Test
  void whoIsHeldUpByTheWholeGoesOnWhenThatHasRoom() {
    ConnectionLimit whole = new ConnectionLimit(1);
    ConnectionLimit one = whole.within(1);
    ConnectionLimit other = whole.within(1);
    List<String> resumed = new ArrayList<>();
    assertTrue(one.tryEnter());
    assertFalse(other.tryEnter());
    other.resumeBelowLimit(() -> resumed.add("other"));
    one.resumeBelowLimit(() -> resumed.add("one"));
    assertEquals(List.of(), resumed);

    one.leave();

    assertEquals(List.of("one", "other"), resumed.stream().sorted().toList());
  }
}
