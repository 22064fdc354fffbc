package io.tcpbalance.admin.http;

import static io.tcpbalance.admin.http.AdminServer.backend;
import static io.tcpbalance.admin.http.AdminServer.proxy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Clients that want to occupy the server: they neither keep others out nor cost memory. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileClientsTest {

  private static final int SILENT_CLIENTS = 500;
  private static final int BIG_BYTES = 50 << 20;

  private ActorTestKit kit;
  private static final String HALF_A_LOGIN =
      "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\n"
          + "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{";

  private AdminServer server;

  @BeforeAll
  void startServer() throws Exception {
    kit = ActorTestKit.create();
    server = AdminServer.of(kit, proxy("farm", backend("a", 3632, 4)));
  }

  @AfterAll
  void stopServer() {
    server.close();
    kit.shutdownTestKit();
  }

  @Test
  void silentConnectionsDoNotKeepTheOperatorOut() throws Exception {
    assertServesAmong("");
  }

  @Test
  void norDoThoseThatNeverEndTheirRequest() throws Exception {
    assertServesAmong("POST /api/v1/proxies/farm/reset HTTP/1.1\r\nHost: localhost\r\nX-Slow: a");
  }

  @Test
  void norDoThoseThatWereServedOnceAndStay() throws Exception {
    assertServesAmong("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }

  /** They are not told that they are too slow, as they would be after some seconds. */
  @Test
  void whoeverKeepsHisLoginBackMakesRoomForTheNext() throws Exception {
    List<Socket> others = new ArrayList<>();
    try {
      for (int i = 0; i < 2 * ServerLimits.CROWD; i++) {
        Socket other = connect();
        others.add(other);
        other.getOutputStream().write(HALF_A_LOGIN.getBytes(StandardCharsets.US_ASCII));
      }
      int madeRoom = 0;
      for (Socket other : others) {
        madeRoom += isTooSlow(other) ? 0 : 1;
      }
      assertTrue(madeRoom >= ServerLimits.CROWD, madeRoom + " were closed");
    } finally {
      for (Socket other : others) {
        other.close();
      }
    }
  }

  private static boolean isTooSlow(Socket socket) throws IOException {
    try {
      byte[] answer = socket.getInputStream().readAllBytes();
      String text = new String(answer, StandardCharsets.US_ASCII);
      assertTrue(text.isEmpty() || text.contains(" 503 ") || text.contains(" 408 "), text);
      return text.contains(" 408 ");
    } catch (SocketException e) {
      return false;
    }
  }

  private void assertServesAmong(String said) throws Exception {
    List<Socket> others = new ArrayList<>();
    try {
      for (int i = 0; i < SILENT_CLIENTS; i++) {
        Socket other = connect();
        others.add(other);
        other.getOutputStream().write(said.getBytes(StandardCharsets.US_ASCII));
        if (i % 50 == 0) {
          assertTrue(
              firstLine("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").contains(" 200 "));
        }
      }
      assertTrue(firstLine("GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n").contains(" 200 "));
    } finally {
      for (Socket other : others) {
        other.close();
      }
    }
  }

  @Test
  void anEndlessHeaderIsRefused() throws Exception {
    assertRefused("GET /status HTTP/1.1\r\nHost: localhost\r\nX-Big: ");
  }

  @Test
  void anEndlessPathIsRefused() throws Exception {
    assertRefused("GET /");
  }

  @Test
  void aBodyThatSaysThatItIsTooBigIsRefused() throws Exception {
    assertRefused(
        "POST /api/v1/proxies/farm/backends HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/json\r\nContent-Length: "
            + BIG_BYTES
            + "\r\n\r\n");
  }

  @Test
  void aBodyThatGrowsTooBigIsRefused() throws Exception {
    assertRefused(
        "POST /api/v1/proxies/farm/backends HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            + Integer.toHexString(BIG_BYTES)
            + "\r\n");
  }

  /**
   * The server hangs up while it is spoken to, which may cost its answer; it never takes it all.
   */
  private void assertRefused(String head) throws Exception {
    long sent = 0;
    try (Socket client = connect()) {
      OutputStream out = client.getOutputStream();
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      byte[] noise = "a".repeat(16 * 1024).getBytes(StandardCharsets.US_ASCII);
      try {
        while (sent < BIG_BYTES && client.getInputStream().available() == 0) {
          out.write(noise);
          sent += noise.length;
        }
        String line = line(client.getInputStream());
        assertTrue(line.startsWith("HTTP/1.1 4"), line);
      } catch (IOException hungUp) {
        assertTrue(sent > 0);
      }
    }
    assertTrue(sent < BIG_BYTES / 2, "it took " + sent + " bytes");
    assertEquals(200, server.get("/healthz").statusCode());
  }

  private String firstLine(String request) throws IOException {
    try (Socket client = connect()) {
      client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return line(client.getInputStream());
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\r'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout(20_000);
    return socket;
  }
}
