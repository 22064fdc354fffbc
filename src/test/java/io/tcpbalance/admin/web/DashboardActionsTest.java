package io.tcpbalance.admin.web;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tcpbalance.testing.DistccWire;
import io.tcpbalance.testing.FakeDistccd;
import io.tcpbalance.testing.Hold;
import io.tcpbalance.testing.JobClient;
import io.tcpbalance.testing.JobScript;
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

/** Everything that can be clicked, and what comes of it as the API tells it. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardActionsTest {

  private static final List<String> HOSTS = List.of("bld6", "bld4", "bld2");

  private static final String COMPILING = ".hosts [data-phase=compiling][data-session]";
  private static final String BACKENDS = "proxies/farm/backends/";
  private static final String NEW_HOST =
      "{\"name\": \"%s\", \"host\": \"127.0.0.1\", \"port\": %d, \"maxConnections\": %d}";

  private Browser browser;
  private FakeDistccd host;
  private LiveFarm farm;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    browser = Browser.open();
    host = FakeDistccd.start(4);
    String proxy =
        """
            farm {
              listen { host = 127.0.0.1, port = 0 }
              protocol = distcc
              health.check = none
              backends = []
            }
        """;
    farm = LiveFarm.start(directory, "fault-injection = on", proxy);
  }

  @AfterAll
  void stop() {
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
  void hasItsHosts() {
    farm.order("farm").forEach(name -> farm.send("DELETE", BACKENDS + name + "?force=true", ""));
    int[] ports = {host.port(), 1, 2};
    for (int i = 0; i < ports.length; i++) {
      farm.send(
          "POST",
          "proxies/farm/backends",
          NEW_HOST.formatted(HOSTS.get(i), ports[i], i == 0 ? 4 : 2));
    }
    browser.go(farm.url());
    browser.until("the hosts", () -> browser.count(".host") == HOSTS.size());
  }

  @AfterEach
  void theBrowserHadNothingToComplainOf() {
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void drainsAndTakesItBack() {
    choose("bld6", "Drain…");
    browser.press("Drain");
    awaitField("bld6", "state", "drain");
    browser.until("it is seen", () -> shownStatus("bld6").equals("draining"));

    browser.press("Undo");
    awaitField("bld6", "state", "up");
  }

  @Test
  void takesDownAndPutsUp() {
    choose("bld6", "Down…");
    browser.press("Take down");
    awaitField("bld6", "status", "down");
    browser.until("it is seen", () -> shownStatus("bld6").equals("down"));

    choose("bld6", "Up");
    awaitField("bld6", "status", "up");
    browser.until("it is seen", () -> shownStatus("bld6").equals("up"));
  }

  @Test
  void doesNothingThatIsNotConfirmed() {
    choose("bld6", "Down…");
    browser.press("Cancel");
    browser.until("no dialog", () -> browser.count("dialog") == 0);

    assertEquals("up", farm.backend("farm", "bld6", "status"));
    assertEquals("bld6", browser.focused());
  }

  @Test
  void resizesAndTakesItBack() {
    choose("bld6", "Resize…");
    browser.type("maxConnections", "6");
    browser.press("Resize");
    awaitField("bld6", "maxConnections", "6");
    browser.until("six tiles", () -> browser.count("[data-name=bld6] .tile") == 6);

    browser.press("Undo");
    awaitField("bld6", "maxConnections", "4");
    browser.until("four tiles", () -> browser.count("[data-name=bld6] .tile") == 4);
  }

  @Test
  void reordersByButtons() {
    choose("bld6", "Move down");
    awaitOrder("bld4", "bld6", "bld2");
    browser.until("it is seen", () -> browser.attribute(".host", "data-name").equals("bld4"));
    browser.press("Undo");
    awaitOrder("bld6", "bld4", "bld2");
    choose("bld2", "First");
    awaitOrder("bld2", "bld6", "bld4");
  }

  @Test
  void reordersByDragging() {
    browser.drag("[data-name=bld2] .grip", "[data-name=bld6]", -12);
    awaitOrder("bld2", "bld6", "bld4");
    browser.until("it is seen", () -> browser.attribute(".host", "data-name").equals("bld2"));
    browser.drag("[data-name=bld2] .grip", "[data-name=bld4]", 12);
    awaitOrder("bld6", "bld4", "bld2");
  }

  @Test
  void addsAndTakesItBack() {
    browser.press("Add host…");
    browser.type("name", "bld8");
    browser.type("host", "127.0.0.1");
    browser.type("port", "4711");
    browser.type("maxConnections", "3");
    browser.type("compilers", "gcc-12 clang*");
    browser.press("Add");
    awaitField("bld8", "maxConnections", "3");
    awaitOrder("bld6", "bld4", "bld2", "bld8");
    JsonNode added = farm.get("proxies/farm/backends/bld8");
    assertEquals("127.0.0.1", added.get("host").asText());
    assertEquals(4711, added.get("port").asInt());
    assertEquals("[\"gcc-12\",\"clang*\"]", added.get("compilers").toString());
    browser.until("it is seen", () -> browser.count("[data-name=bld8] .tile") == 3);

    browser.press("Undo");
    awaitOrder("bld6", "bld4", "bld2");
    browser.until("it is gone", () -> browser.count("[data-name=bld8]") == 0);
  }

  @Test
  void tellsInTheDialogWhatTheServerRefuses() {
    browser.press("Add host…");
    browser.type("name", "bld6");
    browser.press("Add");
    browser.until(
        "the server's words", () -> browser.text("dialog .problem").contains("exists already"));
    browser.type("name", "a b");
    browser.press("Add");
    browser.until(
        "other words", () -> browser.text("dialog .problem").contains("name must be 1 to 253"));

    browser.press("Cancel");
    assertEquals(HOSTS, farm.order("farm"));
  }

  @Test
  void removesAndPutsBackWhereItWas() {
    choose("bld4", "Remove…");
    browser.press("Remove");
    awaitOrder("bld6", "bld2");
    browser.until("it is gone", () -> browser.count("[data-name=bld4]") == 0);

    browser.press("Undo");
    awaitOrder("bld6", "bld4", "bld2");
    assertEquals("2", farm.backend("farm", "bld4", "maxConnections"));
    assertEquals("1", farm.backend("farm", "bld4", "port"));
  }

  @Test
  void removesABusyHostByForce() throws Exception {
    whileCompiling(
        JobClient.request(1, "a", 100),
        client -> {
          browser.until("the job", () -> browser.count(COMPILING) == 1);

          choose("bld6", "Remove…");
          browser.click("dialog [name=force]");
          browser.press("Remove");
          awaitOrder("bld4", "bld2");
        });
  }

  @Test
  void resetsOneHostAndAll() {
    choose("bld6", "Down…");
    browser.press("Take down");
    awaitField("bld6", "status", "down");
    browser.until("it is seen", () -> shownStatus("bld6").equals("down"));
    choose("bld6", "Reset…");
    browser.press("Reset");
    awaitField("bld6", "status", "up");
    assertEquals("reset", farm.backend("farm", "bld6", "lastError"));

    choose("bld4", "Drain…");
    browser.press("Drain");
    awaitField("bld4", "status", "draining");
    browser.press("Reset all…");
    browser.press("Reset all");
    awaitField("bld4", "status", "up");
  }

  @Test
  void closesASession() throws Exception {
    whileCompiling(
        JobClient.request(1, "main", 100),
        client -> {
          browser.until("the job", () -> browser.text(COMPILING + " .what").equals("main.c"));
          browser.click(COMPILING);
          browser.until("its file", () -> browser.text("dialog dl").contains("main.c"));

          browser.press("Close session…");
          browser.press("Close session");
          client.expectOver();
          browser.until("the slot is free", () -> browser.count(COMPILING) == 0);
        });
  }

  @Test
  void showsNamesAsText() throws Exception {
    String name = "</script><script>document.title='taken'</script><img src=x onerror=alert(1)>.c";
    List<String> arguments = List.of("g<b>cc", "-c", name, "-o", "a.o");
    whileCompiling(
        DistccWire.request(1, arguments, "int a;".getBytes(US_ASCII)),
        client -> {
          browser.until(
              "the name", () -> browser.text(COMPILING + " .what").contains("onerror=alert(1)>.c"));
          browser.click(COMPILING);
          browser.until("the whole name", () -> browser.text("dialog dl").contains(name));

          assertTrue(browser.text("dialog dl").contains("g<b>cc"));
          assertEquals("TCPBalance", browser.js("return document.title"));
          assertEquals(0, browser.count("img[src=x], dl b, .hosts b"));
        });
  }

  private interface Meanwhile {
    void run(JobClient client) throws Exception;
  }

  /**
   * The first host has a job until the test is over. Then nobody has it: it would go on when the
   * next test has its hosts.
   */
  private void whileCompiling(byte[] request, Meanwhile test) throws Exception {
    Hold hold = new Hold();
    host.next(JobScript.compiled().heldBy(hold));
    try (JobClient client = JobClient.sent(farm.port("farm"), request)) {
      hold.awaitJob();
      test.run(client);
    } finally {
      hold.release();
      browser.until("nobody has it", () -> farm.get("proxies/farm/sessions").isEmpty());
    }
  }

  @Test
  void killsAnActor() {
    int before = restarts("/user/proxy-farm/balancer");
    browser.click("summary");
    browser.click("[data-path='/user/proxy-farm/balancer'] button");
    browser.press("Kill");

    browser.until("a restart", () -> restarts("/user/proxy-farm/balancer") == before + 1);
    browser.until(
        "it is seen",
        () ->
            browser
                .text("[data-path='/user/proxy-farm/balancer']")
                .contains(before + 1 + " restart"));
  }

  private int restarts(String path) {
    for (JsonNode actor : farm.get("actors")) {
      if (actor.get("path").asText().equals(path)) {
        return actor.get("restarts").asInt();
      }
    }
    return 0;
  }

  @Test
  void canBeUsedByKeyboard() {
    browser.js("document.querySelector('.host-name').focus()");
    browser.keys(Keys.ARROW_DOWN);
    assertEquals("bld4", browser.focused());
    browser.chord(Keys.ALT, Keys.ARROW_UP);
    awaitOrder("bld4", "bld6", "bld2");
    browser.until("it is seen", () -> browser.attribute(".host", "data-name").equals("bld4"));
    assertEquals("bld4", browser.focused(), "the focus goes along");

    browser.keys(Keys.ENTER);
    browser.until("the sheet", () -> browser.count("dialog[open]") == 1);
    browser.keys(Keys.ESCAPE);
    browser.until("no dialog", () -> browser.count("dialog") == 0);
    assertEquals("bld4", browser.focused(), "the focus comes back");
    browser.keys("?");
    browser.until("help", () -> browser.text("dialog h2").equals("Keys"));
  }

  /** Opens the host's sheet and presses a button there. */
  private void choose(String name, String button) {
    browser.click("[data-name='" + name + "'] .host-name");
    browser.press(button);
  }

  private String shownStatus(String name) {
    return browser.attribute("[data-name='" + name + "']", "data-status");
  }

  private void awaitField(String name, String field, String value) {
    browser.until(
        name + "'s " + field + " is " + value,
        () -> farm.backend("farm", name, field).equals(value));
  }

  private void awaitOrder(String... names) {
    browser.until(List.of(names).toString(), () -> farm.order("farm").equals(List.of(names)));
  }
}
