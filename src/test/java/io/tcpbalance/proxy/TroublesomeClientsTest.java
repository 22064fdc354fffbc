package io.tcpbalance.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.testing.FakeBackend;
import io.tcpbalance.testing.GreetingHost;
import io.tcpbalance.testing.Peer;
import io.tcpbalance.testing.TalkingClient;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Clients that scan, hang, reset or come in masses cost the others nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TroublesomeClientsTest {

  private static final int SCANS = 10_000;

  private final ActorTestKit kit = ActorTestKit.create();

  @AfterAll
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void survivesAPortScan() throws IOException {
    try (GreetingHost host = GreetingHost.start("host");
        RunningProxy proxy = plan().backend("host", host.port(), 4).start(kit)) {

      for (int i = 0; i < SCANS; i++) {
        Peer.connect(address(proxy)).close();
      }

      try (TalkingClient client = new TalkingClient(proxy.connect())) {
        assertEquals("220 host", client.hear());
      }
      proxy.awaitRest();
      assertEquals("up", proxy.backend("host").status());
    }
  }

  @Test
  void endsAClientThatNeverSends() throws IOException {
    try (FakeBackend host = FakeBackend.echoing();
        RunningProxy proxy =
            plan().idleTimeout(Duration.ofMillis(200)).backend("host", port(host), 1).start(kit);
        Peer client = Peer.connect(address(proxy))) {

      client.expectEnd();

      proxy.awaitRest();
    }
  }

  @Test
  void endsAClientThatSendsAndNeverReads() throws IOException {
    try (FakeBackend host = FakeBackend.echoing();
        RunningProxy proxy =
            plan().idleTimeout(Duration.ofMillis(300)).backend("host", port(host), 1).start(kit);
        Peer client = Peer.connect(address(proxy), 4096)) {
      sendUntilClosed(client.output());

      proxy.awaitRest();
    }
  }

  /** Every buffer on the way fills up, then the idle time-out strikes. */
  private static void sendUntilClosed(OutputStream out) {
    byte[] chunk = new byte[64 * 1024];
    try {
      while (true) {
        out.write(chunk);
      }
    } catch (IOException closed) {
      // As it should be.
    }
  }

  @Test
  void aResetWhileWaitingLeavesTheQueue() throws IOException {
    try (GreetingHost host = GreetingHost.start("host");
        RunningProxy proxy = plan().backend("host", host.port(), 1).start(kit);
        TalkingClient served = new TalkingClient(proxy.connect())) {
      assertEquals("220 host", served.hear());
      Peer waiting = Peer.connect(address(proxy));
      waiting.send("some bytes");
      proxy.awaitPool("one waiting", pool -> pool.waiting() == 1);

      waiting.reset();

      proxy.awaitPool("nobody waiting", pool -> pool.waiting() == 0);
    }
  }

  @Test
  void anEndBeforeAnyByteLeavesTheQueueToo() throws IOException {
    try (GreetingHost host = GreetingHost.start("host");
        RunningProxy proxy = plan().backend("host", host.port(), 1).start(kit);
        TalkingClient served = new TalkingClient(proxy.connect())) {
      assertEquals("220 host", served.hear());
      Peer waiting = Peer.connect(address(proxy));
      proxy.awaitPool("one waiting", pool -> pool.waiting() == 1);

      waiting.close();

      proxy.awaitPool("nobody waiting", pool -> pool.waiting() == 0);
    }
  }

  @Test
  void aResetWhileConnectingGivesTheSlotBack() throws IOException {
    try (FakeBackend host = FakeBackend.unreachable();
        RunningProxy proxy = plan().backend("host", port(host), 1).start(kit)) {
      Peer client = Peer.connect(address(proxy));
      proxy.awaitPool("connecting", pool -> pool.backends().get(0).pending() == 1);

      client.reset();

      proxy.awaitRest();
      assertEquals("up", proxy.backend("host").status(), "the host is not to blame");
    }
  }

  @Test
  void aResetWhileRelayingReachesTheBackendAndGivesTheSlotBack()
      throws IOException, InterruptedException {
    try (FakeBackend host = FakeBackend.scripted();
        RunningProxy proxy = plan().backend("host", port(host), 1).start(kit)) {
      Peer client = Peer.connect(address(proxy));
      client.send("hello");
      try (Peer atHost = host.take()) {
        atHost.expect("hello");

        client.reset();

        atHost.expectReset();
      }
      proxy.awaitRest();
    }
  }

  @Test
  void closesWhoWaitedTooLong() throws IOException {
    try (GreetingHost host = GreetingHost.start("host");
        RunningProxy proxy =
            plan().queue(Duration.ofMillis(200), 100).backend("host", host.port(), 1).start(kit);
        TalkingClient served = new TalkingClient(proxy.connect())) {
      assertEquals("220 host", served.hear());

      try (Peer waiting = Peer.connect(address(proxy))) {
        waiting.expectEnd();
      }

      served.say("still there");
      assertEquals("still there", served.hear());
    }
  }

  @Test
  void refusesWhoFindsTheQueueFull() throws IOException {
    try (GreetingHost host = GreetingHost.start("host");
        RunningProxy proxy =
            plan().queue(Duration.ofMinutes(1), 1).backend("host", host.port(), 1).start(kit);
        TalkingClient served = new TalkingClient(proxy.connect())) {
      assertEquals("220 host", served.hear());
      try (Peer waiting = Peer.connect(address(proxy))) {
        proxy.awaitPool("one waiting", pool -> pool.waiting() == 1);

        try (Peer refused = Peer.connect(address(proxy))) {
          refused.expectEnd();
        }

        assertEquals(1, proxy.pool().waiting());
        served.say("QUIT");
        served.hangUp();
        waiting.expect("220 host\r\n");
      }
    }
  }

  @Test
  void hangsUpOnClientsFromForeignNetworks() throws IOException {
    try (GreetingHost host = GreetingHost.start("host");
        RunningProxy proxy = plan().allow("10.0.0.0/8").backend("host", host.port(), 1).start(kit);
        Peer stranger = Peer.connect(address(proxy))) {

      stranger.expectEnd();

      assertTrue(proxy.sessions().isEmpty());
    }
  }

  @Test
  void anOperatorEndsOneSession() throws IOException {
    try (GreetingHost host = GreetingHost.start("host");
        RunningProxy proxy = plan().backend("host", host.port(), 2).start(kit);
        TalkingClient one = new TalkingClient(proxy.connect());
        TalkingClient two = new TalkingClient(proxy.connect())) {
      assertEquals("220 host", one.hear());
      assertEquals("220 host", two.hear());

      assertTrue(proxy.closeSession(1));
      assertFalse(proxy.closeSession(77));

      assertEquals(null, one.hear());
      two.say("still there");
      assertEquals("still there", two.hear());
    }
  }

  @Test
  void removingAHostByForceEndsItsSessionsAndWithoutForceLetsThemFinish() throws IOException {
    try (GreetingHost host = GreetingHost.start("host");
        RunningProxy proxy =
            plan().backend("a", host.port(), 1).backend("b", host.port(), 1).start(kit);
        TalkingClient onA = new TalkingClient(proxy.connect())) {
      assertEquals("220 host", onA.hear());
      try (TalkingClient onB = new TalkingClient(proxy.connect())) {
        assertEquals("220 host", onB.hear());

        proxy.remove("a", false);
        proxy.remove("b", true);

        assertEquals(null, onB.hear());
        onA.say("still there");
        assertEquals("still there", onA.hear());
        BackendStatus a = proxy.backend("a");
        assertEquals("draining", a.status());
      }
      onA.say("QUIT");
      onA.hangUp();
      proxy.awaitPool("empty", pool -> pool.backends().isEmpty());
    }
  }

  private static RunningProxy.Plan plan() {
    return new RunningProxy.Plan();
  }

  private static int port(FakeBackend backend) {
    return backend.address().getPort();
  }

  private static InetSocketAddress address(RunningProxy proxy) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port());
  }
}
