package io.tcpbalance.admin.http;

import static io.tcpbalance.admin.http.AdminServer.backend;
import static io.tcpbalance.admin.http.AdminServer.proxy;
import static io.tcpbalance.admin.http.ReadingTest.assertError;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GuardTest {

  /** With what no header parser would take for a token. */
  private static final String TOKEN = "s3cret,=\"~!:{}@%";

  private static final String RESET = "/api/v1/proxies/farm/reset";

  private ActorTestKit kit;
  private AdminServer open;
  private AdminServer locked;

  @BeforeAll
  void startServers() throws Exception {
    kit = ActorTestKit.create();
    open = AdminServer.of(kit, proxy("farm", backend("a", 3632, 4)));
    locked = AdminServer.withToken(kit, TOKEN, proxy("farm", backend("a", 3632, 4)));
  }

  @AfterAll
  void stopServers() {
    open.close();
    locked.close();
    kit.shutdownTestKit();
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/status",
    "GET,/metrics",
    "GET,/api/v1/proxies/farm/history",
    "GET,/nothing",
    "GET,/api/v1/proxies",
    "GET,/api/v1/proxies/x",
    "GET,/api/v1/proxies/farm/sessions",
    "POST,/api/v1/proxies/farm/reset",
    "POST,/api/v1/proxies/farm/backends",
    "PATCH,/api/v1/proxies/farm/backends/a",
    "DELETE,/api/v1/proxies/farm/backends/a",
    "OPTIONS,/status",
    "GET,/healthz/../status",
    "GET,/healthz/%2e%2e/status"
  })
  void needsTokenForEveryRoute(String method, String path) throws Exception {
    HttpResponse<String> response = locked.send(method, path);

    assertError(401, "Authorization: Bearer TOKEN", response);
    assertEquals(
        List.of("Bearer realm=\"TCPBalance\"", "Basic realm=\"TCPBalance\", charset=\"UTF-8\""),
        response.headers().allValues("WWW-Authenticate"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/healthz", "/readyz"})
  void needsNoTokenForProbes(String path) throws Exception {
    assertEquals(200, locked.get(path).statusCode());
  }

  @Test
  void takesToken() throws Exception {
    for (String authorization :
        List.of(
            "Bearer " + TOKEN,
            "bearer  " + TOKEN,
            basic("", TOKEN),
            basic("admin", TOKEN),
            basic("", TOKEN).replace("Basic", "BASIC"))) {
      assertEquals(200, authorized("GET", "/status", authorization).statusCode(), authorization);
      assertEquals(200, authorized("POST", RESET, authorization).statusCode(), authorization);
    }
  }

  @Test
  void refusesAnythingElse() throws Exception {
    for (String authorization :
        List.of(
            TOKEN,
            "Bearer",
            "Bearer ",
            "Bearer " + TOKEN + "x",
            "Bearer " + TOKEN.substring(1),
            "Bearer " + TOKEN.toUpperCase(Locale.ROOT),
            "Digest " + TOKEN,
            "Basic " + TOKEN,
            "Basic",
            basic(TOKEN, ""),
            basic(TOKEN, "x"),
            basic("x", TOKEN + " "),
            "Bearer " + "x".repeat(5000))) {
      assertEquals(401, authorized("GET", "/status", authorization).statusCode(), authorization);
    }
  }

  private static String basic(String user, String password) {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  private HttpResponse<String> authorized(String method, String path, String authorization)
      throws Exception {
    return locked.send(
        locked
            .request(path)
            .header("Authorization", authorization)
            .method(method, BodyPublishers.noBody()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://evil.example",
        "https://evil.example:8080",
        "null",
        "http://localhost:1",
        "http://127.0.0.1",
        "http://user@127.0.0.1",
        "127.0.0.1",
        "",
        "://",
        "file://"
      })
  void refusesChangeFromForeignOrigin(String origin) throws Exception {
    HttpRequest.Builder request = open.request(RESET).header("Origin", origin);

    assertError(403, "another site", open.send(request.POST(BodyPublishers.noBody())));
  }

  @ParameterizedTest
  @CsvSource({"cross-site,403", "same-site,403", "same-origin,200", "none,200", "x,403"})
  void heedsWhatBrowserSaysOfTheSite(String site, int status) throws Exception {
    HttpRequest.Builder request = open.request(RESET).header("Sec-Fetch-Site", site);

    assertEquals(status, open.send(request.POST(BodyPublishers.noBody())).statusCode());
  }

  @Test
  void takesChangeFromOwnOrigin() throws Exception {
    for (String scheme : List.of("http", "https")) {
      String origin = scheme + "://127.0.0.1:" + open.port();
      HttpRequest.Builder request = open.request(RESET).header("Origin", origin);

      assertEquals(200, open.send(request.POST(BodyPublishers.noBody())).statusCode());
    }
  }

  @Test
  void refusesForeignOriginWithTokenToo() throws Exception {
    HttpRequest.Builder request =
        locked
            .request(RESET)
            .header("Authorization", basic("", TOKEN))
            .header("Origin", "http://evil.example");

    assertEquals(403, locked.send(request.POST(BodyPublishers.noBody())).statusCode());
  }

  @Test
  void letsOtherSitesLinkToPages() throws Exception {
    HttpRequest.Builder request =
        open.request("/status")
            .header("Origin", "http://evil.example")
            .header("Sec-Fetch-Site", "cross-site");

    HttpResponse<String> response = open.send(request.GET());

    assertEquals(200, response.statusCode());
    assertTrue(response.headers().firstValue("Access-Control-Allow-Origin").isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "evil.example,403",
    "evil.example:8080,403",
    "localhost.evil.example,403",
    "127.0.0.1.evil.example,403",
    "localhost,200",
    "LOCALHOST:9,200",
    "127.0.0.1,200",
    "10.1.2.3:8080,200",
    "[::1]:8080,200",
    "'',400",
    "a b,400",
    "[::1,400"
  })
  void servesOnlyItsOwnNamesWithoutToken(String host, int status) throws Exception {
    String answer = open.raw(request(host));

    assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
  }

  @Test
  void servesAnyNameWithToken() throws Exception {
    String answer =
        locked.raw(
            request("balance.example").replace("\r\n\r\n", "\r\nAuthorization: Bearer ")
                + TOKEN
                + "\r\n\r\n");

    assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
  }

  @Test
  void answersProbesUnderAnyName() throws Exception {
    String answer = open.raw(request("pod.example").replace("/status", "/readyz"));

    assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
  }

  private static String request(String host) {
    return "GET /status HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
  }
}
