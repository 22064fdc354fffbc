package io.tcpbalance.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.testing.FakeBackend;
import io.tcpbalance.testing.GreetingHost;
import io.tcpbalance.testing.Peer;
import io.tcpbalance.testing.TalkingClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What clients notice of back-ends that do not do what they should: as little as possible. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultyBackendsTest {

  private final ActorTestKit kit = ActorTestKit.create();

  @AfterAll
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void servesElsewhereWhomABackendRefuses() throws IOException {
    try (FakeBackend dead = FakeBackend.refusing();
        GreetingHost alive = GreetingHost.start("alive");
        RunningProxy proxy =
            plan().backend("dead", port(dead), 4).backend("alive", alive.port(), 1).start(kit);
        TalkingClient client = new TalkingClient(proxy.connect())) {

      assertEquals("220 alive", client.hear());

      BackendStatus status = proxy.backend("dead");
      assertEquals("failed", status.status());
      assertEquals(Optional.of("connection refused"), status.lastError());
      assertEquals(0, status.activeCount());
    }
  }

  @Test
  void servesElsewhereWhomAnUnreachableBackendLeavesWithoutAnAnswer() throws IOException {
    try (FakeBackend dead = FakeBackend.unreachable();
        GreetingHost alive = GreetingHost.start("alive");
        RunningProxy proxy =
            plan()
                .connectTimeout(Duration.ofMillis(200))
                .backend("dead", port(dead), 4)
                .backend("alive", alive.port(), 1)
                .start(kit);
        TalkingClient client = new TalkingClient(proxy.connect())) {

      assertEquals("220 alive", client.hear());
      assertEquals(
          Optional.of("connect timed out after 200 ms"), proxy.backend("dead").lastError());
    }
  }

  @Test
  void servesAWaitingClientWhenItsOnlyHostIsBack() throws IOException {
    int port;
    try (GreetingHost gone = GreetingHost.start("gone")) {
      port = gone.port();
    }
    try (RunningProxy proxy =
            plan().retryAfter(Duration.ofMillis(50)).backend("host", port, 2).start(kit);
        TalkingClient client = new TalkingClient(proxy.connect())) {
      proxy.awaitPool("failed", p -> p.backends().get(0).status().equals("failed"));

      try (GreetingHost back = GreetingHost.start("back", port)) {
        assertEquals(port, back.port());
        assertEquals("220 back", client.hear());
        assertEquals("up", proxy.backend("host").status());
      }
    }
  }

  @Test
  void triesAllAddressesOfABackendInTurn() throws IOException {
    try (GreetingHost host = GreetingHost.start("host");
        RunningProxy proxy =
            plan()
                .lookup(name -> addresses("127.0.0.3", "127.0.0.2", "127.0.0.1"))
                .backend("host", "host.example", host.port(), 1)
                .start(kit);
        TalkingClient client = new TalkingClient(proxy.connect())) {

      assertEquals("220 host", client.hear());

      BackendStatus status = proxy.backend("host");
      assertEquals("up", status.status());
      assertEquals(Optional.empty(), status.lastError());
    }
  }

  @Test
  void failsABackendWhoseAddressesAllRefuse() throws IOException {
    try (FakeBackend dead = FakeBackend.refusing();
        GreetingHost alive = GreetingHost.start("alive");
        RunningProxy proxy =
            plan()
                .lookup(name -> addresses("127.0.0.2", "127.0.0.1"))
                .backend("dead", "dead.example", port(dead), 4)
                .backend("alive", alive.port(), 1)
                .start(kit);
        TalkingClient client = new TalkingClient(proxy.connect())) {

      assertEquals("220 alive", client.hear());

      assertEquals(Optional.of("connection refused"), proxy.backend("dead").lastError());
    }
  }

  @Test
  void passesOnThatABackendHangsUpAndDoesNotBlameItForThat() throws IOException {
    try (FakeBackend host = FakeBackend.of(client -> {});
        RunningProxy proxy = plan().backend("host", port(host), 1).start(kit);
        Peer client = Peer.connect(address(proxy))) {

      client.expectEnd();
      client.endOutput();

      proxy.awaitRest();
      assertEquals("up", proxy.backend("host").status());
    }
  }

  @Test
  void endsASessionWhoseBackendHangs() throws IOException {
    try (FakeBackend host = FakeBackend.stalling();
        RunningProxy proxy =
            plan().idleTimeout(Duration.ofMillis(200)).backend("host", port(host), 1).start(kit);
        Peer client = Peer.connect(address(proxy))) {
      client.send("hello");

      client.expectEnd();

      proxy.awaitRest();
      assertEquals(Optional.of("idle time-out"), proxy.backend("host").lastError());
    }
  }

  @Test
  void passesOnAResetInMidStream() throws IOException {
    try (FakeBackend host = FakeBackend.resetting(5);
        RunningProxy proxy = plan().backend("host", port(host), 1).start(kit);
        Peer client = Peer.connect(address(proxy))) {
      client.send("hello");

      client.expectReset();

      proxy.awaitRest();
      assertEquals(Optional.of("connection reset"), proxy.backend("host").lastError());
      assertEquals("up", proxy.backend("host").status());
    }
  }

  @Test
  void letsOneClientAtATimeTryAFailedHost() throws IOException, InterruptedException {
    try (FakeBackend dead = FakeBackend.refusing();
        RunningProxy proxy =
            plan().retryAfter(Duration.ofMillis(20)).backend("dead", port(dead), 100).start(kit)) {
      Peer[] clients = new Peer[20];
      for (int i = 0; i < clients.length; i++) {
        clients[i] = Peer.connect(address(proxy));
      }
      proxy.awaitPool(
          "all back in the queue",
          p -> p.waiting() >= clients.length - 1 && p.backends().get(0).pending() <= 1);

      for (int i = 0; i < 200; i++) {
        int pending = proxy.backend("dead").pending();
        assertTrue(pending <= 1, () -> pending + " clients try the failed host at once");
      }
      for (Peer client : clients) {
        client.close();
      }
      proxy.awaitRest();
    }
  }

  private static RunningProxy.Plan plan() {
    return new RunningProxy.Plan();
  }

  private static InetAddress[] addresses(String... literals) throws UnknownHostException {
    InetAddress[] addresses = new InetAddress[literals.length];
    for (int i = 0; i < literals.length; i++) {
      addresses[i] = InetAddress.getByName(literals[i]);
    }
    return addresses;
  }

  private static int port(FakeBackend backend) {
    return backend.address().getPort();
  }

  private static InetSocketAddress address(RunningProxy proxy) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port());
  }
}
