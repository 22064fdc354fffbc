package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.testing.Daemon;
import io.tcpbalance.testing.FakeStatsPage;
import io.tcpbalance.testing.LoneGround;
import io.tcpbalance.testing.Shell;
import io.tcpbalance.testing.Shell.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the command line can only ask of hosts that tell how many slots they have. */
@Timeout(120)
class ClientOfDistccFarmTest {

  @TempDir private Path directory;

  @Test
  void hasSlotsLearned() throws Exception {
    try (FakeStatsPage page = new FakeStatsPage(FakeStatsPage.page("dcc_max_kids 3\n"));
        Daemon daemon = Daemon.of(configuration(page.port())).start()) {
      String line = daemon.awaitLine("HTTP interface listens on");
      String url = "http://127.0.0.1:" + line.substring(line.lastIndexOf(':') + 1).strip();

      Ran resized = run(url, "resize", "a", "auto", "-p", "farm");
      assertEquals(0, resized.exitCode(), resized.err());
      daemon.awaitLine("back-end a takes 3 sessions at once");

      String port = String.valueOf(page.port());
      Ran added =
          run(
              url,
              "add",
              "b",
              "-p",
              "farm",
              "--host",
              "127.0.0.1",
              "--max",
              "auto",
              "--stats-port",
              port);
      assertEquals(0, added.exitCode(), added.err());
      daemon.awaitLine("back-end b takes 3 sessions at once");

      Ran numbered = run(url, "resize", "a", "2", "-p", "farm");
      assertEquals("a changed: 127.0.0.1:9, up, at most 2\n", numbered.out(), numbered.err());

      Ran untold = run(url, "resize", "x", "auto", "-p", "plain");
      assertEquals(64, untold.exitCode());
      assertTrue(untold.err().contains("distcc"), untold.err());
    }
  }

  private Path configuration(int statsPort) throws Exception {
    return Files.writeString(
        directory.resolve("test.conf"),
        """
        tcpbalance {
          admin.port = 0
          console.enabled = false
          proxy-defaults { health.check = none, listen { host = 127.0.0.1, port = 0 } }
          proxies {
            farm {
              protocol = distcc
              backends = [{ name = a, host = 127.0.0.1, port = 9, max-connections = 1
                            stats-port = %d }]
            }
            plain { backends = [{ name = x, host = 127.0.0.1, port = 9 }] }
          }
        }
        """
            .formatted(statsPort));
  }

  private static Ran run(String url, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--url", url));
    return Shell.run(Main.commandLine(new LoneGround()), all.toArray(String[]::new));
  }
}
