package io.tcpbalance.admin.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.tcpbalance.testing.FakeBackend;
import io.tcpbalance.testing.Peer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
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

/** What one sees, on which screen, and what one is told when the server is away. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardViewTest {

  private Browser browser;
  private FakeBackend host;
  private LiveFarm farm;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    browser = Browser.open();
    host = FakeBackend.scripted();
    String proxy =
        """
            %s {
              listen { host = 127.0.0.1, port = 0 }
              health.check = none
              backends = [ { name = %s-1, host = 127.0.0.1, port = %d, max-connections = 2 } ]
            }
        """;
    farm =
        LiveFarm.start(
            directory,
            "",
            proxy.formatted("mail", "mx", host.address().getPort()),
            proxy.formatted("web", "www", 1));
  }

  @AfterAll
  void stop() throws Exception {
    if (farm != null) {
      farm.close();
    }
    if (host != null) {
      host.close();
    }
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void isLive() {
    browser.size(1280, 900);
    browser.prefer("light");
    browser.go(farm.url());
    browser.until("it is live", () -> browser.text("#link").equals("Live"));
    browser.until("the host", () -> browser.count("[data-name=mx-1]") == 1);
  }

  @AfterEach
  void theBrowserHadNothingToComplainOf() {
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void showsSessionsInTilesAndWhoWaits() throws Exception {
    List<Peer> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        clients.add(
            Peer.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), farm.port("mail"))));
      }
      browser.until("two tiles", () -> browser.count(".hosts [data-phase=relaying]") == 2);
      browser.until("one waits", () -> browser.count(".side [data-session]") == 1);

      assertEquals("2/2", browser.text(".host .load"));
      assertEquals(
          "Slot 1: relaying, for ",
          browser.attribute(".hosts [data-session]", "aria-label").substring(0, 22));
      clients.remove(0).reset();
      browser.until("nobody waits", () -> browser.text(".side").contains("Nobody waits."));
    } finally {
      for (Peer client : clients) {
        client.reset();
      }
    }
    browser.until("idle", () -> browser.count(".hosts [data-phase=idle]") == 2);
  }

  @Test
  void drawsTheLastHalfHour() {
    browser.until("five charts", () -> browser.count(".chart canvas") == 5);

    browser.until("a value", () -> !browser.text(".card .value").equals("–"));
    assertEquals(
        "Jobs per second, last 30 minutes: at most 0", browser.attribute(".chart", "aria-label"));
  }

  @Test
  void showsOneProxyOfSeveral() {
    browser.click("#proxies a[href='#web']");
    browser.until("the other proxy", () -> browser.text("#proxy-name").equals("web"));
    assertEquals("www-1", browser.attribute(".host", "data-name"));
    browser.keys("1");
    browser.until("the first one", () -> browser.text("#proxy-name").equals("mail"));
  }

  @Test
  void fitsAPhone() {
    browser.size(390, 800);
    browser.until("it is narrow", () -> (long) browser.js("return innerWidth") == 390);
    assertFits();

    browser.press("Add host…");
    assertFits();
    browser.press("Cancel");
    browser.click(".host-name");
    browser.until("the sheet", () -> browser.count("dialog[open]") == 1);
    assertFits();
  }

  private void assertFits() {
    assertEquals(
        0L,
        browser.js(
            "const page = document.documentElement; return page.scrollWidth - page.clientWidth"),
        "nothing to scroll to the side");
  }

  @Test
  void isDarkWhereTheSystemOrTheUserSaysSo() {
    String light = background();
    browser.prefer("dark");
    browser.until("it is dark", () -> !background().equals(light));

    browser.click("#theme");
    assertEquals("Theme: light", browser.text("#theme"));
    assertEquals(light, background());
    browser.click("#theme");
    assertEquals("Theme: dark", browser.text("#theme"));
    assertNotEquals(light, background());
    browser.prefer("light");
    browser.go(farm.url());
    browser.until("it is remembered", () -> browser.text("#theme").equals("Theme: dark"));
    assertNotEquals(light, background());
    browser.click("#theme");
    assertEquals(light, background());
  }

  private String background() {
    return String.valueOf(browser.js("return getComputedStyle(document.body).backgroundColor"));
  }

  @Test
  void hasALabelOnAllThatCanBePressed() {
    browser.click(".host-name");
    browser.until("the sheet", () -> browser.count("dialog[open]") == 1);

    assertEquals(
        0L,
        browser.js(
            "return [...document.querySelectorAll('button, input, select, a')].filter(node =>"
                + " !(node.getAttribute('aria-label') || node.labels?.length || node.textContent.trim())).length"));
    assertEquals(1, browser.count("main"));
    assertEquals(1, browser.count("h1"));
    assertEquals("Proxies", browser.attribute("nav", "aria-label"));
  }

  @Test
  void showsWhereTheKeyboardIs() {
    browser.js("document.activeElement.blur()");
    browser.keys(Keys.TAB);
    assertEquals("Skip to the farm", browser.focused());
    browser.keys(Keys.TAB, Keys.TAB);

    assertNotEquals(
        "none", browser.js("return getComputedStyle(document.activeElement).outlineStyle"));
  }

  @Test
  void saysWhenItIsStaleAndComesBackByItself() throws Exception {
    farm.close();
    browser.until("it says so", () -> browser.text("#link").equals("Reconnecting"));
    browser.js("const now = Date.now; Date.now = () => now() + 12_000"); // twelve seconds later
    browser.until("it is stale", () -> browser.text("#link").equals("Stale"));
    assertEquals(true, browser.js("return document.getElementById('stale').checkVisibility()"));

    farm = farm.again();
    browser.until("it is live again", () -> browser.text("#link").equals("Live"));
    assertEquals(false, browser.js("return document.getElementById('stale').checkVisibility()"));
    browser.until("the farm", () -> browser.count("[data-name=mx-1]") == 1);
  }
}
