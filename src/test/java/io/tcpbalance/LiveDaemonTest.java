package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.tcpbalance.testing.Daemon;
import io.tcpbalance.testing.EventReader;
import io.tcpbalance.testing.FakeDistccd;
import io.tcpbalance.testing.Hold;
import io.tcpbalance.testing.JobClient;
import io.tcpbalance.testing.JobScript;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real daemon, looked at live. */
@Timeout(120)
class LiveDaemonTest {

  private static final String EVENTS = "/api/v1/events";

  /** More than there are seats. */
  private static final int VISITS = 200;

  @TempDir private Path directory;

  @Test
  void showsWhatIsCompiledAndTellsOfAReload() throws Exception {
    Hold hold = new Hold();
    try (FakeDistccd host = FakeDistccd.start(1)) {
      host.next(JobScript.compiled().heldBy(hold));
      try (Daemon daemon = start(host.port());
          JobClient job =
              JobClient.sent(daemon.port("farm"), JobClient.request(1, "main", 30_000));
          EventReader viewer = EventReader.open(adminPort(daemon), EVENTS)) {
        JsonNode session = viewer.next().data().get("proxies").get(0);
        while (!session(session).path("phase").asText().equals("compiling")) {
          session = viewer.await("change").get("proxies").get(0);
        }

        assertEquals("x86_64-linux-gnu-gcc", session(session).get("compiler").textValue());
        assertEquals("main.c", session(session).get("file").textValue());
        assertEquals(1, session(session).get("attempts").intValue());

        daemon.signal("HUP");
        JsonNode notice = viewer.await("notice");
        assertEquals("reload", notice.get("kind").textValue());
        assertEquals(
            "the configuration is reloaded: nothing has changed", notice.get("text").textValue());
        hold.release();
        job.expectCompiled();
      }
    }
  }

  private static JsonNode session(JsonNode proxy) {
    return proxy.path("backends").path(0).path("sessions").path(0);
  }

  @Test
  void tellsOfJobsThatWentToAnotherHost() throws Exception {
    try (FakeDistccd host = FakeDistccd.start(2)) {
      host.next(JobScript.reset()).otherwise(JobScript.compiled());
      String both =
          backend("bld1", "127.0.0.1", host.port()) + backend("bld2", "localhost", host.port());
      try (Daemon daemon = startWith(both);
          EventReader viewer = EventReader.open(adminPort(daemon), EVENTS)) {
        viewer.await("state");

        JobClient.run(daemon.port("farm"), JobClient.request(1, "main", 30_000));

        JsonNode notice =
            viewer.await("notice", data -> data.get("kind").textValue().equals("jobs"));
        assertEquals("farm", notice.get("proxy").textValue());
        assertEquals("jobs went to another host: 1 broke-off", notice.get("text").textValue());
      }
    }
  }

  @Test
  void viewersThatComeAndGoLeaveNothingBehind() throws Exception {
    try (Daemon daemon = start(1)) {
      int port = adminPort(daemon);
      int before = daemon.openSockets();

      for (int i = 0; i < VISITS; i++) {
        try (EventReader viewer = EventReader.openOnceThereIsRoom(port, EVENTS)) {
          viewer.await("state");
        }
      }

      awaitSockets(daemon, before);
    }
  }

  @Test
  void aDaemonThatStopsEndsTheStreams() throws Exception {
    try (Daemon daemon = start(1);
        EventReader viewer = EventReader.open(adminPort(daemon), EVENTS)) {
      viewer.await("state");

      daemon.signal("TERM");

      viewer.awaitEnd();
      assertEquals(0, daemon.awaitExit());
    }
  }

  /** There is no event to wait for: what another process has open must be looked at. */
  private static void awaitSockets(Daemon daemon, int count) throws Exception {
    while (daemon.openSockets() != count) {
      if (Thread.interrupted()) {
        throw new InterruptedException("never " + count + ", now " + daemon.openSockets());
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  private Daemon start(int hostPort) throws Exception {
    return startWith(backend("bld1", "127.0.0.1", hostPort));
  }

  private static String backend(String name, String host, int port) {
    return "{ name = %s, host = %s, port = %d }%n".formatted(name, host, port);
  }

  private Daemon startWith(String backends) throws Exception {
    String text =
        """
        tcpbalance {
          admin.port = 0
          console.enabled = false
          proxies.farm {
            protocol = distcc
            listen { host = 127.0.0.1, port = 0 }
            health.check = none
            backends = [%s]
          }
        }
        """
            .formatted(backends);
    return Daemon.of(Files.writeString(directory.resolve("live.conf"), text)).start();
  }

  private static int adminPort(Daemon daemon) throws Exception {
    String line = daemon.awaitLine("HTTP interface listens on ");
    return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
  }
}
