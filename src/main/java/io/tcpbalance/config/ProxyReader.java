package io.tcpbalance.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads one proxy. */
final class ProxyReader {
  static final int MAX_BACKLOG = 65_535;
  static final int MAX_WAITING = 1_000_000;
  static final int MAX_SESSIONS = 1_000_000;
  static final int MAX_NETWORKS = 10_000;

  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration LONGEST_CONNECT = Duration.ofMinutes(10);

  /** Well below the 248 days that the actor system's timers can do. */
  private static final Duration LONGEST = Duration.ofDays(30);

  private final Problems problems;
  private final ListenAddresses addresses;

  ProxyReader(Problems problems, ListenAddresses addresses) {
    this.problems = problems;
    this.addresses = addresses;
  }

  ProxySettings read(String name, Protocol protocol, Section proxy) {
    proxy.allow(List.of("protocol"));
    Section listening = proxy.section("listen");
    Optional<String> host = host(listening, "host");
    OptionalInt port = listening.integer("port", 0, BackendSettings.MAX_PORT);
    OptionalInt backlog = listening.integer("backlog", 1, MAX_BACKLOG);
    listening.rejectUnknownKeys();
    if (host.isPresent() && port.isPresent()) {
      addresses.claim(host.get(), port.getAsInt(), listening, "port");
    }

    Duration connectTimeout = duration(proxy, "connect-timeout", LONGEST_CONNECT);
    Duration idleTimeout = duration(proxy, "idle-timeout", LONGEST);
    List<Network> allow = proxy.list("allow").map(list -> networks(proxy, list)).orElse(List.of());

    ClientSettings clients =
        new ClientSettings(
            proxy.integerOr("auto", "max-sessions", 1, MAX_SESSIONS),
            proxy.integerOr("off", "max-per-client", 1, MAX_SESSIONS));

    Section queue = proxy.section("queue");
    QueueSettings queueSettings =
        new QueueSettings(
            duration(queue, "timeout", LONGEST),
            queue.integer("max-length", 0, MAX_WAITING).orElse(0));
    queue.rejectUnknownKeys();

    HealthSettings health = new HealthReader(proxy, protocol, problems).read();
    List<BackendSettings> backends = new BackendsReader(proxy, protocol, port, problems).read();
    JobSettings jobs = jobs(protocol, proxy);
    boolean shared = proxy.bool("shared").orElse(false);
    proxy.rejectUnknownKeys();
    return new ProxySettings(
        name,
        new ListenSettings(host.orElse(""), port.orElse(0), backlog.orElse(1)),
        protocol,
        connectTimeout,
        idleTimeout,
        allow,
        clients,
        queueSettings,
        health,
        backends,
        jobs,
        shared);
  }

  /** Those of a proxy for another protocol are the defaults: it must not set any. */
  private JobSettings jobs(Protocol protocol, Section proxy) {
    if (protocol != Protocol.DISTCC && proxy.layers().get(0).containsKey("jobs")) {
      proxy.error("jobs", "is only for protocol = distcc", "remove it, or set protocol = distcc");
    }
    return new JobsReader(proxy, problems).read();
  }

  /** A value of no consequence stands for what is in error: the settings are not used then. */
  private static Duration duration(Section section, String key, Duration max) {
    return section.duration(key, SHORTEST, max).orElse(SHORTEST);
  }

  /** Where to listen; never looked up here. */
  static Optional<String> host(Section section, String key) {
    Optional<String> host = section.string(key).map(Literals::withoutBrackets);
    if (host.isPresent() && !Literals.isHost(host.get())) {
      section.error(
          key,
          "must be an address or a host name, but is " + Values.quoted(host.get()),
          "0.0.0.0 is every address of this machine");
      return Optional.empty();
    }
    return host;
  }

  private List<Network> networks(Section proxy, ConfigList list) {
    if (list.isEmpty()) {
      proxy.error(
          "allow", "must not be empty: nobody would be served", "any client: 0.0.0.0/0 and ::/0");
    }
    if (list.size() > MAX_NETWORKS) {
      proxy.error("allow", "must be at most " + MAX_NETWORKS + " networks, but are " + list.size());
      return List.of();
    }
    List<Network> networks = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      String path = proxy.path("allow") + "[" + i + "]";
      ConfigValue value = list.get(i);
      if (Values.isResolved(value, path, problems)) {
        Values.string(value, path, problems)
            .ifPresent(text -> network(text, value, path).ifPresent(networks::add));
      }
    }
    return networks;
  }

  private Optional<Network> network(String text, ConfigValue value, String path) {
    try {
      return Optional.of(Network.parse(text));
    } catch (IllegalArgumentException e) {
      problems.error(value.origin(), path, Values.quoted(text) + " " + e.getMessage());
      return Optional.empty();
    }
  }
}
