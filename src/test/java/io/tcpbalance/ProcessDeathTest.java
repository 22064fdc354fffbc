package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpbalance.Saboteur.Deed;
import io.tcpbalance.testing.Daemon;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A daemon that cannot go on ends, tells why, and does not pretend that all is well. */
class ProcessDeathTest {

  /** As the JVM ends with ExitOnOutOfMemoryError. */
  private static final int OUT_OF_MEMORY = 3;

  /** As Pekko ends the process when a thread of a dispatcher cannot go on. */
  private static final int FATAL_ERROR = 255;

  @TempDir private Path directory;

  @Test
  void brokenRelayLoop() throws Exception {
    try (Daemon daemon = start(Deed.CLOSE_SELECTORS)) {
      int port = daemon.port("a");

      daemon.signal("HUP");
      daemon.awaitLine("sabotage: CLOSE_SELECTORS");
      knock(port);

      assertEquals(70, daemon.awaitExit());
      daemon.awaitLine("a relay loop is broken, its sessions are lost: the end");
    }
  }

  @Test
  void brokenDispatcher() throws Exception {
    try (Daemon daemon = start(Deed.BREAK_DISPATCHER)) {
      daemon.port("a");

      daemon.signal("HUP");

      assertEquals(FATAL_ERROR, daemon.awaitExit());
      daemon.awaitLine("java.lang.OutOfMemoryError: sabotage");
    }
  }

  @Test
  void dispatcherThatStandsStill() throws Exception {
    try (Daemon daemon = start(Deed.HOG_DISPATCHER)) {
      daemon.port("a");

      daemon.signal("HUP");

      assertEquals(70, daemon.awaitExit());
      daemon.awaitLine("pekko.actor.proxy-dispatcher stands still for 1 s: ");
      daemon.awaitLine("Saboteur.standStill");
      daemon.awaitLine("pekko.actor.proxy-dispatcher stands still for 3 s: the end");
    }
  }

  @Test
  void heapThatIsFullAsItIsStarted() throws Exception {
    try (Daemon daemon = start(Deed.FILL_HEAP, "-XX:+ExitOnOutOfMemoryError")) {
      daemon.port("a");

      daemon.signal("HUP");

      assertEquals(OUT_OF_MEMORY, daemon.awaitExit());
      daemon.awaitLine("java.lang.OutOfMemoryError");
    }
  }

  /** Whatever comes of it: a loop that sleeps does not notice that its selector has gone. */
  private static void knock(int port) throws IOException {
    for (int i = 0; i < 4; i++) {
      new Socket(InetAddress.getLoopbackAddress(), port).close();
    }
  }

  private Daemon start(Deed deed, String... jvmOptions) throws IOException {
    String text =
        """
        tcpbalance {
          admin.enabled = false
          console.enabled = false
          relay { loops = 2, memory = 8 MiB }
          watchdog { warn-after = 1s, end-after = 3s }
          proxies.a {
            listen { host = 127.0.0.1, port = 0 }
            backends = [{ name = nobody, host = 127.0.0.1, port = 9 }]
          }
        }
        """;
    Path file = Files.writeString(directory.resolve("doomed.conf"), text);
    return Daemon.program(Saboteur.class, file.toString(), deed.name())
        .jvmOptions("--add-opens=java.base/java.io=ALL-UNNAMED", "-Xmx48m")
        .jvmOptions(jvmOptions)
        .start();
  }
}
