package io.tcpbalance.upgrade;

import io.tcpbalance.config.ConsoleSettings;
import io.tcpbalance.config.ListenSettings;
import io.tcpbalance.config.Protocol;
import io.tcpbalance.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a generation serves and where, as far as its successor must serve the same.
 *
 * @param stateDir as it is configured; empty: nothing is kept
 * @param admin host and port as they are configured; empty: not served
 * @param proxies by name: where it listens and what it speaks, as it is configured
 * @param adminPort where it listens, which the system may have chosen; of no meaning if it does not
 * @param consolePort likewise
 */
public record Handover(
    String stateDir,
    String admin,
    String console,
    Map<String, String> proxies,
    int adminPort,
    int consolePort) {

  public Handover {
    proxies = Map.copyOf(proxies);
  }

  /** What these settings have to be followed by. */
  public static Handover of(Settings settings, int adminPort, int consolePort) {
    return new Handover(
        settings.stateDir().map(Object::toString).orElse(""),
        settings.admin().enabled() ? settings.admin().host() + ":" + settings.admin().port() : "",
        console(settings.console()),
        settings.proxies().stream()
            .collect(Collectors.toMap(p -> p.name(), p -> door(p.listen(), p.protocol()))),
        adminPort,
        consolePort);
  }

  private static String console(ConsoleSettings console) {
    return console.enabled() ? console.host() + ":" + console.port() : "";
  }

  private static String door(ListenSettings listen, Protocol protocol) {
    return listen.host() + ":" + listen.port() + " " + protocol;
  }

  /**
   * Why a generation with these settings cannot follow: an upgrade changes the code, not where
   * clients are served.
   */
  public Optional<String> obstacleTo(Settings settings) {
    Handover other = of(settings, adminPort, consolePort);
    List<String> differences = new ArrayList<>();
    compare("state-dir", stateDir, other.stateDir, differences);
    compare("admin", admin, other.admin, differences);
    compare("console", console, other.console, differences);
    compare(
        "proxies",
        new TreeMap<>(proxies).toString(),
        new TreeMap<>(other.proxies).toString(),
        differences);
    return differences.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "the configuration has changed meanwhile where an upgrade cannot change it; reload or"
                + " restart first: "
                + String.join("; ", differences));
  }

  private static void compare(
      String what, String running, String wanted, List<String> differences) {
    if (!running.equals(wanted)) {
      differences.add(what + " is '" + running + "', now '" + wanted + "'");
    }
  }
}
