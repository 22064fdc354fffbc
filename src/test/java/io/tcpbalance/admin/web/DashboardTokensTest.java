package io.tcpbalance.admin.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** Who may see the farm, and who may touch it. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardTokensTest {

  private Browser browser;
  private LiveFarm farm;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    browser = Browser.open();
    farm =
        LiveFarm.start(
            directory,
            """
            admin.tokens = [
              { name = ops, role = operate, token = operate-this }
              { name = wall, role = view, token = look-at-this }
            ]
            fault-injection = on
            """,
            """
            farm {
              listen { host = 127.0.0.1, port = 0 }
              health.check = none
              backends = [ { name = bld6, host = 127.0.0.1, port = 1, max-connections = 4 } ]
            }
            """);
  }

  @AfterAll
  void stop() {
    if (farm != null) {
      farm.close();
    }
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void nobodyIsSignedIn() {
    browser.go(farm.url());
    browser.js("return fetch('api/v1/session', { method: 'DELETE' })");
    browser.go(farm.url());
    browser.until("the form", () -> browser.count("form.sign-in") == 1);
  }

  @AfterEach
  void theBrowserHadNothingToComplainOf() {
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void showsNothingBeforeTheTokenIsRight() {
    signIn("no-such-token");
    browser.until("a refusal", () -> !browser.text(".problem").isEmpty());
    assertEquals(0, browser.count(".host"));

    signIn("operate-this");
    browser.until("the farm", () -> browser.count(".host") == 1);
    assertEquals("true", visible("Add host…"));
  }

  @Test
  void keepsTheTokenWhereNoScriptFindsIt() {
    signIn("operate-this");
    browser.until("the farm", () -> browser.count(".host") == 1);

    assertEquals(
        "",
        browser
            .js("return document.cookie + location.search + location.hash + sessionStorage.length")
            .toString()
            .replace("0", ""));
    assertEquals(false, browser.js("return JSON.stringify(localStorage).includes('operate')"));
  }

  @Test
  void letsAViewerLookOnly() {
    signIn("look-at-this");
    browser.until("the farm", () -> browser.count(".host") == 1);

    assertEquals("View only", browser.text("#role"));
    assertEquals("false", visible("Add host…"));
    assertEquals("false", visible("Reset all…"));
    assertEquals(
        "none", browser.js("return getComputedStyle(document.querySelector('.grip')).display"));
    browser.click(".host-name");
    browser.until("the sheet", () -> browser.count("dialog[open]") == 1);
    assertEquals(
        "Close",
        browser.js(
            "return [...document.querySelectorAll('dialog button')].map(b => b.textContent).join()"));
  }

  @Test
  void forgetsWhatWasSeenWithTheOneWhoLeaves() {
    signIn("operate-this");
    browser.until("the farm", () -> browser.count(".host") == 1);

    browser.click("#sign-out");
    browser.until("the form", () -> browser.count("form.sign-in") == 1);
    browser.until("nothing is left", () -> browser.count(".host, .notices li, #proxies a") == 0);
    assertEquals(
        true,
        browser.js("return fetch('api/v1/session').then(r => r.json()).then(s => s.loginNeeded)"));
  }

  private void signIn(String token) {
    browser.type("token", token, Keys.ENTER);
  }

  private String visible(String button) {
    return String.valueOf(
        browser.js(
            "return [...document.querySelectorAll('button')]"
                + ".filter(b => b.textContent === arguments[0] && b.checkVisibility()).length > 0",
            button));
  }
}
