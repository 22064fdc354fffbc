package io.tcpbalance.admin.http;

import static io.tcpbalance.admin.http.AdminServer.backend;
import static io.tcpbalance.admin.http.AdminServer.proxy;
import static io.tcpbalance.admin.http.ReadingTest.assertError;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** None of these bodies changes anything, so one server serves them all. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BodiesTest {

  private static final String BACKENDS = "/api/v1/proxies/farm/backends";

  private ActorTestKit kit;
  private AdminServer server;

  @BeforeAll
  void startServer() throws Exception {
    kit = ActorTestKit.create();
    server = AdminServer.of(kit, proxy("farm", backend("a", 3632, 4)));
  }

  @AfterAll
  void stopServer() throws Exception {
    assertEquals(List.of("a"), server.json(BACKENDS).findValuesAsText("name"));
    server.close();
    kit.shutdownTestKit();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{\"name\": \"c\"",
        "{\"name\": \"c\"} x",
        "{\"name\": \"c\"}{}",
        "{'name': 'c'}",
        "{name: \"c\"}",
        "{\"name\": \"c\",}",
        "{\"name\": \"c\", \"name\": \"d\"}",
        "{\"name\": \"c\\q\"}",
        "{\"name\": \"c\", \"port\": 01}",
        "{\"name\": \"c\", \"port\": NaN}",
        "[[[[[[[[[[[[]]]]]]]]]]]]",
        "name=c"
      })
  void answersMalformedJsonWith400(String body) throws Exception {
    assertError(400, "the body is not valid JSON: ", server.send("POST", BACKENDS, body));
    assertError(400, "the body is not valid JSON: ", server.send("PATCH", BACKENDS + "/a", body));
  }

  @Test
  void answersNonUtf8With400() throws Exception {
    HttpResponse<String> response =
        server.send(
            server
                .request(BACKENDS)
                .header("Content-Type", "application/json")
                .POST(
                    BodyPublishers.ofByteArray(
                        "{\"name\": \"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1))));

    assertError(400, "the body is not valid JSON: ", response);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          []                                     | the body must be a JSON object
          null                                   | the body must be a JSON object
          "c"                                    | the body must be a JSON object
          {}                                     | name is missing
          {"name": ""}                           | name must be 1 to 253 of A-Z
          {"name": "a b"}                        | name must be 1 to 253 of A-Z
          {"name": "a/b"}                        | name must be 1 to 253 of A-Z
          {"name": null}                         | name must be
          {"name": 7}                            | not 7
          {"name": ["c"]}                        | name must be
          {"name": "a:b"}                        | host is missing, and the name cannot be a host
          {"name": "c", "host": ""}              | host must be
          {"name": "c", "host": "a b"}           | host must be
          {"name": "c", "host": "[::1]"}         | host must be an IP address without brackets
          {"name": "c", "host": "300.1.1.1"}     | host must be
          {"name": "c", "host": null}            | host must be
          {"name": "c", "port": 0}               | port must be an integer from 1 to 65535, not 0
          {"name": "c", "port": 65536}           | port must be an integer from 1 to 65535
          {"name": "c", "port": "3632"}          | not "3632"
          {"name": "c", "port": 3632.0}          | not 3632.0
          {"name": "c", "port": 1e3}             | port must be an integer
          {"name": "c", "port": true}            | port must be an integer
          {"name": "c", "port": null}            | port must be an integer
          {"name": "c", "port": 4294967297}      | port must be an integer
          {"name": "c", "port": 99999999999999999999999999} | port must be an integer
          {"name": "c", "maxConnections": 0}     | maxConnections must be an integer from 1 to 100000
          {"name": "c", "maxConnections": 100001} | maxConnections must be an integer
          {"name": "c", "maxConnections": -1}    | maxConnections must be an integer
          {"name": "c", "maxConnections": {}}    | maxConnections must be an integer
          {"name": "c", "maxConnections": "Auto"} | maxConnections must be an integer
          {"name": "c", "statsPort": 0}          | statsPort must be an integer from 1 to 65535
          {"name": "c", "state": "UP"}           | state must be "up", "drain" or "down", not "UP"
          {"name": "c", "state": 1}              | state must be
          {"name": "c", "state": null}           | state must be
          {"name": "c", "compilers": "gcc"}      | compilers must be a list of at most 1000
          {"name": "c", "compilers": null}       | compilers must be a list
          {"name": "c", "compilers": [1]}        | not [1]
          {"name": "c", "compilers": ["bin/cc"]} | names such as gcc-12 or clang-*, without a path
          {"name": "c", "after": 1}              | after must be the name of a back-end, or null
          {"name": "c", "after": "a b"}          | after must be
          {"name": "c", "Port": 1}               | unknown field 'Port', the fields are name, host, port, maxConnections, statsPort, state, compilers, after
          {"port": 0, "state": 1}                | name is missing; port must be an integer
          """)
  void refusesToAdd(String body, String problem) throws Exception {
    HttpResponse<String> response = server.send("POST", BACKENDS, body);

    assertEquals(422, response.statusCode(), response.body());
    String error = AdminServer.json(response).get("error").textValue();
    assertTrue(error.contains(problem), error);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                     | there must be either dir or jars
          {"dir": "/opt", "jars": ["/opt/a.jar"]} | there must be either dir or jars
          {"dir": "opt"}                         | dir must be the absolute path
          {"jars": []}                           | jars must be a list of 1 to 256
          {"jars": "/opt/a.jar"}                 | jars must be a list
          {"jars": ["opt/a.jar"]}                | jars must be a list
          {"jars": ["/opt/a.zip"]}               | end in .jar, not ["/opt/a.zip"]
          {"jars": [1]}                          | jars must be a list
          {"dir": "/opt", "sha256": []}          | sha256 must be an object
          {"dir": "/opt", "sha256": {"a.jar": 1}} | sha256 must be an object
          {"dir": "/opt", "sha256": {"a.jar": "AB"}} | 64 lower-case hexadecimal digits
          {"dir": "/opt", "sums": {}}            | unknown field 'sums', the fields are dir, jars, sha256
          """)
  void refusesToUpgrade(String body, String problem) throws Exception {
    HttpResponse<String> response = server.send("POST", "/api/v1/upgrade", body);

    assertEquals(422, response.statusCode(), response.body());
    String error = AdminServer.json(response).get("error").textValue();
    assertTrue(error.contains(problem), error);
  }

  @Test
  void answersABodyThatIsWrongAThousandTimesInAFewWords() throws Exception {
    StringBuilder body = new StringBuilder("{\"name\": \"c\"");
    for (int i = 0; i < 1000; i++) {
      body.append(", \"x").append(i).append("\": 1");
    }

    HttpResponse<String> response = server.send("POST", BACKENDS, body.append('}').toString());

    assertError(422, "; and 990 more", response);
    assertTrue(response.body().length() < 2000, response.body());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                      | give at least one of state, maxConnections, after, compilers
          []                      | the body must be a JSON object
          {"state": "off"}        | state must be
          {"maxConnections": 4.0} | maxConnections must be an integer from 1 to 100000 or "auto", not 4.0
          {"after": false}        | after must be
          {"compilers": [""]}     | compilers must be
          {"name": "c"}           | unknown field 'name', the fields are state, maxConnections, after, compilers
          {"state": "up", "x": 1} | unknown field 'x'
          """)
  void refusesToChange(String body, String problem) throws Exception {
    assertError(422, problem, server.send("PATCH", BACKENDS + "/a", body));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"text/plain", "application/x-www-form-urlencoded", "text/json", "application/xml"})
  void answersOtherContentTypesWith415(String type) throws Exception {
    HttpResponse<String> response =
        server.send(
            server
                .request(BACKENDS)
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString("{\"name\": \"c\"}")));

    assertError(415, "Content-Type: application/json", response);
  }

  @Test
  void answersMissingContentTypeWith415() throws Exception {
    HttpResponse<String> response =
        server.send(server.request(BACKENDS).POST(BodyPublishers.ofString("{\"name\": \"c\"}")));

    assertError(415, "Content-Type: application/json", response);
  }

  @Test
  void takesContentTypeWithCharset() throws Exception {
    HttpResponse<String> response =
        server.send(
            server
                .request(BACKENDS)
                .header("Content-Type", "Application/JSON; charset=utf-8")
                .POST(BodyPublishers.ofString("{}")));

    assertError(422, "name is missing", response);
  }

  @Test
  void takesBodyOf64KiB() throws Exception {
    String body = "{\"name\": \"\"}";

    assertError(
        422, "name must be", server.send("POST", BACKENDS, " ".repeat((1 << 16) - 12) + body));
  }

  @ParameterizedTest
  @ValueSource(ints = {(1 << 16) + 1, 1 << 17, 1 << 21})
  void answersLargerBodyWith413(int bytes) throws Exception {
    assertError(413, "larger than 65536 bytes", server.send("POST", BACKENDS, " ".repeat(bytes)));
  }

  @Test
  void answersLargerBodyOfUnknownLengthWith413() throws Exception {
    HttpResponse<String> response =
        server.send(
            server
                .request(BACKENDS)
                .header("Content-Type", "application/json")
                .POST(
                    BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(new byte[1 << 17]))));

    assertError(413, "larger than 65536 bytes", response);
  }

  @Test
  void answersSlowBodyWith408() throws Exception {
    String head =
        "POST "
            + BACKENDS
            + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Content-Length: 100\r\nConnection: close\r\n\r\n{";

    String answer = server.raw(head);

    assertTrue(answer.startsWith("HTTP/1.1 408 "), answer);
    assertTrue(answer.contains("\"status\":408"), answer);
  }

  @Test
  void survivesClientThatLeavesInTheMiddle() throws Exception {
    String head =
        "POST "
            + BACKENDS
            + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Content-Length: 100\r\n\r\n{";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    }

    assertEquals(200, server.get("/healthz").statusCode());
  }
}
