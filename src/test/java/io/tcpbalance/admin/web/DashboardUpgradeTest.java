package io.tcpbalance.admin.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpbalance.testing.FakeBackend;
import io.tcpbalance.testing.Peer;
import io.tcpbalance.testing.ProgramJar;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who looks on while the code is replaced. */
@Timeout(180)
class DashboardUpgradeTest {

  @Test
  void showsWhichCodeServesAndWhatDrains(@TempDir Path directory) throws Exception {
    Path code = ProgramJar.installIn(directory.resolve("lib"));
    try (FakeBackend host = FakeBackend.scripted();
        LiveFarm farm = LiveFarm.start(directory, settings(directory), proxy(host));
        Browser browser = Browser.open();
        Peer client = connect(farm)) {
      browser.go(farm.url());
      browser.until("one session", () -> browser.count(".hosts [data-phase=relaying]") == 1);
      String first = "TCPBalance development, generation 1";
      browser.until("the code", () -> browser.text("#code").equals(first));

      farm.send("POST", "upgrade", "{\"dir\": \"" + code + "\"}");

      String serves = "TCPBalance development, generation 2";
      String drains = " · generation 1 (development) drains, sessions left: ";
      browser.until("it drains", () -> browser.text("#code").equals(serves + drains + 1));
      client.reset();
      browser.until("it has drained", () -> browser.text("#code").equals(serves));
      browser.until("it is live", () -> browser.text("#link").equals("Live"));
      assertEquals(List.of(), browser.complaints());
    }
  }

  @Test
  void chartsShowWhatWasBefore(@TempDir Path directory) throws Exception {
    Path code = ProgramJar.installIn(directory.resolve("lib"));
    try (FakeBackend host = FakeBackend.scripted();
        LiveFarm farm = LiveFarm.start(directory, settings(directory), proxy(host));
        Browser browser = Browser.open()) {
      try (Peer first = connect(farm);
          Peer second = connect(farm);
          Peer waiting = connect(farm)) {
        browser.go(farm.url());
        browser.until("one waits in the chart", () -> mostWaiting(browser).endsWith("at most 1"));
        first.reset();
        second.reset();
        waiting.reset();
      }
      browser.until("nobody is left", () -> browser.count(".hosts [data-session]") == 0);

      farm.send("POST", "upgrade", "{\"dir\": \"" + code + "\"}");

      browser.until(
          "it has drained",
          () -> browser.text("#code").equals("TCPBalance development, generation 2"));
      browser.go(farm.url());
      browser.until("it is there still", () -> mostWaiting(browser).endsWith("at most 1"));
    }
  }

  /** What the chart tells those who do not see it. */
  private static String mostWaiting(Browser browser) {
    return browser.attribute(".chart[aria-label^=Waiting]", "aria-label");
  }

  private static String settings(Path directory) {
    return "upgrade.allowed-dirs = [\"%s\"]\n state-dir = \"%s\""
        .formatted(directory, directory.resolve("state"));
  }

  private static String proxy(FakeBackend host) {
    return """
            mail {
              listen { host = 127.0.0.1, port = 0 }
              health.check = none
              backends = [ { name = mx-1, host = 127.0.0.1, port = %d, max-connections = 2 } ]
            }
        """
        .formatted(host.address().getPort());
  }

  private static Peer connect(LiveFarm farm) throws Exception {
    return Peer.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), farm.port("mail")));
  }
}
