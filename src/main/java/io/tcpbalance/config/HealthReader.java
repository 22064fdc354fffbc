package io.tcpbalance.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the block {@code health { ... }} of a proxy. */
final class HealthReader {
  static final int MAX_PROBES = 100;
  static final int MAX_TRIED_COMPILERS = 20;

  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(10);

  /** More often would be an attack. */
  private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(100);

  private static final Duration LONGEST_INTERVAL = Duration.ofHours(1);
  private static final Duration LONGEST_SLOW_START = Duration.ofHours(1);
  private static final Duration ONE_DAY = Duration.ofDays(1);

  /** A name as distccd looks it up; it takes no paths. */
  private static final Pattern COMPILER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+-]{0,127}");

  private final Section health;
  private final Protocol protocol;
  private final Problems problems;

  /**
   * @param proxy whose block {@code health} is read
   */
  HealthReader(Section proxy, Protocol protocol, Problems problems) {
    this.health = proxy.section("health");
    this.protocol = protocol;
    this.problems = problems;
  }

  HealthSettings read() {
    HealthSettings settings =
        new HealthSettings(
            check(),
            interval("interval"),
            timeout("timeout", LONGEST_TIMEOUT),
            health.integer("fall", 1, MAX_PROBES).orElse(1),
            health.integer("rise", 1, MAX_PROBES).orElse(1),
            health.duration("slow-start", Duration.ZERO, LONGEST_SLOW_START).orElse(SHORTEST),
            health.duration("max-backoff", Duration.ZERO, ONE_DAY).orElse(SHORTEST),
            timeout("retry-after", ONE_DAY),
            new TrialSettings(
                interval("compile-interval"),
                timeout("compile-timeout", LONGEST_TIMEOUT),
                compilers()));
    health.rejectUnknownKeys();
    return settings;
  }

  private HealthCheck check() {
    HealthCheck check = health.oneOf("check", HealthCheck.class).orElse(HealthCheck.NONE);
    if (check == HealthCheck.COMPILE && protocol != Protocol.DISTCC) {
      health.error(
          "check",
          "can be compile only for protocol = distcc",
          "set it to connect, or set protocol = distcc");
    }
    return check;
  }

  private Duration interval(String key) {
    return health.duration(key, SHORTEST_INTERVAL, LONGEST_INTERVAL).orElse(SHORTEST);
  }

  /** A value of no consequence stands for what is in error: the settings are not used then. */
  private Duration timeout(String key, Duration max) {
    return health.duration(key, SHORTEST, max).orElse(SHORTEST);
  }

  private List<String> compilers() {
    Optional<ConfigList> list = health.list("compilers");
    if (list.isPresent() && (list.get().isEmpty() || list.get().size() > MAX_TRIED_COMPILERS)) {
      health.error(
          "compilers",
          "must be 1 to %d names, but are %d".formatted(MAX_TRIED_COMPILERS, list.get().size()));
      return List.of();
    }
    return list.map(this::compilers).orElse(List.of());
  }

  private List<String> compilers(ConfigList list) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      String path = health.path("compilers") + "[" + i + "]";
      ConfigValue value = list.get(i);
      if (Values.isResolved(value, path, problems)) {
        Values.string(value, path, problems)
            .ifPresent(name -> names.add(checked(name, value, path)));
      }
    }
    return names;
  }

  private String checked(String name, ConfigValue value, String path) {
    if (!COMPILER.matcher(name).matches()) {
      problems.error(
          value.origin(),
          path,
          "must be a compiler's name without a path, but is " + Values.quoted(name));
    }
    return name;
  }
}
