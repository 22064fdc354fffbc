package io.tcpbalance.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the block {@code cluster}. Made for one configuration, used once. */
final class ClusterReader {
  static final int MAX_SEED_NODES = 100;

  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final Pattern NODE = Pattern.compile("(.+):([0-9]{1,5})");

  private final Section section;
  private final Problems problems;
  private final ListenAddresses addresses;

  ClusterReader(Section section, Problems problems, ListenAddresses addresses) {
    this.section = section;
    this.problems = problems;
    this.addresses = addresses;
  }

  ClusterSettings read() {
    boolean enabled = section.bool("enabled").orElse(false);
    Optional<String> host = ProxyReader.host(section, "host");
    OptionalInt port = section.integer("port", 0, BackendSettings.MAX_PORT);
    List<String> seedNodes = section.list("seed-nodes").map(this::nodes).orElse(List.of());
    boolean vote = section.bool("vote").orElse(true);
    Duration stableAfter = duration("stable-after");
    Duration fenceAfter = duration("fence-after");
    section.rejectUnknownKeys();
    if (enabled && host.isPresent()) {
      if (!Literals.isLoopback(host.get())) {
        section.error(
            "host",
            Values.quoted(host.get()) + " can be reached from outside, which needs TLS",
            "there is no TLS between nodes yet: all of them have to be on one machine");
      }
      port.ifPresent(number -> addresses.claim(host.get(), number, section));
    }
    return new ClusterSettings(
        enabled, host.orElse(""), port.orElse(0), seedNodes, vote, stableAfter, fenceAfter);
  }

  private Duration duration(String key) {
    return section.duration(key, SHORTEST, LONGEST).orElse(SHORTEST);
  }

  private List<String> nodes(ConfigList list) {
    if (list.size() > MAX_SEED_NODES) {
      section.error(
          "seed-nodes", "must be at most " + MAX_SEED_NODES + " nodes, but are " + list.size());
      return List.of();
    }
    List<String> nodes = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      ConfigValue value = list.get(i);
      String path = section.path("seed-nodes") + "[" + i + "]";
      if (Values.isResolved(value, path, problems)) {
        Values.string(value, path, problems)
            .filter(t -> isNode(t, value, path))
            .ifPresent(nodes::add);
      }
    }
    return nodes;
  }

  private boolean isNode(String text, ConfigValue value, String path) {
    Matcher matcher = NODE.matcher(text);
    boolean valid =
        matcher.matches()
            && Literals.isHost(Literals.withoutBrackets(matcher.group(1)))
            && Integer.parseInt(matcher.group(2)) <= BackendSettings.MAX_PORT
            && Integer.parseInt(matcher.group(2)) > 0;
    if (!valid) {
      problems.error(
          value.origin(), path, "must be HOST:PORT of a node, but is " + Values.quoted(text));
    }
    return valid;
  }
}
