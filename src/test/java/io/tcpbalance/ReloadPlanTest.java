package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.config.LoadedSettings;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.config.Settings;
import io.tcpbalance.config.SettingsLoader;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReloadPlanTest {

  private static final String A = "proxies.a { listen.port = 1, backends = [] }\n";
  private static final String B = "proxies.b { listen.port = 2, backends = [] }\n";

  @Test
  void sameConfigurationMeansNothing() throws Exception {
    ReloadPlan plan = plan(A + B, A + B);

    assertEquals(List.of(), plan.removed());
    assertEquals(List.of(), plan.added());
    assertEquals(List.of(), plan.changed());
    assertEquals(List.of(), plan.needsRestart());
  }

  @Test
  void tellsWhichProxiesComeGoAndChange() throws Exception {
    ReloadPlan plan =
        plan(
            A + B, A + "proxies.a.idle-timeout = 7s\nproxies.c { listen.port = 3, backends = [] }");

    assertEquals(List.of("b"), plan.removed());
    assertEquals(List.of("c"), names(plan.added()));
    assertEquals(List.of("a"), names(plan.changed()));
  }

  @Test
  void keepsSharingWhatIsSharedUntilARestart() throws Exception {
    String cluster = "cluster.enabled = on\n";
    String shared = "proxies.a.shared = on\n";

    ReloadPlan stopped = plan(cluster + A + B + shared, cluster + B);
    ReloadPlan unshared = plan(cluster + A + shared, cluster + A);
    ReloadPlan begun = plan(cluster + B, cluster + A + B + shared);

    assertEquals(List.of("proxies.a"), stopped.needsRestart());
    assertEquals(List.of(), stopped.removed());
    assertEquals(List.of("proxies.a.shared"), unshared.needsRestart());
    assertEquals(List.of(), unshared.changed());
    assertEquals(List.of("proxies.a"), begun.needsRestart());
    assertEquals(List.of(), begun.added());
  }

  @Test
  void otherProtocolIsAnotherProxy() throws Exception {
    ReloadPlan plan = plan(A + B, A + B + "proxies.a.protocol = distcc");

    assertEquals(List.of("a"), plan.removed());
    assertEquals(List.of("a"), names(plan.added()));
    assertEquals(List.of(), plan.changed());
  }

  @Test
  void whatCannotBeChangedStaysAndIsToldOfAgain() throws Exception {
    String restart =
        """
        state-dir = elsewhere
        admin.port = 1234
        supervision.max-restarts = 77
        relay.loops = 7
        distcc.memory = 77 MiB
        dns-refresh = 77s
        proxies.a { listen.backlog = 77, max-sessions = 77, max-per-client = 7, idle-timeout = 7s }
        """;
    LoadedSettings running = load(A + B);

    ReloadPlan plan = ReloadPlan.of(running, load(A + B + restart));

    assertEquals(
        List.of(
            "state-dir",
            "admin",
            "supervision",
            "relay",
            "distcc.memory",
            "dns-refresh",
            "proxies.a.listen.backlog",
            "proxies.a.max-sessions",
            "proxies.a.max-per-client"),
        plan.needsRestart());
    Settings after = plan.after(Set.of());
    assertEquals(running.settings().admin(), after.admin());
    assertEquals(running.settings().proxies().get(0).clients(), after.proxies().get(0).clients());
    assertEquals(Duration.ofSeconds(7), after.proxies().get(0).idleTimeout());
    assertEquals(
        plan.needsRestart(),
        ReloadPlan.of(new LoadedSettings(after, List.of(), running.pekko()), load(A + B + restart))
            .needsRestart());
  }

  /** So that a new setting is not forgotten: it changes at run time, or it is told of. */
  @Test
  void everySettingEitherChangesOrNeedsRestart() throws Exception {
    Set<String> changes = Set.of("shutdownGrace", "proxies");
    long components =
        Arrays.stream(Settings.class.getRecordComponents())
            .filter(component -> !changes.contains(component.getName()))
            .count();

    assertEquals(components, ReloadPlan.FIXED.size());
  }

  @Test
  void actorSystemNeedsRestart() throws Exception {
    String text = "tcpbalance { " + A + " }\n";
    LoadedSettings other = SettingsLoader.parse(text + "pekko.loglevel = DEBUG", "other");

    assertEquals(
        List.of("pekko"), ReloadPlan.of(SettingsLoader.parse(text, "first"), other).needsRestart());
  }

  @Test
  void whatFailedIsStillToBeDone() throws Exception {
    ReloadPlan plan =
        plan(
            A + B,
            A + B + "proxies.a.idle-timeout = 7s\nproxies.c { listen.port = 3, backends = [] }");

    Settings after = plan.after(Set.of("a", "c"));

    assertEquals(List.of("a", "b"), names(after.proxies()));
    assertTrue(after.proxies().get(0).idleTimeout().toSeconds() > 7);
  }

  private static List<String> names(List<ProxySettings> proxies) {
    return proxies.stream().map(ProxySettings::name).toList();
  }

  private static ReloadPlan plan(String before, String now) throws Exception {
    return ReloadPlan.of(load(before), load(now));
  }

  private static LoadedSettings load(String text) throws Exception {
    return SettingsLoader.parse("tcpbalance {\nadmin.enabled = false\n" + text + "\n}", "test");
  }
}
