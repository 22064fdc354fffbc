package io.tcpbalance.admin.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The dashboard's files as HTTP serves them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardFilesTest {

  private static final Pattern REFERENCE = Pattern.compile("(?:href|src)=\"(web/[^\"]+)\"");

  private final ActorTestKit kit = ActorTestKit.create();
  private AdminServer server;

  @BeforeAll
  void start() throws Exception {
    server = AdminServer.withToken(kit, "secret", AdminServer.proxy("farm"));
  }

  @AfterAll
  void stop() {
    server.close();
    kit.shutdownTestKit();
  }

  @ParameterizedTest
  @CsvSource({
    "/, text/html; charset=UTF-8",
    "/web/app.js, application/javascript; charset=UTF-8",
    "/web/base.css, text/css; charset=UTF-8",
    "/web/icon.svg, image/svg+xml",
    "/web/uplot/uPlot.esm.js, application/javascript; charset=UTF-8",
    "/web/uplot/uPlot.min.css, text/css; charset=UTF-8"
  })
  void servesThePageToEverybodyAndOnlyItself(String path, String type) throws Exception {
    HttpResponse<String> answer = server.get(path);

    assertEquals(200, answer.statusCode());
    assertEquals(type, header(answer, "Content-Type"));
    assertEquals("nosniff", header(answer, "X-Content-Type-Options"));
    assertEquals("no-cache", header(answer, "Cache-Control"));
    assertEquals(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        header(answer, "Content-Security-Policy"));
  }

  @Test
  void servesAllThatThePageNames() throws Exception {
    String page = server.get("/").body();

    long found = 0;
    for (String path : (Iterable<String>) references(page)::iterator) {
      assertEquals(200, server.get("/" + path).statusCode(), path);
      found++;
    }
    assertTrue(found >= 6, "references in the page: " + found);
    assertFalse(page.contains("//"), "nothing comes from elsewhere: " + page);
  }

  private static Stream<String> references(String page) {
    return REFERENCE.matcher(page).results().map(match -> match.group(1));
  }

  @Test
  void tellsABrowserThatItsCopyIsTheSame() throws Exception {
    String tag = header(server.get("/web/app.js"), "ETag");

    for (String known : new String[] {tag, "W/" + tag, "\"other\", " + tag, "*"}) {
      HttpResponse<String> answer =
          server.send(server.request("/web/app.js").header("If-None-Match", known).GET());

      assertEquals(304, answer.statusCode(), known);
      assertEquals("", answer.body());
      assertEquals(tag, header(answer, "ETag"));
    }
    HttpResponse<String> other =
        server.send(server.request("/web/app.js").header("If-None-Match", "\"other\"").GET());
    assertEquals(200, other.statusCode());
  }

  @Test
  void answersHeadWithoutABody() throws Exception {
    HttpResponse<String> answer = server.send("HEAD", "/");

    assertEquals(200, answer.statusCode());
    assertEquals("", answer.body());
    assertEquals(header(server.get("/"), "ETag"), header(answer, "ETag"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/web",
        "/web/",
        "/web/index.html",
        "/web/nothing.js",
        "/web/../reference.conf",
        "/web/%2e%2e/reference.conf",
        "/web/..%2freference.conf",
        "/web//app.js",
        "/web/uplot/uPlot.cjs.js",
        "/web/app.js/",
        "/web/app.js%00"
      })
  void servesNoOtherFile(String path) throws Exception {
    String answer = server.raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

    assertFalse(answer.startsWith("HTTP/1.1 200"), answer);
  }

  @Test
  void isNotWrittenTo() throws Exception {
    for (String path : new String[] {"/", "/web/app.js"}) {
      HttpResponse<String> answer =
          server.send(
              server
                  .request(path)
                  .header("Authorization", "Bearer secret")
                  .POST(BodyPublishers.noBody()));

      assertEquals(405, answer.statusCode(), path);
      assertEquals("GET", header(answer, "Allow"));
    }
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }
}
