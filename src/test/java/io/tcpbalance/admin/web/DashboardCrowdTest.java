package io.tcpbalance.admin.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.bench.JobLoad;
import io.tcpbalance.bench.JobServer;
import io.tcpbalance.bench.JobShape;
import io.tcpbalance.bench.LoadResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A large farm at full load: 200 hosts of 8 slots, all of whose tiles change all the time. */
@Timeout(180)
class DashboardCrowdTest {

  private static final int HOSTS = 200;
  private static final int SLOTS = 8;
  private static final int CLIENTS = HOSTS * SLOTS;

  /** Some 500 sessions begin and end in each second, so that every update changes most hosts. */
  private static final JobShape JOB = new JobShape(100, 100, 3_000_000);

  private static final int JOBS = 4 * CLIENTS;

  /**
   * Of the page's own thread, in its own CPU time: what others do on this machine does not count.
   */
  private static final double MOST_BUSY = 0.5;

  private static final String COUNT_FRAMES =
      """
      window.frames = 0;
      window.longest = 0;
      window.seen = new Set();
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
      }).observe({ type: 'longtask' });
      (function next() {
        frames++;
        requestAnimationFrame(next);
      })();
      setInterval(() => {
        for (const tile of document.querySelectorAll('.hosts [data-session]')) seen.add(tile.dataset.session);
      }, 500);
      """;

  private final List<JobServer> hosts = new ArrayList<>();

  @Test
  void staysResponsive(@TempDir Path directory) throws Exception {
    try (Browser browser = Browser.open();
        LiveFarm farm = LiveFarm.start(directory, "", crowd())) {
      browser.go(farm.url());
      browser.until("all hosts", () -> browser.count(".host") == HOSTS);
      CompletableFuture<LoadResult> load = load(farm.port("farm"));
      browser.until("a full farm", () -> browser.count(".hosts [data-session]") > CLIENTS * 0.9);

      browser.command("Performance.enable", Map.of("timeDomain", "threadTicks"));
      browser.js(COUNT_FRAMES);
      long beganNs = System.nanoTime();
      double before = cpuSeconds(browser);
      useIt(browser);
      browser.until("many sessions", () -> number(browser, "return seen.size") > 2 * CLIENTS);
      double busy = (cpuSeconds(browser) - before) / ((System.nanoTime() - beganNs) / 1e9);

      String story =
          String.format(
              Locale.ROOT,
              "the page's thread used %.0f %% of a core over %.1f s, for %.0f sessions and %.0f"
                  + " frames; its longest task took %.0f ms",
              100 * busy,
              (System.nanoTime() - beganNs) / 1e9,
              number(browser, "return seen.size"),
              number(browser, "return frames"),
              number(browser, "return longest"));
      System.out.println(story);
      assertTrue(busy < MOST_BUSY, story);
      assertTrue(load.join().isClean(), load.join().toString());
      browser.until("an idle farm", () -> browser.count(".hosts [data-session]") == 0);
      assertEquals(List.of(), browser.complaints());
    } finally {
      for (JobServer host : hosts) {
        host.close();
      }
    }
  }

  /** What a person does meanwhile: looks for a host, looks at it, drains it. */
  private static void useIt(Browser browser) {
    browser.click("input[type=search]");
    browser.keys("host-150");
    browser.until("the one", () -> browser.count(".host") == 1);
    browser.click(".host-name");
    browser.press("Drain…");
    browser.press("Drain");
    browser.until("it is seen", () -> browser.attribute(".host", "data-status").equals("draining"));
    browser.press("Undo");
    browser.until("it is up", () -> browser.attribute(".host", "data-status").equals("up"));
    browser.click("input[type=search]");
    browser.js(
        "const f = document.activeElement; f.value = ''; f.dispatchEvent(new Event('input'))");
    browser.until("all again", () -> browser.count(".host") == HOSTS);
  }

  private static double cpuSeconds(Browser browser) {
    for (Object metric :
        (List<?>) browser.command("Performance.getMetrics", Map.of()).get("metrics")) {
      Map<?, ?> named = (Map<?, ?>) metric;
      if ("TaskDuration".equals(named.get("name"))) {
        return ((Number) named.get("value")).doubleValue();
      }
    }
    throw new AssertionError("the browser does not tell what its tasks cost");
  }

  private static double number(Browser browser, String script) {
    return ((Number) browser.js(script)).doubleValue();
  }

  private String crowd() throws Exception {
    StringBuilder backends = new StringBuilder();
    for (int i = 0; i < HOSTS; i++) {
      JobServer host = JobServer.start(0);
      hosts.add(host);
      backends.append(
          "{ name = host-%d, host = 127.0.0.1, port = %d, max-connections = %d }\n"
              .formatted(i, host.port(), SLOTS));
    }
    return """
        farm {
          listen { host = 127.0.0.1, port = 0 }
          health.check = none
          backends = [
            %s
          ]
        }
        """
        .formatted(backends);
  }

  private static CompletableFuture<LoadResult> load(int port) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return JobLoad.run(port, JOB, JOBS, CLIENTS);
          } catch (Exception e) {
            throw new IllegalStateException("no load", e);
          }
        });
  }
}
