package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tcpbalance.testing.GreetingHost;
import io.tcpbalance.testing.SecondBuild;
import io.tcpbalance.testing.TalkingClient;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the original's README ends with: somebody changes the code of the status page, the running
 * system takes it, and who looks again sees the change; connected clients notice nothing.
 */
@Timeout(180)
class ChangedWhileItRunsTest {

  private static final String LINE = "It was changed while it ran.";

  @TempDir private Path directory;
  @TempDir private Path work;
  @TempDir private Path lib;

  @Test
  void statusPageHasOneLineMoreAndNobodyNotices() throws Exception {
    Path mine =
        new SecondBuild(work)
            .change(
                "io/tcpbalance/admin/StatusPage.java",
                "page.append(\"TCPBalance\\n\");",
                "page.append(\"TCPBalance\\n\").append(\"%s\\n\");".formatted(LINE))
            .installIn(lib.resolve("mine"), "0.2-mine");
    try (GreetingHost host = GreetingHost.start("bld1");
        UpgradableDaemon daemon =
            UpgradableDaemon.start(
                directory, lib, UpgradableDaemon.proxy("a", "tcp", host.port(), 1));
        TalkingClient served = daemon.connect("a")) {
      assertEquals("220 bld1", served.hear());
      try (TalkingClient waiting = daemon.connect("a")) {
        daemon.awaitStatus("Wait list length:    1");
        assertFalse(daemon.get("/status").contains(LINE));

        assertEquals(0, daemon.upgrade(mine), daemon.err());

        daemon.awaitStatus("TCPBalance\n" + LINE);
        assertEquals("0.2-mine", liveVersion(daemon));
        assertServed(served, "before it is rolled back");

        assertEquals(0, daemon.rollBack(), daemon.err());

        daemon.awaitStatus("TCPBalance\n\n");
        assertFalse(daemon.get("/status").contains(LINE));
        assertServed(served, "in the third generation");
        quit(served);
        assertEquals("220 bld1", waiting.hear());
        quit(waiting);
      }
    }
  }

  private static String liveVersion(UpgradableDaemon daemon) throws Exception {
    return daemon
        .generations(g -> g.path("state").asText().equals("live"))
        .get(0)
        .path("version")
        .asText();
  }

  private static void assertServed(TalkingClient client, String line) throws Exception {
    client.say(line);
    assertEquals(line, client.hear());
  }

  private static void quit(TalkingClient client) throws Exception {
    assertServed(client, "last words");
    client.say("QUIT");
    assertEquals("221 bye", client.hear());
    client.hangUp();
  }
}
