package io.tcpbalance.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.testing.FakeBackend;
import io.tcpbalance.testing.Peer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Five thousand clients wait while eight are served. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WaitingCrowdTest {

  private static final int CLIENTS = 5_000;
  private static final int SLOTS = 8;

  private final ActorTestKit kit = ActorTestKit.create();

  @AfterAll
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void isServedInTheOrderOfItsArrival() throws IOException {
    List<Integer> served = new ArrayList<>();
    CountDownLatch allThere = new CountDownLatch(1);
    FakeBackend.Conversation numbered =
        client -> {
          int number = ByteBuffer.wrap(client.receive(Integer.BYTES)).getInt();
          synchronized (served) {
            served.add(number);
          }
          allThere.await();
        };
    try (FakeBackend host = FakeBackend.of(numbered);
        RunningProxy proxy =
            new RunningProxy.Plan().backend("host", host.address().getPort(), SLOTS).start(kit)) {
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port());
      List<Peer> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Peer client = Peer.connect(address);
        client.send(ByteBuffer.allocate(Integer.BYTES).putInt(i).array());
        clients.add(client);
      }
      proxy.awaitPool("all waiting", pool -> pool.waiting() == CLIENTS - SLOTS);

      allThere.countDown();
      for (Peer client : clients) {
        client.expectEnd();
        client.close();
      }

      proxy.awaitRest();
      synchronized (served) {
        assertFirstInFirstOut(served);
      }
    }
  }

  /** Whoever is overtaken on the way to the host has been granted one of the slots before. */
  private static void assertFirstInFirstOut(List<Integer> served) {
    assertEquals(CLIENTS, served.size());
    BitSet seen = new BitSet(CLIENTS);
    for (int number : served) {
      int overtaken = number - seen.get(0, number).cardinality();
      assertTrue(overtaken < SLOTS, "client " + number + " overtook " + overtaken);
      seen.set(number);
    }
  }
}
