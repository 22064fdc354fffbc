package io.tcpbalance.admin.http;

import static io.tcpbalance.admin.http.AdminServer.backend;
import static io.tcpbalance.admin.http.AdminServer.proxy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.StringJoiner;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Requests of every shape: none hangs, none is a bug, and each failure is told as JSON. */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminFuzzTest {

  private static final int REQUESTS = Boolean.getBoolean("tcpbalance.long") ? 100_000 : 3_000;

  private static final List<String> METHODS =
      List.of("GET", "GET", "POST", "POST", "POST", "PATCH", "PATCH", "DELETE", "PUT", "OPTIONS");
  private static final List<String> SEGMENTS =
      List.of(
          "",
          "api",
          "v1",
          "proxies",
          "farm",
          "x",
          "backends",
          "a",
          "b",
          "reset",
          "actors",
          "kill",
          "sessions",
          "waiting",
          "status",
          "healthz",
          "readyz",
          "..",
          ".",
          "%2e%2e",
          "%00",
          "%ff",
          "%zz",
          "%",
          "a%2fb",
          "1",
          "-1",
          "99999999999999999999",
          "é",
          "a%20b",
          "[",
          "\"",
          "~",
          ";a=b",
          ":");
  private static final List<String> BASES =
      List.of(
          "/api/v1/proxies/farm/backends",
          "/api/v1/proxies/farm/backends/a",
          "/api/v1/proxies/farm/backends/b",
          "/api/v1/proxies/farm",
          "/api/v1/actors",
          "/api/v1/actors/kill",
          "/api/v1/proxies");
  private static final List<String> QUERIES =
      List.of(
          "",
          "",
          "",
          "?limit=5",
          "?limit=",
          "?limit=%",
          "?limit=%zz",
          "?force=true",
          "?force",
          "?&&==",
          "?a=%c3%28",
          "?limit=1&limit=x",
          "?[]",
          "?force=%00",
          "?\"");
  private static final List<String> TYPES =
      List.of(
          "application/json",
          "application/json",
          "application/json",
          "application/json",
          "application/json;charset=utf-16",
          "text/plain",
          "a",
          "/",
          "");
  private static final List<String> GOOD_FIELDS =
      List.of(
          "\"name\":\"a\"",
          "\"name\":\"b\"",
          "\"name\":\"c\"",
          "\"state\":\"up\"",
          "\"state\":\"down\"",
          "\"maxConnections\":3",
          "\"compilers\":[\"gcc\"]",
          "\"after\":null",
          "\"after\":\"a\"",
          "\"path\":\"/user/proxy-farm/sessions/session-1\"",
          "\"port\":3634");
  private static final List<String> KEYS =
      List.of(
          "name",
          "host",
          "port",
          "maxConnections",
          "state",
          "compilers",
          "after",
          "path",
          "x",
          "",
          "\\u0000");
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "1",
          "4",
          "-1",
          "65535",
          "100001",
          "4.0",
          "1e400",
          "9e99999999999",
          "99999999999999999999",
          "\"\"",
          "\"a\"",
          "\"b\"",
          "\"up\"",
          "\"drain\"",
          "\"down\"",
          "\"10.0.0.1\"",
          "\"/user\"",
          "\"/user/x\"",
          "\"\\ud800\"",
          "\"\\u0000\"",
          "{}",
          "[]",
          "[[[[[[[[[[[[",
          "\"é\"",
          "\"" + "x".repeat(300) + "\"",
          "-",
          "tru",
          "'");

  private ActorTestKit kit;
  private AdminServer server;

  @BeforeAll
  void startServer() throws Exception {
    kit = ActorTestKit.create();
    server = AdminServer.of(kit, proxy("farm", backend("a", 3632, 4), backend("b", 3633, 1)));
  }

  @AfterAll
  void stopServer() {
    server.close();
    kit.shutdownTestKit();
  }

  private record Answer(int status, String head, String body) {}

  @Test
  void everyRequestIsAnsweredAndNoneIsOurFault() throws Exception {
    long seed = Long.getLong("tcpbalance.seed", System.nanoTime());
    Random random = new Random(seed);
    int successes = 0;
    for (int i = 0; i < REQUESTS; i++) {
      byte[] request = request(random);
      String shown =
          "seed " + seed + ", request " + i + ": " + new String(request, StandardCharsets.UTF_8);
      Answer answer = exchange(request, shown);

      assertTrue(answer.status >= 200 && answer.status < 500, shown + "\n" + answer);
      if (answer.status >= 400) {
        assertTrue(answer.head.contains("content-type: application/json\r\n"), shown + answer);
        assertTrue(answer.body.matches("(?s)\\{\"error\":\".+\",\"status\":4..}"), shown + answer);
      } else {
        successes++;
      }
    }
    assertEquals(200, server.get("/readyz").statusCode());
    // One in 18 is, give or take a few: none at all would mean that nothing gets past the door.
    assertTrue(successes > REQUESTS / 100, "seed " + seed + ": only " + successes + " succeeded");
  }

  private static byte[] request(Random random) {
    String method = pick(random, METHODS);
    StringBuilder path = new StringBuilder();
    if (random.nextInt(3) > 0) {
      path.append(pick(random, BASES));
    }
    for (int i = random.nextInt(6) - 3; i > 0 || path.length() == 0; i--) {
      path.append('/').append(pick(random, SEGMENTS));
    }
    path.append(pick(random, QUERIES));
    byte[] body = body(random).getBytes(StandardCharsets.UTF_8);
    for (int i = random.nextInt(8) - 6; i > 0 && body.length > 0; i--) {
      body[random.nextInt(body.length)] = (byte) random.nextInt(256);
    }
    String head =
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: "
            + pick(random, TYPES)
            + "\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head.getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(body);
    return bytes.toByteArray();
  }

  private static String body(Random random) {
    StringJoiner body = new StringJoiner(",", "{", random.nextInt(10) == 0 ? "" : "}");
    for (int i = random.nextInt(4); i > 0; i--) {
      body.add(
          random.nextInt(4) > 0
              ? pick(random, GOOD_FIELDS)
              : "\"" + pick(random, KEYS) + "\":" + pick(random, VALUES));
    }
    return body.toString();
  }

  private static String pick(Random random, List<String> list) {
    return list.get(random.nextInt(list.size()));
  }

  private Answer exchange(byte[] request, String shown) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      String head = head(in).toLowerCase(Locale.ROOT);
      int length = 0;
      for (String line : head.lines().toList()) {
        if (line.startsWith("content-length: ")) {
          length = Integer.parseInt(line.substring(16));
        }
      }
      String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
      return new Answer(Integer.parseInt(head.substring(9, 12)), head, body);
    } catch (IOException e) {
      throw new AssertionError("no answer to " + shown, e);
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      if (c < 0) {
        throw new EOFException("after " + head);
      }
      head.append((char) c);
    }
    return head.toString();
  }
}
