package io.tcpbalance.admin.http;

import static io.tcpbalance.admin.http.AdminServer.backend;
import static io.tcpbalance.admin.http.AdminServer.proxy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.config.AdminSettings;
import io.tcpbalance.config.Role;
import io.tcpbalance.config.TokenSettings;
import io.tcpbalance.secrets.TlsFiles;
import io.tcpbalance.supervision.Kill;
import io.tcpbalance.testing.HeardLog;
import io.tcpbalance.testing.TestTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class TlsTest {

  private static final int SILENT_CLIENTS = 500;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String TOKEN = "changes-things";

  @TempDir private Path directory;
  private ActorTestKit kit;

  @BeforeEach
  void startSystem() throws Exception {
    kit = ActorTestKit.create();
    install("server", "server");
  }

  @AfterEach
  void stopSystem() {
    kit.shutdownTestKit();
  }

  private void install(String certificate, String key) throws Exception {
    Files.write(
        directory.resolve("certificate"), Files.readAllBytes(TestTls.file(certificate + ".pem")));
    Files.write(directory.resolve("key"), Files.readAllBytes(TestTls.file(key + ".key")));
  }

  private AdminServer server(Optional<Path> clientCa) throws Exception {
    TlsFiles files =
        new TlsFiles(directory.resolve("certificate"), directory.resolve("key"), clientCa);
    return AdminServer.with(
        kit,
        new AdminSettings(
            true,
            "127.0.0.1",
            0,
            Optional.of(files),
            List.of(new TokenSettings("ci", Role.OPERATE, TOKEN))),
        proxy("farm", backend("a", 3632, 4)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void servesEncrypted(String protocol) throws Exception {
    try (AdminServer server = server(Optional.empty());
        SSLSocket socket = connect(server, TestTls.trusting(TestTls.file("server.pem")))) {
      socket.setEnabledProtocols(new String[] {protocol});

      assertTrue(status(socket).startsWith("HTTP/1.1 200 "));
      assertEquals(protocol, socket.getSession().getProtocol());
    }
  }

  @Test
  void servesNothingInClear() throws Exception {
    try (AdminServer server = server(Optional.empty())) {
      assertEquals(
          "", server.raw("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").replaceAll("[^ -~]", ""));
    }
  }

  @Test
  void marksItsCookieForEncryptedConnectionsOnly() throws Exception {
    try (AdminServer server = server(Optional.empty())) {
      HttpClient client =
          HttpClient.newBuilder().sslContext(TestTls.trusting(TestTls.file("server.pem"))).build();
      HttpResponse<String> login =
          client.send(
              HttpRequest.newBuilder(
                      URI.create("https://localhost:" + server.port() + "/api/v1/session"))
                  .header("Content-Type", "application/json")
                  .header("Origin", "https://localhost:" + server.port())
                  .POST(BodyPublishers.ofString("{\"token\":\"" + TOKEN + "\"}"))
                  .build(),
              BodyHandlers.ofString());

      assertEquals(200, login.statusCode());
      assertTrue(login.headers().firstValue("Set-Cookie").orElseThrow().endsWith("; Secure"));
      assertTrue(login.headers().firstValue("Strict-Transport-Security").isEmpty());
    }
  }

  @Test
  void newConnectionsHaveTheNewCertificateAndOldOnesGoOn() throws Exception {
    try (AdminServer server = server(Optional.empty());
        SSLSocket old = connect(server, TestTls.trusting(TestTls.file("server.pem")))) {
      assertTrue(status(old).startsWith("HTTP/1.1 200 "));

      install("renewed", "renewed");

      SSLContext trustingNew = TestTls.trusting(TestTls.file("renewed.pem"));
      await(() -> assertTrue(isServed(server, trustingNew)));
      assertTrue(status(old).startsWith("HTTP/1.1 200 "));
      assertEquals("CN=server", subject(old));
    }
  }

  private interface Assertion {
    void check() throws Exception;
  }

  private void await(Assertion assertion) {
    kit.createTestProbe()
        .awaitAssert(
            PATIENCE,
            () -> {
              assertion.check();
              return true;
            });
  }

  private static long misfits(HeardLog log) {
    return log.lines().stream().filter(line -> line.contains("fits")).count();
  }

  private static boolean isServed(AdminServer server, SSLContext trusting) throws Exception {
    try (SSLSocket socket = connect(server, trusting)) {
      socket.startHandshake();
      return true;
    } catch (SSLException untrusted) {
      return false;
    }
  }

  @Test
  void aPairThatDoesNotFitChangesNothingAndIsToldOnce() throws Exception {
    try (HeardLog log = new HeardLog("io.tcpbalance.admin.http.Admin");
        AdminServer server = server(Optional.empty())) {
      install("renewed", "server");
      await(() -> assertEquals(1, misfits(log)));

      new Kill("drill").send(server.admin);
      server.births.next();

      try (SSLSocket socket = connect(server, TestTls.trusting(TestTls.file("server.pem")))) {
        assertTrue(status(socket).startsWith("HTTP/1.1 200 "), "after a restart, too");
      }
      assertEquals(1, misfits(log));
    }
  }

  @Test
  void servesOnlyWhoShowsACertificateIfAnAuthorityIsSet() throws Exception {
    try (AdminServer server = server(Optional.of(TestTls.file("client.pem")))) {
      try (SSLSocket stranger = connect(server, TestTls.trusting(TestTls.file("server.pem")))) {
        assertThrows(IOException.class, () -> status(stranger));
      }
      try (SSLSocket known =
          connect(server, TestTls.trustingAsClient(TestTls.file("server.pem")))) {
        assertTrue(status(known).startsWith("HTTP/1.1 200 "));
      }
    }
  }

  @Test
  void silentConnectionsDoNotKeepTheOperatorOut() throws Exception {
    try (AdminServer server = server(Optional.empty())) {
      assertServesAmong(server, "");
    }
  }

  @Test
  void norDoThoseThatNeverEndTheirHandshake() throws Exception {
    try (AdminServer server = server(Optional.empty())) {
      // The head of a record with a ClientHello of 512 bytes, which never come.
      assertServesAmong(server, "\u0016\u0003\u0001\u0002\u0000\u0001");
    }
  }

  @Test
  void norDoThoseThatShookHandsAndStay() throws Exception {
    SSLContext trusting = TestTls.trusting(TestTls.file("server.pem"));
    List<Socket> others = new ArrayList<>();
    try (AdminServer server = server(Optional.empty())) {
      for (int i = 0; i < SILENT_CLIENTS / 4; i++) {
        SSLSocket other = connect(server, trusting);
        others.add(other);
        other.startHandshake();
      }
      assertServes(server);
    } finally {
      for (Socket other : others) {
        other.close();
      }
    }
  }

  private static void assertServesAmong(AdminServer server, String said) throws Exception {
    List<Socket> others = new ArrayList<>();
    try {
      for (int i = 0; i < SILENT_CLIENTS; i++) {
        Socket other = new Socket(InetAddress.getLoopbackAddress(), server.port());
        others.add(other);
        other.getOutputStream().write(said.getBytes(StandardCharsets.ISO_8859_1));
        if (i % 100 == 99) {
          assertServes(server);
        }
      }
    } finally {
      for (Socket other : others) {
        other.close();
      }
    }
  }

  private static void assertServes(AdminServer server) throws Exception {
    try (SSLSocket socket = connect(server, TestTls.trusting(TestTls.file("server.pem")))) {
      assertTrue(status(socket).startsWith("HTTP/1.1 200 "));
    }
  }

  private static SSLSocket connect(AdminServer server, SSLContext trusting) throws Exception {
    SSLSocket socket =
        (SSLSocket)
            trusting
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** The head of the answer, on a connection that goes on. */
  private static String status(SSLSocket socket) throws IOException {
    socket
        .getOutputStream()
        .write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8));
    StringBuilder answer = new StringBuilder();
    while (answer.indexOf("alive\n") < 0) {
      int c = socket.getInputStream().read();
      if (c < 0) {
        throw new IOException("hung up after " + answer);
      }
      answer.append((char) c);
    }
    return answer.toString();
  }

  private static String subject(SSLSocket socket) throws Exception {
    X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
    return certificate.getSubjectX500Principal().getName();
  }
}
