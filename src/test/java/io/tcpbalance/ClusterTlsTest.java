package io.tcpbalance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.secrets.TlsFiles;
import io.tcpbalance.testing.Daemon;
import io.tcpbalance.testing.FreePorts;
import io.tcpbalance.testing.TestAuthority;
import io.tcpbalance.testing.TestAuthority.Ran;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real daemons that know each other by their certificates, and strangers. */
@Timeout(240)
class ClusterTlsTest {

  private static final String HOST = "127.0.0.1";

  private final List<Daemon> daemons = new ArrayList<>();
  private TestAuthority authority;
  private TlsFiles files;
  private int first;

  @TempDir private Path directory;

  @BeforeEach
  void makeCertificate() throws Exception {
    authority = new TestAuthority(directory.resolve("certs"));
    files = authority.node(HOST);
    first = FreePorts.one();
  }

  @AfterEach
  void end() {
    daemons.forEach(Daemon::close);
  }

  private Daemon node(int port, String tls) throws IOException {
    return node(port, tls, first);
  }

  private Daemon node(int port, String tls, int seed) throws IOException {
    Path file = directory.resolve("node" + port + ".conf");
    Files.writeString(
        file,
        """
        tcpbalance {
          state-dir = "", admin.enabled = off, console.enabled = off
          cluster { enabled = on, port = %d, seed-nodes = ["127.0.0.1:%d"], %s }
          proxies.farm {
            shared = on, listen { host = 127.0.0.1, port = 0 }, health.check = none, backends = []
          }
        }
        """
            .formatted(port, seed, tls));
    Daemon daemon = Daemon.of(file).start();
    daemons.add(daemon);
    return daemon;
  }

  private static String tls(TlsFiles files) {
    return "tls { certificate = \"%s\", key = \"%s\", ca = \"%s\" }"
        .formatted(files.certificate(), files.key(), files.ca().orElseThrow());
  }

  private Daemon startFirst() throws Exception {
    Daemon daemon = node(first, tls(files));
    daemon.awaitLine("pool farm: open with");
    return daemon;
  }

  /** What openssl's client hears, which shows a certificate or none. */
  private String client(String... options) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("openssl", "s_client", "-brief", "-ign_eof", "-connect"));
    command.add(HOST + ":" + first);
    command.addAll(List.of(options));
    Process client = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(client.getInputStream().readAllBytes(), UTF_8);
    client.waitFor();
    return output;
  }

  @Test
  void nodesOfOneAuthorityShareAPoolAndAnyOfThemMayGoAndComeBack() throws Exception {
    Daemon one = startFirst();
    int port = FreePorts.one();
    Daemon two = node(port, tls(files));
    two.awaitLine(slotsFrom(first));

    two.signal("KILL");
    two.awaitExit();
    two = node(port, tls(files));
    two.awaitLine(slotsFrom(first));
    one.signal("TERM");

    assertEquals(0, one.awaitExit(), String.join("\n", one.output()));
    two.awaitLine(slotsFrom(port));
    one = node(first, tls(files), port);
    one.awaitLine(slotsFrom(port));
  }

  private static String slotsFrom(int port) {
    return "pool farm: slots come from " + HOST + ":" + port;
  }

  @Test
  void strangersAreRefusedAndToldOfOnce() throws Exception {
    Daemon one = startFirst();
    TestAuthority foreign = new TestAuthority(directory.resolve("foreign"));
    TlsFiles theirs = foreign.node(HOST);
    authority.node("ended");
    authority.reissue("ended", -1, "extendedKeyUsage = serverAuth, clientAuth");
    Daemon stranger = node(FreePorts.one(), tls(theirs));
    Daemon inClear = node(FreePorts.one(), "");

    assertRefused("bad certificate");
    assertRefused("certificate unknown", certificate(theirs));
    assertRefused("certificate unknown", certificate(authority.files("ended")));
    assertHungUpOn("AKKA\1\4\0\0\0");
    assertHungUpOn("GET / HTTP/1.0\r\n\r\n");
    // Each of them has tried to join by then.
    stranger.awaitLine("in no cluster yet");
    inClear.awaitLine("in no cluster yet");

    assertEquals(1, one.linesWith("refused a connection").size(), one.output().toString());
    assertEquals(List.of(), one.linesWith("asks 2 nodes"));
    assertEquals(List.of(), one.linesWith("Exception"));
  }

  private static String[] certificate(TlsFiles files) {
    return new String[] {"-cert", files.certificate().toString(), "-key", files.key().toString()};
  }

  private void assertRefused(String alert, String... options) throws Exception {
    String heard = client(options);

    assertTrue(heard.contains("alert " + alert), heard);
  }

  private void assertHungUpOn(String said) throws IOException {
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), first)) {
      client.getOutputStream().write(said.getBytes(UTF_8));
      // TLS would tell it of its mistake by an alert, and then nothing more.
      assertTrue(client.getInputStream().readAllBytes().length <= 7);
    } catch (SocketException e) {
      // The same by a reset.
    }
  }

  @Test
  void aRenewedCertificateIsTakenOverWithoutARestart() throws Exception {
    Daemon one = startFirst();
    one.awaitLine("is for new connections between nodes");
    Ran renewed =
        TestAuthority.script("--renew", "--days", "7", authority.file("").toString(), HOST);
    assertEquals(0, renewed.exitCode(), renewed.output());

    one.awaitLines("is for new connections between nodes", 2);
    one.awaitLine("the cluster's certificate ends at");
    Daemon two = node(FreePorts.one(), tls(files));
    two.awaitLine(slotsFrom(first));

    Files.writeString(files.certificate(), "rubbish");

    one.awaitLine("the cluster gets no other certificate: " + files.certificate());
  }
}
