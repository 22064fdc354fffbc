package io.tcpbalance.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.config.Network;
import io.tcpbalance.relay.Acceptor;
import io.tcpbalance.relay.ConnectionLimit;
import io.tcpbalance.relay.JobMemory;
import io.tcpbalance.relay.MemoryBudget;
import io.tcpbalance.relay.RelayGroup;
import io.tcpbalance.relay.RelayLoops;
import io.tcpbalance.relay.RelayPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.BehaviorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The door and the actor that rules over it, with a real listening socket. */
class ListenerTest {

  private static final int PATIENCE_MS = 20_000;

  private final Complaints complaints = new Complaints("test", System::nanoTime);
  private final TestInbox<Balancer.RegistrarMessage> sessions = TestInbox.create();
  private RelayLoops loops;
  private RelayGroup group;
  private Acceptor acceptor;
  private InetSocketAddress address;
  private BehaviorTestKit<Listener.Command> listener;

  @BeforeEach
  void start() throws IOException {
    loops =
        RelayLoops.start(
            1,
            new MemoryBudget(1 << 20),
            new JobMemory(1 << 20),
            new ConnectionLimit(100),
            Throwable::printStackTrace);
    group = loops.streams(new RelayPolicy(Duration.ofSeconds(5), Duration.ofSeconds(60), true));
  }

  @AfterEach
  void stop() {
    acceptor.close().toCompletableFuture().join();
    group.close().toCompletableFuture().join();
    loops.close();
  }

  @Test
  void closesClientsFromOtherNetworks() throws Exception {
    listen("10.0.0.0/8", "::1/128");

    try (Socket client = connect()) {
      assertEquals(-1, client.getInputStream().read());
    }

    assertFalse(sessions.hasMessages());
  }

  @Test
  void handsAllowedClientsToSessions() throws Exception {
    listen("10.0.0.0/8", "127.0.0.0/8");

    try (Socket client = connect()) {
      // Its door closes behind those who are in.
      acceptor.close().toCompletableFuture().join();

      Sessions.Accepted accepted = (Sessions.Accepted) sessions.receiveMessage();
      assertEquals(client.getLocalSocketAddress(), accepted.relay().clientAddress());
    }
  }

  @Test
  void allowsNobodyWhereNoNetworkIsAllowed() throws Exception {
    listen();

    try (Socket client = connect()) {
      assertEquals(-1, client.getInputStream().read());
    }
  }

  @Test
  void countsEachReason() throws Exception {
    listen("10.0.0.0/8");

    try (Socket client = connect()) {
      assertEquals(-1, client.getInputStream().read());
    }
    listener.run(new Listener.Exhausted("no file descriptor is left"));
    listener.run(new Listener.AcceptFailed(new IOException("out of memory")));

    assertEquals(1, complaints.counts().get(Complaint.NOT_ALLOWED));
    assertEquals(1, complaints.counts().get(Complaint.ACCEPT_PAUSED));
    assertEquals(1, complaints.counts().get(Complaint.ACCEPT_FAILED));
  }

  private void listen(String... allowed) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    channel.configureBlocking(false);
    address = (InetSocketAddress) channel.getLocalAddress();
    Admission door =
        new Admission(
            List.of(allowed).stream().map(Network::parse).toList(), complaints, sessions.getRef());
    acceptor = loops.acceptor(channel, group, door);
    door.moveTo(acceptor);
    listener = BehaviorTestKit.create(Listener.create(door, complaints));
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(PATIENCE_MS);
    return socket;
  }
}
