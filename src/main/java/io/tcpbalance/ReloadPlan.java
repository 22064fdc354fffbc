package io.tcpbalance;

import static java.util.stream.Collectors.toMap;

import io.tcpbalance.config.ListenSettings;
import io.tcpbalance.config.LoadedSettings;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.config.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a new configuration means for a running daemon. Decides only.
 *
 * <p>What cannot be changed at run time stays as it is, and is told of at each reload until the
 * daemon is restarted.
 *
 * @param running what holds now
 * @param wanted the new configuration, with what holds now in place of what cannot be changed
 * @param removed names of proxies that are to end; one of another protocol ends and is added
 * @param added proxies that are to begin
 * @param changed proxies that are there, with their new settings
 * @param needsRestart keys of what stays as it is
 */
record ReloadPlan(
    Settings running,
    Settings wanted,
    List<String> removed,
    List<ProxySettings> added,
    List<ProxySettings> changed,
    List<String> needsRestart) {

  static final Map<String, Function<Settings, ?>> FIXED = fixed();

  private static Map<String, Function<Settings, ?>> fixed() {
    Map<String, Function<Settings, ?>> fixed = new LinkedHashMap<>();
    fixed.put("state-dir", Settings::stateDir);
    fixed.put("admin", Settings::admin);
    fixed.put("console", Settings::console);
    fixed.put("supervision", Settings::supervision);
    fixed.put("fault-injection", Settings::faultInjection);
    fixed.put("watchdog", Settings::watchdog);
    fixed.put("cluster", Settings::cluster);
    fixed.put("upgrade", Settings::upgrade);
    fixed.put("relay", Settings::relay);
    fixed.put("distcc.memory", Settings::jobMemoryBytes);
    fixed.put("dns-refresh", Settings::dnsRefresh);
    return fixed;
  }

  ReloadPlan {
    removed = List.copyOf(removed);
    added = List.copyOf(added);
    changed = List.copyOf(changed);
    needsRestart = List.copyOf(needsRestart);
  }

  /**
   * A plan.
   *
   * @param running what holds now, and what the actor system was started with
   */
  static ReloadPlan of(LoadedSettings running, LoadedSettings loaded) {
    Settings before = running.settings();
    Settings now = loaded.settings();
    List<String> needsRestart = new ArrayList<>();
    FIXED.forEach(
        (key, value) -> {
          if (!value.apply(before).equals(value.apply(now))) {
            needsRestart.add(key);
          }
        });
    if (!running.pekko().equals(loaded.pekko())) {
      needsRestart.add("pekko");
    }
    Map<String, ProxySettings> there = byName(before.proxies());
    List<ProxySettings> proxies = new ArrayList<>();
    for (ProxySettings proxy : now.proxies()) {
      ProxySettings old = there.get(proxy.name());
      if (old != null && old.protocol() == proxy.protocol()) {
        fixedKeys(old, proxy).forEach(k -> needsRestart.add("proxies." + proxy.name() + "." + k));
        proxies.add(withFixed(old, proxy));
      } else if (proxy.shared() || (old != null && old.shared())) {
        needsRestart.add("proxies." + proxy.name());
        Optional.ofNullable(old).ifPresent(proxies::add);
      } else {
        proxies.add(proxy);
      }
    }
    keepShared(there, byName(now.proxies()), proxies, needsRestart);
    return of(before, with(before, now, proxies), needsRestart);
  }

  /** A node tells the others at its start which pools it shares, and has to keep to that. */
  private static void keepShared(
      Map<String, ProxySettings> there,
      Map<String, ProxySettings> now,
      List<ProxySettings> proxies,
      List<String> needsRestart) {
    for (ProxySettings proxy : there.values()) {
      if (proxy.shared() && !now.containsKey(proxy.name())) {
        needsRestart.add("proxies." + proxy.name());
        proxies.add(proxy);
      }
    }
  }

  private static ReloadPlan of(Settings running, Settings wanted, List<String> needsRestart) {
    Map<String, ProxySettings> before = byName(running.proxies());
    Map<String, ProxySettings> now = byName(wanted.proxies());
    List<String> removed =
        before.values().stream().filter(p -> !continues(p, now)).map(ProxySettings::name).toList();
    List<ProxySettings> added =
        wanted.proxies().stream().filter(p -> !continues(p, before)).toList();
    List<ProxySettings> changed =
        wanted.proxies().stream()
            .filter(p -> continues(p, before) && !p.equals(before.get(p.name())))
            .toList();
    return new ReloadPlan(running, wanted, removed, added, changed, needsRestart);
  }

  private static boolean continues(ProxySettings proxy, Map<String, ProxySettings> others) {
    ProxySettings other = others.get(proxy.name());
    return other != null && other.protocol() == proxy.protocol();
  }

  private static Map<String, ProxySettings> byName(List<ProxySettings> proxies) {
    return proxies.stream()
        .collect(toMap(ProxySettings::name, Function.identity(), (a, b) -> a, LinkedHashMap::new));
  }

  private static List<String> fixedKeys(ProxySettings old, ProxySettings proxy) {
    List<String> keys = new ArrayList<>();
    if (listensAlike(old, proxy) && old.listen().backlog() != proxy.listen().backlog()) {
      keys.add("listen.backlog");
    }
    if (!old.clients().maxSessions().equals(proxy.clients().maxSessions())) {
      keys.add("max-sessions");
    }
    if (!old.clients().maxPerClient().equals(proxy.clients().maxPerClient())) {
      keys.add("max-per-client");
    }
    if (old.shared() != proxy.shared()) {
      keys.add("shared");
    }
    return keys;
  }

  /** The kernel is told of the backlog when a socket begins to listen. */
  private static boolean listensAlike(ProxySettings old, ProxySettings proxy) {
    ListenSettings before = old.listen();
    ListenSettings now = proxy.listen();
    return before.host().equals(now.host()) && before.port() == now.port();
  }

  private static ProxySettings withFixed(ProxySettings old, ProxySettings p) {
    return new ProxySettings(
        p.name(),
        listensAlike(old, p) ? old.listen() : p.listen(),
        p.protocol(),
        p.connectTimeout(),
        p.idleTimeout(),
        p.allow(),
        old.clients(),
        p.queue(),
        p.health(),
        p.backends(),
        p.jobs(),
        old.shared());
  }

  private static Settings with(Settings fixed, Settings free, List<ProxySettings> proxies) {
    return new Settings(
        fixed.stateDir(),
        fixed.admin(),
        fixed.console(),
        fixed.supervision(),
        fixed.faultInjection(),
        fixed.relay(),
        fixed.jobMemoryBytes(),
        fixed.dnsRefresh(),
        fixed.watchdog(),
        fixed.cluster(),
        free.shutdownGrace(),
        fixed.upgrade(),
        proxies);
  }

  /** What holds afterwards, if these proxies could not be changed or added. */
  Settings after(Set<String> failed) {
    Map<String, ProxySettings> before = byName(running.proxies());
    List<ProxySettings> proxies =
        wanted.proxies().stream().flatMap(p -> outcome(p, before, failed)).toList();
    return with(running, wanted, proxies);
  }

  private Stream<ProxySettings> outcome(
      ProxySettings proxy, Map<String, ProxySettings> before, Set<String> failed) {
    if (!failed.contains(proxy.name())) {
      return Stream.of(proxy);
    }
    return added.contains(proxy)
        ? Stream.empty()
        : Optional.ofNullable(before.get(proxy.name())).stream();
  }
}
