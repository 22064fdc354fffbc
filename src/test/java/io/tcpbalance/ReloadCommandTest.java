package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.tcpbalance.testing.LoneGround;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code tcpbalance reload} against a daemon that answers what it is told to. */
class ReloadCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private HttpServer daemon;
  private String request = "";

  @TempDir private Path directory;

  @BeforeEach
  void listen() throws Exception {
    daemon = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    daemon.start();
  }

  @AfterEach
  void stop() {
    daemon.stop(0);
  }

  @Test
  void printsWhatChangedAndFindsDaemonByItsConfiguration() throws Exception {
    answer(
        200,
        "{\"changed\": [\"proxy a: added\"], \"needsRestart\": [\"relay\"], \"warnings\": [\"w\"]}");
    Path file = directory.resolve("test.conf");
    Files.writeString(
        file, "tcpbalance { admin { port = " + port() + ", token = geheim-geheim-geheim } }");

    assertEquals(0, run("-c", file.toString()));

    assertEquals("POST /api/v1/reload Bearer geheim-geheim-geheim", request);
    assertEquals("proxy a: added\nneeds a restart: relay\n", out.toString());
    assertEquals("warning: w\n", err.toString());
  }

  @Test
  void printsEveryProblemOfBadConfiguration() {
    answer(422, "{\"error\": \"no\", \"status\": 422, \"problems\": [\"f:1: x\", \"f:2: y\"]}");

    assertEquals(64, run("--url", url()));

    assertEquals("f:1: x\nf:2: y\ntcpbalance: no\n", err.toString());
  }

  @Test
  void tellsWhatCouldNotBeDone() {
    answer(409, "{\"error\": \"in use\", \"status\": 409, \"changed\": [\"proxy a: added\"]}");

    assertEquals(69, run("--url", url()));

    assertEquals("proxy a: added\n", out.toString());
    assertEquals("tcpbalance: in use\n", err.toString());
  }

  @Test
  void saysThatNothingHasChanged() {
    answer(200, "{\"changed\": [], \"needsRestart\": [], \"warnings\": []}");

    assertEquals(0, run("--url", url(), "--token", "given"));

    assertEquals("nothing has changed\n", out.toString());
    assertEquals("POST /api/v1/reload Bearer given", request);
  }

  @Test
  void saysThatNobodyListens() {
    String url = url();
    daemon.stop(0);

    assertEquals(69, run("--url", url));

    assertEquals(
        "tcpbalance: no answer from "
            + url
            + ": nobody listens there; is the daemon running, and is that its admin address? Name it"
            + " with --url, TCPBALANCE_URL or -c FILE\n",
        err.toString());
  }

  @Test
  void saysThatItIsNotTheDaemon() {
    answer(200, "<html>");

    assertEquals(69, run("--url", url()));

    assertTrue(err.toString().contains("what answers there is no TCPBalance"));
  }

  @Test
  void asksNobodyIfTheFileIsBad() throws Exception {
    Path file = directory.resolve("test.conf");
    Files.writeString(file, "tcpbalance { nonsense = 1 }");

    assertEquals(64, run("-c", file.toString()));

    assertTrue(err.toString().contains("the daemon was not asked; nothing is changed"));
  }

  @Test
  void saysHowToFindDaemonWhoseAddressIsNotConfigured() throws Exception {
    Path file = directory.resolve("test.conf");
    Files.writeString(file, "tcpbalance { admin.port = 0 }");
    assertEquals(69, run("-c", file.toString()));
    assertTrue(err.toString().contains("name it with --url"));

    Files.writeString(file, "tcpbalance { admin.enabled = false }");
    assertEquals(69, run("-c", file.toString()));
    assertTrue(err.toString().contains("send the daemon a SIGHUP"));

    assertEquals(64, run("--url", "nowhere"));
  }

  private void answer(int status, String body) {
    daemon.createContext(
        "/",
        exchange -> {
          request =
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization");
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  private int port() {
    return daemon.getAddress().getPort();
  }

  private String url() {
    return "http://127.0.0.1:" + port();
  }

  private int run(String... arguments) {
    CommandLine commandLine = Main.commandLine(new LoneGround());
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    String[] all = new String[arguments.length + 1];
    all[0] = "reload";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return commandLine.execute(all);
  }
}
