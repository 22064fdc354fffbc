package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.testing.Daemon;
import io.tcpbalance.testing.GreetingHost;
import io.tcpbalance.testing.TalkingClient;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The daemon as a process: how it starts, serves and ends. */
class DaemonTest {

  private static final int PATIENCE_MS = 50_000;
  private static final int TERMINATED = 128 + 15;
  private static final int INTERRUPTED = 128 + 2;

  @TempDir private Path directory;

  @Test
  void endsWithZeroOnSigtermWhenIdle() throws Exception {
    try (Daemon daemon = start("", proxy("a", 9, 1))) {
      daemon.port("a");

      daemon.signal("TERM");

      assertEquals(0, daemon.awaitExit());
    }
  }

  @Test
  void endsWithZeroOnSigintToo() throws Exception {
    try (Daemon daemon = start("", proxy("a", 9, 1))) {
      daemon.port("a");

      daemon.signal("INT");

      assertEquals(0, daemon.awaitExit());
    }
  }

  @Test
  void finishesSessionsAndServesWaitersButRefusesOthersInTheGrace() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        Daemon daemon = start("shutdown.grace = 10m", proxy("a", host.port(), 1));
        TalkingClient first = connect(daemon, "a")) {
      assertEquals("220 bld1", first.hear());
      try (TalkingClient waiting = connect(daemon, "a")) {
        daemon.signal("TERM");
        awaitClosedDoor(daemon);

        first.say("still there");
        assertEquals("still there", first.hear());
        first.say("QUIT");
        assertEquals("221 bye", first.hear());
        first.hangUp();
        assertEquals("220 bld1", waiting.hear());
        waiting.say("QUIT");
        assertEquals("221 bye", waiting.hear());
        waiting.hangUp();

        assertEquals(0, daemon.awaitExit());
      }
    }
  }

  @Test
  void closesWhatIsLeftAfterTheGrace() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        Daemon daemon = start("shutdown.grace = 300ms", proxy("a", host.port(), 1));
        TalkingClient first = connect(daemon, "a")) {
      assertEquals("220 bld1", first.hear());
      try (TalkingClient waiting = connect(daemon, "a")) {
        daemon.signal("TERM");

        assertEnded(first);
        assertEnded(waiting);
        assertEquals(0, daemon.awaitExit());
        assertEquals(1, daemon.linesWith("the grace is over").size());
      }
    }
  }

  @Test
  void secondSigtermEndsItAtOnce() throws Exception {
    assertEquals(TERMINATED, exitAfterSecond("TERM"));
  }

  @Test
  void secondSignalMayBeAnother() throws Exception {
    assertEquals(INTERRUPTED, exitAfterSecond("INT"));
  }

  private int exitAfterSecond(String signal) throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        Daemon daemon = start("shutdown.grace = 10m", proxy("a", host.port(), 1));
        TalkingClient client = connect(daemon, "a")) {
      assertEquals("220 bld1", client.hear());
      daemon.signal("TERM");
      daemon.awaitLine("stopping: sessions may finish");

      daemon.signal(signal);

      return daemon.awaitExit();
    }
  }

  @Test
  void badConfigurationBindsNothing() throws Exception {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      // Had it tried to bind, it would say that it cannot.
      String taken = proxyAt("a", probe.getLocalPort(), 9, 1);

      try (Daemon daemon = start("nonsense = 1\nrelay.loops = many", taken)) {
        assertEquals(64, daemon.awaitExit());
        assertEquals(2, daemon.output().size(), daemon.output().toString());
      }
    }
  }

  @Test
  void portInUseIsOneClearLine() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Daemon daemon = start("", proxyAt("a", other.getLocalPort(), 9, 1))) {
      assertEquals(69, daemon.awaitExit());
      assertEquals(1, daemon.output().size(), daemon.output().toString());
      String line = daemon.output().get(0);
      String told =
          "proxy a cannot listen on 127.0.0.1:" + other.getLocalPort() + ": Address already in use";
      assertTrue(line.contains("ERROR") && line.endsWith(told), line);
    }
  }

  @Test
  void portInUseOfOneProxyEndsAll() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Daemon daemon = start("", proxy("a", 9, 1), proxyAt("b", other.getLocalPort(), 9, 1))) {
      assertEquals(69, daemon.awaitExit());
      assertEquals(1, daemon.linesWith("ERROR").size(), daemon.output().toString());
      assertEquals(List.of(), daemon.linesWith("\tat "));
    }
  }

  @Test
  void everyProxyHasItsOwnPool() throws Exception {
    try (GreetingHost one = GreetingHost.start("one");
        GreetingHost two = GreetingHost.start("two");
        Daemon daemon = start("", proxy("a", one.port(), 1), proxy("b", two.port(), 1));
        TalkingClient a = connect(daemon, "a");
        TalkingClient b = connect(daemon, "b")) {
      assertEquals("220 one", a.hear());
      assertEquals("220 two", b.hear());

      try (TalkingClient waitsAtA = connect(daemon, "a")) {
        a.hangUp();

        assertEquals("220 one", waitsAtA.hear());
        b.say("not disturbed");
        assertEquals("not disturbed", b.hear());
      }
    }
  }

  @Test
  void defaultConfigurationStartsEmptyAndItsClientsWait() throws Exception {
    String shipped = Files.readString(Path.of("conf", "tcpbalance.conf"));
    Path file =
        Files.writeString(
            directory.resolve("default.conf"),
            shipped
                + "\ntcpbalance { admin.enabled = false, console.enabled = false, shutdown.grace = 0s }"
                + "\ntcpbalance.proxies.distcc.listen.port = 0\n");
    try (Daemon daemon = Daemon.of(file).start();
        TalkingClient client = connect(daemon, "distcc")) {
      assertTrue(daemon.awaitLine("listens on").endsWith("(distcc, 0 back-ends)"));
      client.say("DIST00000001");

      daemon.signal("TERM");

      assertEnded(client);
      assertEquals(0, daemon.awaitExit());
      assertEquals(1, daemon.linesWith("the grace is over").size());
    }
  }

  @Test
  void serves() throws Exception {
    try (GreetingHost host = GreetingHost.start("bld1");
        Daemon daemon = start("", proxy("a", host.port(), 1));
        TalkingClient client = connect(daemon, "a")) {
      assertNotNull(client.hear());
      assertEquals(List.of(), daemon.linesWith("WARN"));
    }
  }

  /** The daemon's log says it before the socket is closed, so this asks the socket. */
  private static void awaitClosedDoor(Daemon daemon) throws Exception {
    daemon.awaitLine("stopping: sessions may finish");
    int port = daemon.port("a");
    boolean open = true;
    while (open) {
      try (Socket knock = new Socket(InetAddress.getLoopbackAddress(), port)) {
        // One that is let in waits behind the others and leaves at once.
        assertTrue(knock.isConnected());
      } catch (ConnectException refused) {
        open = false;
      } catch (SocketException reset) {
        // The door was shut while this stood in it: the next knock tells.
        assertTrue(open);
      }
    }
  }

  private static void assertEnded(TalkingClient client) {
    try {
      assertNull(client.hear());
    } catch (SocketException reset) {
      // As good an end as any: it had said something that nobody read.
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Daemon start(String settings, String... proxies) throws IOException {
    String text =
        "tcpbalance {\nadmin.enabled = false\nconsole.enabled = false\nrelay.memory = 32 MiB\n%s\nproxies {\n%s\n}\n}\n"
            .formatted(settings, String.join("\n", proxies));
    return Daemon.of(Files.writeString(directory.resolve("test.conf"), text)).start();
  }

  private static String proxy(String name, int backendPort, int maxConnections) {
    return proxyAt(name, 0, backendPort, maxConnections);
  }

  private static String proxyAt(String name, int port, int backendPort, int maxConnections) {
    return """
        %s {
          listen { host = 127.0.0.1, port = %d }
          backends = [{ name = host, host = 127.0.0.1, port = %d, max-connections = %d }]
        }
        """
        .formatted(name, port, backendPort, maxConnections);
  }

  private static TalkingClient connect(Daemon daemon, String proxy) throws Exception {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), daemon.port(proxy));
    socket.setSoTimeout(PATIENCE_MS);
    return new TalkingClient(socket);
  }
}
