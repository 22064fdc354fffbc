package io.tcpbalance.admin.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
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

/** Two daemons of one cluster, and the page of one of them, which shows both. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardNodesTest {

  private static final String FAR_HOST = ".host[data-name=far-1]";
  private static final String STATES_ASKED_FOR =
      "return performance.getEntriesByType('resource')"
          + ".filter(asked => asked.name.includes('/live?node=')).length";

  private Browser browser;
  private LiveFarm near;
  private LiveFarm far;
  private String farName;

  /** Only the far one votes, so that the near one without it is no majority. */
  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    browser = Browser.open();
    near = node(directory, "near", "vote = off");
    String seed = near.get("nodes").at("/nodes/0/address").asText();
    far = node(directory, "far", "seed-nodes = [\"" + seed + "\"]");
    browser.until(
        "two nodes",
        () ->
            farNode().path("version").isTextual()
                && farNode().path("status").asText().equals("up"));
    farName = farNode().get("name").asText();
  }

  private static LiveFarm node(Path directory, String name, String settings) throws Exception {
    return LiveFarm.start(
        Files.createDirectory(directory.resolve(name)),
        "cluster { enabled = on, port = 0, stable-after = 5m, %s }".formatted(settings),
        """
            %s {
              listen { host = 127.0.0.1, port = 0 }
              health.check = none
              backends = [ { name = %s-1, host = 127.0.0.1, port = 1, max-connections = 2 } ]
            }
        """
            .formatted(name, name));
  }

  private JsonNode farNode() {
    JsonNode nodes = near.get("nodes").path("nodes");
    return nodes.path(nodes.path(0).path("self").asBoolean() ? 1 : 0);
  }

  @AfterAll
  void stop() {
    if (far != null) {
      far.close();
    }
    if (near != null) {
      near.close();
    }
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void showsTheNodeThatServesThePage() {
    browser.go(near.url());
    browser.until("a switch", () -> browser.text("#node").startsWith("Node: 127.0.0.1:"));
    browser.until("it is live", () -> browser.text("#link").equals("Live"));
  }

  @AfterEach
  void theBrowserHadNothingToComplainOf() {
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void showsAndChangesTheNodeThatIsChosen() {
    browser.keys("n");
    browser.until("both nodes", () -> browser.count("dialog .nodes tbody tr") == 2);
    assertTrue(browser.text(row() + " th").contains(farName), browser.text(row()));
    assertTrue(browser.text(row()).contains("up"), browser.text(row()));
    assertTrue(browser.text(row()).contains("far"), browser.text(row()));

    browser.click(row() + " a");
    browser.until("its host", () -> browser.count(FAR_HOST) == 1);
    assertEquals("Node: " + farName, browser.text("#node"));
    assertEquals(0, browser.count(".host[data-name=near-1]"));
    browser.until("it is live", () -> browser.text("#link").equals("Live"));

    browser.click(FAR_HOST + " .host-name");
    browser.press("Drain…");
    browser.press("Drain");
    browser.until(
        "it is shown", () -> "draining".equals(browser.attribute(FAR_HOST, "data-status")));
    assertEquals("drain", far.backend("far", "far-1", "state"));
    browser.press("Undo");
    browser.until("it is undone", () -> "up".equals(browser.attribute(FAR_HOST, "data-status")));
    assertEquals("up", far.backend("far", "far-1", "state"));

    browser.until("a notice", () -> browser.count(".notices li") > 0);
    browser.js("document.querySelector('.notices li').dataset.marked = 'yes'");
    browser.js("performance.clearResourceTimings()");
    browser.until("two more states", () -> (long) browser.js(STATES_ASKED_FOR) >= 3);
    assertEquals(1, browser.count(".notices li[data-marked]"), "what is the same is not made anew");

    browser.click("#node");
    browser.click("dialog .nodes a:not([aria-current])");
    browser.until("the near one", () -> browser.count(".host[data-name=near-1]") == 1);
    assertFalse(browser.text("#node").contains(farName));
  }

  @Test
  void tellsThatANodeIsGoneAndWhenItIsBack() throws Exception {
    browser.go(near.url() + "?node=" + farName + "#far");
    browser.until("its host", () -> browser.count(FAR_HOST) == 1);

    far.signal("STOP");
    browser.until("a banner", () -> browser.text("#stale").contains("'" + farName + "'"));
    assertEquals("No answer", browser.text("#link"));
    assertEquals(1, browser.count("body.is-stale " + FAR_HOST));
    browser.until(
        "the majority is lost",
        () -> browser.text("#majority:not([hidden])").contains("majority of the cluster"));

    assertEquals("/#far", browser.attribute("#stale a:not([hidden])", "href"));

    far.signal("CONT");
    browser.until("it is live", () -> browser.text("#link").equals("Live"));
    browser.until("all is well", () -> browser.count(".stale:not([hidden])") == 0);
  }

  private String row() {
    return "dialog tr[data-node='" + farName + "']";
  }
}
