package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.testing.Daemon;
import io.tcpbalance.testing.GreetingHost;
import io.tcpbalance.testing.TalkingClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The daemon without a free file descriptor: nobody is blamed, and it goes on when there is one.
 */
@Timeout(120)
class DescriptorExhaustionTest {

  private static final int PATIENCE_MS = 50_000;
  private static final int SLOTS = 8;
  private static final int CLIENTS = 600;

  /** Those that are open stay open, no further one can be had. */
  private static final int NO_MORE_FILES = 3;

  private static final int ENOUGH_FILES = 400;

  @TempDir private Path directory;

  @Test
  void servesAllClientsThoughTheyAreMoreThanItsDescriptors() throws Exception {
    List<TalkingClient> clients = new ArrayList<>();
    try (GreetingHost host = GreetingHost.start("bld1");
        Daemon daemon = start(host, SLOTS, "INFO")) {
      for (int i = 0; i < SLOTS; i++) {
        TalkingClient holder = connect(daemon);
        assertEquals("220 bld1", holder.hear());
        clients.add(holder);
      }
      for (int i = SLOTS; i < CLIENTS; i++) {
        clients.add(connect(daemon));
      }
      daemon.awaitLine("not accepting for the moment: as many clients as the limit");

      for (int i = 0; i < CLIENTS; i++) {
        clients.get(i).hangUp();
        if (i + SLOTS < CLIENTS) {
          assertEquals("220 bld1", clients.get(i + SLOTS).hear());
        }
      }

      assertNobodyBlamed(daemon);
      // Said again after half a minute at the soonest, with a count.
      assertEquals(
          1,
          daemon.linesWith("not accepting").stream().filter(l -> !l.contains("before)")).count(),
          daemon.output().toString());
      daemon.signal("TERM");
      assertEquals(0, daemon.awaitExit());
    } finally {
      closeAll(clients);
    }
  }

  @Test
  void waitsForADescriptorWhenOthersHaveEatenThem() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        Daemon daemon = start(host, SLOTS, "DEBUG");
        TalkingClient established = connect(daemon)) {
      assertEquals("220 bld1", established.hear());
      daemon.limitOpenFiles(NO_MORE_FILES);

      try (TalkingClient late = connect(daemon)) {
        daemon.awaitLines("not accepting for the moment: no file descriptor is left", 4);
        established.say("not disturbed");
        assertEquals("not disturbed", established.hear());
        daemon.limitOpenFiles(ENOUGH_FILES);

        assertEquals("220 bld1", late.hear());
      }

      assertNobodyBlamed(daemon);
      assertEquals(1, warnings(daemon).size(), daemon.output().toString());
      assertPauses(daemon.linesWith("no file descriptor is left"));
    }
  }

  @Test
  void connectThatFindsNoDescriptorIsTriedAgain() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        Daemon daemon = start(host, 1, "INFO")) {
      daemon.awaitLine("listens on");
      int sockets = daemon.openSockets();
      TalkingClient first = connect(daemon);
      assertEquals("220 bld1", first.hear());
      try (TalkingClient second = connect(daemon);
          TalkingClient third = connect(daemon)) {
        // Three clients and one back-end: so they are accepted, and wait.
        awaitSockets(daemon, sockets + 3 + 1);
        daemon.limitOpenFiles(NO_MORE_FILES);
        first.hangUp();
        // The back-end's socket is closed: from now on the slot is theirs, but cannot be used.
        awaitSockets(daemon, sockets + 2);
        try (TalkingClient notAccepted = connect(daemon)) {
          daemon.awaitLine("no file descriptor is left");
          daemon.limitOpenFiles(ENOUGH_FILES);

          // In any order, who pauses after a failure may be overtaken: so each on its own thread.
          Stream.of(second, third, notAccepted)
              .map(
                  client ->
                      CompletableFuture.runAsync(
                          () -> assertServed(client, daemon), task -> new Thread(task).start()))
              .toList()
              .forEach(CompletableFuture::join);
        }
      }
      assertNobodyBlamed(daemon);
    }
  }

  /** A pause that is cut short would make the loop spin as long as the trouble lasts. */
  private static void assertPauses(List<String> complaints) {
    OffsetDateTime first = OffsetDateTime.parse(complaints.get(0).split(" ", 2)[0]);
    OffsetDateTime fourth = OffsetDateTime.parse(complaints.get(3).split(" ", 2)[0]);
    Duration three = Duration.between(first, fourth);
    assertTrue(three.toMillis() >= 1000, () -> "only " + three + " in " + complaints);
  }

  private static void assertNobodyBlamed(Daemon daemon) {
    assertEquals(List.of(), daemon.linesWith("failed"));
    assertEquals(List.of(), daemon.linesWith("ERROR"));
  }

  private static List<String> warnings(Daemon daemon) {
    return daemon.linesWith("WARN");
  }

  /** There is no event to wait for: what another process has open must be looked at. */
  private static void awaitSockets(Daemon daemon, int count)
      throws IOException, InterruptedException {
    while (daemon.openSockets() != count) {
      if (Thread.interrupted()) {
        throw new InterruptedException("never " + count + ", now " + daemon.openSockets());
      }
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }

  private Daemon start(GreetingHost host, int slots, String logLevel) throws IOException {
    String text =
        """
        tcpbalance {
          admin.enabled = false
          console.enabled = false
          relay.memory = 32 MiB
          proxies.a {
            listen { host = 127.0.0.1, port = 0 }
            queue.timeout = 10m
            backends = [{ name = bld1, host = 127.0.0.1, port = %d, max-connections = %d }]
          }
        }
        """
            .formatted(host.port(), slots);
    Path file = Files.writeString(directory.resolve("test.conf"), text);
    return Daemon.of(file).openFiles(ENOUGH_FILES).logLevel(logLevel).start();
  }

  private static TalkingClient connect(Daemon daemon) throws Exception {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), daemon.port("a"));
    socket.setSoTimeout(PATIENCE_MS);
    return new TalkingClient(socket);
  }

  private static void assertServed(TalkingClient client, Daemon daemon) {
    try {
      assertEquals("220 bld1", client.hear());
      client.hangUp();
    } catch (IOException e) {
      throw new UncheckedIOException(
          e + "; the daemon said:\n" + String.join("\n", daemon.output()), e);
    }
  }

  private static void closeAll(List<TalkingClient> clients) throws IOException {
    for (TalkingClient client : clients) {
      client.close();
    }
  }
}
