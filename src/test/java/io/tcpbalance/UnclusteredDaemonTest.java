package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.testing.Daemon;
import io.tcpbalance.testing.FakeBackend;
import io.tcpbalance.testing.Peer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who has no cluster does not pay for one, beyond what Pekko loads in any case. */
@Timeout(60)
class UnclusteredDaemonTest {

  /**
   * What works for a cluster. Pekko loads the names of its messages when it starts, whether they
   * are ever sent or not; and of ours those are there that are asked if there is a cluster.
   */
  private static final Pattern OF_A_CLUSTER =
      Pattern.compile(
          "\\] (io\\.tcpbalance\\.cluster\\.(?!SharedPools |remote\\.RemoteControl )"
              + "|org\\.apache\\.pekko\\.cluster\\.Cluster "
              + "|org\\.apache\\.pekko\\.remote\\.RemoteActorRefProvider"
              + "|org\\.apache\\.pekko\\.remote\\.artery\\.ArteryTransport)");

  @Test
  void loadsNoClassOfAClusterToServeAClient(@TempDir Path directory) throws Exception {
    Path loaded = directory.resolve("loaded");
    try (FakeBackend host = FakeBackend.echoing();
        Daemon daemon =
            Daemon.of(configuration(directory, host))
                .jvmOptions("-Xlog:class+load:file=" + loaded)
                .start()) {
      InetAddress loopback = InetAddress.getLoopbackAddress();
      try (Peer client = Peer.connect(new InetSocketAddress(loopback, daemon.port("plain")))) {
        client.send("job");
        client.expect("job");
      }
      daemon.awaitLine("HTTP interface listens on ");
      daemon.signal("TERM");
      assertEquals(0, daemon.awaitExit());
    }

    try (Stream<String> lines = Files.lines(loaded)) {
      List<String> classes = lines.toList();
      assertTrue(classes.stream().anyMatch(line -> line.contains("io.tcpbalance.proxy.")));
      assertEquals(List.of(), classes.stream().filter(OF_A_CLUSTER.asPredicate()).toList());
    }
  }

  private static Path configuration(Path directory, FakeBackend host) throws IOException {
    return Files.writeString(
        directory.resolve("plain.conf"),
        """
        tcpbalance {
          state-dir = ""
          admin.port = 0
          console.enabled = off
          proxies.plain {
            listen { host = 127.0.0.1, port = 0 }
            backends = [{ name = host, host = 127.0.0.1, port = %d }]
          }
        }
        """
            .formatted(host.address().getPort()));
  }
}
