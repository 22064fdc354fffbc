package io.tcpbalance.admin.http;

import static io.tcpbalance.admin.http.AdminServer.backend;
import static io.tcpbalance.admin.http.AdminServer.proxy;
import static io.tcpbalance.admin.http.ReadingTest.assertError;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.config.Role;
import io.tcpbalance.config.TokenSettings;
import io.tcpbalance.testing.HeardLog;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoginTest {

  private static final String VIEW = "looks-only";
  private static final String OPERATE = "changes-things";
  private static final String SESSION = "/api/v1/session";
  private static final String RESET = "/api/v1/proxies/farm/reset";

  private ActorTestKit kit;
  private AdminServer open;
  private AdminServer locked;

  @BeforeAll
  void startServers() throws Exception {
    kit = ActorTestKit.create();
    open = AdminServer.of(kit, proxy("farm", backend("a", 3632, 4)));
    locked =
        AdminServer.withTokens(
            kit,
            List.of(
                new TokenSettings("wallboard", Role.VIEW, VIEW),
                new TokenSettings("ci", Role.OPERATE, OPERATE)),
            proxy("farm", backend("a", 3632, 4)));
  }

  @AfterAll
  void stopServers() {
    open.close();
    locked.close();
    kit.shutdownTestKit();
  }

  @Test
  void tellsStrangersThatTheyMustLogIn() throws Exception {
    assertEquals("{\"role\":null,\"loginNeeded\":true,\"name\":null}", locked.get(SESSION).body());
  }

  @Test
  void tellsWhoeverComesThatHeMayOperateWithoutTokens() throws Exception {
    String anybody = "{\"role\":\"operate\",\"loginNeeded\":false,\"name\":null}";

    assertEquals(anybody, open.get(SESSION).body());
    assertEquals(anybody, open.send("POST", SESSION, "{\"token\":\"any\"}").body());
  }

  @Test
  void tellsWhoBearsAToken() throws Exception {
    HttpRequest.Builder request =
        locked.request(SESSION).header("Authorization", "Bearer " + VIEW).GET();

    assertEquals(
        "{\"role\":\"view\",\"loginNeeded\":false,\"name\":\"wallboard\"}",
        locked.send(request).body());
  }

  @Test
  void letsInByCookieWhoHasLoggedIn() throws Exception {
    HttpResponse<String> login = logIn(OPERATE);
    String cookie = cookie(login);

    assertEquals(200, login.statusCode());
    assertEquals("{\"role\":\"operate\",\"loginNeeded\":false,\"name\":\"ci\"}", login.body());
    assertEquals(200, send("GET", "/api/v1/proxies", cookie).statusCode());
    assertEquals(200, send("POST", RESET, cookie).statusCode());
    assertEquals(login.body(), send("GET", SESSION, cookie).body());
    assertEquals(200, send("GET", "/status", "a=b; " + cookie + "; c=d").statusCode());
  }

  @Test
  void keepsTheCookieFromScriptsAndOtherSites() throws Exception {
    String cookie = logIn(OPERATE).headers().firstValue("Set-Cookie").orElseThrow();

    assertTrue(
        cookie.matches("tcpbalance-session=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Strict"),
        cookie);
  }

  @Test
  void givesEachLoginANumberOfItsOwn() throws Exception {
    assertFalse(cookie(logIn(VIEW)).equals(cookie(logIn(VIEW))));
  }

  @Test
  void knowsNobodyByCookieWhoHasLoggedOut() throws Exception {
    String cookie = cookie(logIn(OPERATE));
    String other = cookie(logIn(OPERATE));

    HttpResponse<String> logOut = send("DELETE", SESSION, cookie);

    assertEquals(204, logOut.statusCode());
    assertTrue(logOut.headers().firstValue("Set-Cookie").orElseThrow().contains("=; Max-Age=0;"));
    assertError(401, "the login is over", send("GET", "/status", cookie));
    assertEquals(200, send("GET", "/status", other).statusCode());
  }

  @ParameterizedTest
  @CsvSource({"x", "''", "wrong-token", "looks-onl", "CHANGES-THINGS"})
  void refusesWrongToken(String token) throws Exception {
    HttpResponse<String> response = logIn(token);

    assertError(401, "no token of this server", response);
    assertTrue(response.headers().firstValue("Set-Cookie").isEmpty());
    assertEquals(
        List.of("Bearer realm=\"TCPBalance\""),
        response.headers().allValues("WWW-Authenticate"),
        "a browser would ask in a window of its own");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | 422 | token is missing",
        "{\"token\":12345678} | 422 | token must be a text",
        "{\"token\":\"x\",\"user\":\"y\"} | 422 | unknown field",
        "[] | 422 | must be a JSON object",
        "token | 400 | not valid JSON"
      })
  void refusesWhatIsNoLogin(String body, int status, String error) throws Exception {
    assertError(status, error, locked.send("POST", SESSION, body));
  }

  @Test
  void refusesMadeUpCookie() throws Exception {
    for (String cookie : List.of("=", "=x", "=" + OPERATE, "=" + "A".repeat(43))) {
      assertEquals(401, send("GET", "/status", "tcpbalance-session" + cookie).statusCode(), cookie);
    }
  }

  @Test
  void aTokenCountsMoreThanALogin() throws Exception {
    HttpRequest.Builder request =
        locked
            .request(RESET)
            .header("Cookie", cookie(logIn(OPERATE)))
            .header("Authorization", "Bearer " + VIEW)
            .POST(BodyPublishers.noBody());

    assertError(403, "may only view", locked.send(request));
  }

  @ParameterizedTest
  @CsvSource({
    "POST,/api/v1/proxies/farm/reset",
    "POST,/api/v1/proxies/farm/backends",
    "PATCH,/api/v1/proxies/farm/backends/a",
    "DELETE,/api/v1/proxies/farm/backends/a",
    "POST,/api/v1/actors/kill",
    "POST,/api/v1/reload",
    "PUT,/nothing",
    "OPTIONS,/status"
  })
  void mayOnlyReadWithRoleView(String method, String path) throws Exception {
    String cookie = cookie(logIn(VIEW));

    assertError(403, "the role of 'wallboard' is view", send(method, path, cookie));
    assertError(
        403,
        "may only view",
        locked.send(
            locked
                .request(path)
                .header("Authorization", "Bearer " + VIEW)
                .method(method, BodyPublishers.noBody())));
  }

  @ParameterizedTest
  @CsvSource({"GET,/status", "HEAD,/status", "GET,/api/v1/proxies", "GET,/api/v1/actors"})
  void readsEverythingWithRoleView(String method, String path) throws Exception {
    assertEquals(200, send(method, path, cookie(logIn(VIEW))).statusCode());
  }

  @ParameterizedTest
  @CsvSource({"POST,/api/v1/session", "DELETE,/api/v1/session", "POST,/api/v1/proxies/farm/reset"})
  void refusesOtherSitesWhateverCookieTheBrowserAdds(String method, String path) throws Exception {
    HttpRequest.Builder request =
        locked
            .request(path)
            .header("Cookie", cookie(logIn(OPERATE)))
            .header("Origin", "http://evil.example")
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString("{\"token\":\"" + VIEW + "\"}"));

    assertError(403, "another site", locked.send(request));
  }

  @Test
  void refusesForeignNameWithoutTokens() throws Exception {
    String answer =
        open.raw("GET " + SESSION + " HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");

    assertTrue(answer.startsWith("HTTP/1.1 403 "), answer);
  }

  @Test
  void namesTheBearerInTheAuditTrail() throws Exception {
    try (HeardLog audit = new HeardLog("io.tcpbalance.state.AuditTrail")) {
      send("POST", RESET, cookie(logIn(OPERATE)));

      assertEquals(2, audit.lines().size());
      assertTrue(audit.lines().get(0).startsWith("logged in (asked by 'ci' at 127.0.0.1:"));
      assertTrue(
          audit
              .lines()
              .get(1)
              .startsWith("proxy farm: reset every back-end (asked by 'ci' at 127.0.0.1:"));
    }
  }

  @Test
  void sessionHasNoOtherMethods() throws Exception {
    HttpResponse<String> response = send("PUT", SESSION, cookie(logIn(OPERATE)));

    assertEquals(405, response.statusCode());
    assertEquals("DELETE, GET, POST", response.headers().firstValue("Allow").orElseThrow());
  }

  @Test
  void theEventsOfALoginEndWithIt() throws Exception {
    String cookie = cookie(logIn(VIEW));
    String other = cookie(logIn(VIEW));
    try (InputStream ending = events(cookie);
        InputStream lasting = events(other)) {
      send("DELETE", SESSION, cookie);

      ending.readAllBytes();
      assertEquals(200, send("GET", SESSION, other).statusCode());
      assertTrue(lasting.readNBytes(1).length == 1);
    }
  }

  private InputStream events(String cookie) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            locked.request("/api/v1/events").header("Cookie", cookie).GET().build(),
            BodyHandlers.ofInputStream())
        .body();
  }

  private HttpResponse<String> logIn(String token) throws Exception {
    return locked.send("POST", SESSION, "{\"token\":\"" + token + "\"}");
  }

  private static String cookie(HttpResponse<String> login) {
    return login.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
  }

  private HttpResponse<String> send(String method, String path, String cookie) throws Exception {
    return locked.send(
        locked.request(path).header("Cookie", cookie).method(method, BodyPublishers.noBody()));
  }
}
