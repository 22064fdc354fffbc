package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.tcpbalance.testing.Daemon;
import io.tcpbalance.testing.LoneGround;
import io.tcpbalance.testing.Shell;
import io.tcpbalance.testing.Shell.Ran;
import io.tcpbalance.testing.TestTls;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command line over https, and against servers that are none of ours. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class SecureClientTest {

  private static final char[] PASSWORD = "password".toCharArray();

  private HttpsServer server;
  private Path certificate;
  private Path directory;

  @BeforeAll
  void listen(@TempDir Path temporary) throws Exception {
    directory = temporary;
    Path keys = directory.resolve("keys.p12");
    certificate = directory.resolve("ca.pem");
    keytool(keys, "-genkeypair", "-keyalg", "EC", "-dname", "CN=test", "-ext", "san=ip:127.0.0.1");
    keytool(keys, "-exportcert", "-rfc", "-file", certificate.toString());
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    server.setHttpsConfigurator(new HttpsConfigurator(context(keys)));
    answer(server, 200, "[]");
    server.start();
  }

  @AfterAll
  void stop() {
    server.stop(0);
  }

  @Test
  void trustsCertificateThatIsNamed() {
    Ran ran = run("status", "--url", url("https"), "--cacert", certificate.toString());

    assertEquals(0, ran.exitCode(), ran.err());
    assertEquals("no proxy is configured\n", ran.out());
  }

  @Test
  void trustsNoOther() {
    Ran ran = run("status", "--url", url("https"));

    assertEquals(69, ran.exitCode());
    assertTrue(ran.err().contains("--cacert FILE"), ran.err());
  }

  @Test
  void checksTheName() {
    String url = url("https").replace("127.0.0.1", "localhost");

    Ran ran = run("status", "--url", url, "--cacert", certificate.toString());

    assertEquals(69, ran.exitCode(), ran.out());
    assertTrue(ran.err().contains("localhost"), ran.err());
  }

  @Test
  void trustsTheDaemonWhoseConfigurationItKnows() throws Exception {
    try (Daemon daemon = Daemon.of(configuration(0)).start()) {
      String line = daemon.awaitLine("HTTP interface listens on");
      int port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1).strip());

      Ran ran = run("reload", "-c", configuration(port).toString());

      assertEquals(0, ran.exitCode(), ran.err());
    }
  }

  private Path configuration(int port) throws IOException {
    return Files.writeString(
        directory.resolve("secure-" + port + ".conf"),
        """
        tcpbalance {
          admin { port = %d, tls { certificate = "%s", key = "%s" } }
          console.enabled = false
          proxies.a { listen { host = 127.0.0.1, port = 0 }, backends = [] }
        }
        """
            .formatted(
                port,
                TestTls.file("server.pem").toAbsolutePath(),
                TestTls.file("server.key").toAbsolutePath()));
  }

  @Test
  void saysThatFileIsNoCertificate() throws Exception {
    Path nonsense = Files.writeString(directory.resolve("nonsense.pem"), "nonsense");
    Path empty = Files.writeString(directory.resolve("empty.pem"), "");

    for (Path file : List.of(nonsense, empty)) {
      Ran ran = run("status", "--url", url("https"), "--cacert", file.toString());
      assertEquals(64, ran.exitCode());
      assertTrue(ran.err().contains(file.toString()), ran.err());
    }
  }

  @Test
  void saysThatPlainTextIsSpokenToTls() {
    Ran ran = run("status", "--url", url("http"));

    assertEquals(69, ran.exitCode());
  }

  @Test
  void saysWhatIsNoDaemon() throws Exception {
    assertEquals(69, answeredWith(200, "<html>").exitCode());
    assertEquals(69, answeredWith(404, "{}").exitCode());
    assertEquals(69, answeredWith(503, "{\"error\": \"later\"}").exitCode());
    assertEquals(70, answeredWith(500, "{\"error\": \"bug\"}").exitCode());
    assertEquals(77, answeredWith(403, "{\"error\": \"this token may only view\"}").exitCode());
    assertEquals(
        "tcpbalance: this token may only view\n",
        answeredWith(403, "{\"error\": \"this token may only view\"}").err());
    assertEquals(69, run("status", "--url", "http://no-such-host.invalid").exitCode());
  }

  @Test
  void stripsEscapeSequences() throws Exception {
    Ran ran =
        answeredWith(
            200,
            "[{\"name\": \"\\u001b[31mred\\u001b\", \"listen\": \"x\\nname\", \"backends\": []}]");

    assertEquals(0, ran.exitCode());
    assertTrue(ran.out().contains("?[31mred?"), ran.out());
    assertEquals(2, ran.out().lines().count(), ran.out());
  }

  private static Ran answeredWith(int status, String body) throws IOException {
    HttpServer plain =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    try {
      answer(plain, status, body);
      plain.start();
      return run("proxies", "--url", "http://127.0.0.1:" + plain.getAddress().getPort());
    } finally {
      plain.stop(0);
    }
  }

  private static void answer(HttpServer server, int status, String body) {
    server.createContext(
        "/",
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  private String url(String scheme) {
    return scheme + "://127.0.0.1:" + server.getAddress().getPort();
  }

  private static SSLContext context(Path keys) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, PASSWORD);
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private static void keytool(Path keys, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("-keystore", keys.toString(), "-alias", "test"));
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", new String(PASSWORD)));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
  }

  private static Ran run(String... arguments) {
    return Shell.run(Main.commandLine(new LoneGround()), arguments);
  }
}
