package io.tcpbalance.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Reads the block {@code tcpbalance { ... }}. Made for one configuration, used once. */
final class SettingsReader {
  private static final int MAX_CONSOLES = 1024;
  private static final int MAX_LOOPS = 256;
  private static final Duration ONE_SECOND = Duration.ofSeconds(1);
  private static final Duration ONE_DAY = Duration.ofDays(1);
  private static final long MIN_MEMORY_BYTES = 1L << 20;
  private static final long MAX_MEMORY_BYTES = 1L << 40;
  private static final Pattern PROXY_NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final Section root;
  private final Problems problems;
  private final ListenAddresses addresses = new ListenAddresses();

  /**
   * @param own what the user wrote, if anything
   * @param shipped the defaults
   * @param origin the user's file
   */
  SettingsReader(
      Optional<ConfigObject> own, ConfigObject shipped, ConfigOrigin origin, Problems problems) {
    List<ConfigObject> layers = new ArrayList<>();
    own.ifPresent(layers::add);
    layers.add(shipped);
    this.root = new Section(layers, origin, "tcpbalance", problems);
    this.problems = problems;
  }

  Settings read() {
    Optional<Path> stateDir = directory(root, "state-dir");
    AdminSettings admin = new AdminReader(root.section("admin"), problems, addresses).read();
    ConsoleSettings console = console(root.section("console"), admin);

    Section supervising = root.section("supervision");
    SupervisionSettings supervision =
        new SupervisionSettings(
            supervising.integer("max-restarts", 0, 1_000_000).orElse(0),
            supervising.duration("within", Duration.ofMillis(1), ONE_DAY).orElse(ONE_DAY));
    supervising.rejectUnknownKeys();
    boolean faultInjection = root.bool("fault-injection").orElse(false);

    Section relaying = root.section("relay");
    RelaySettings relay =
        new RelaySettings(
            relaying.integerOr("auto", "loops", 1, MAX_LOOPS).orElse(0),
            relaying.bytes("memory", MIN_MEMORY_BYTES, MAX_MEMORY_BYTES).orElse(MIN_MEMORY_BYTES));
    relaying.rejectUnknownKeys();

    Section distcc = root.section("distcc");
    long jobMemory =
        distcc.bytes("memory", MIN_MEMORY_BYTES, MAX_MEMORY_BYTES).orElse(MIN_MEMORY_BYTES);
    distcc.rejectUnknownKeys();
    Duration dnsRefresh = root.duration("dns-refresh", Duration.ZERO, ONE_DAY).orElse(ONE_DAY);

    Section watching = root.section("watchdog");
    WatchdogSettings watchdog =
        new WatchdogSettings(
            watching.duration("warn-after", ONE_SECOND, ONE_DAY).orElse(ONE_DAY),
            watching.duration("end-after", ONE_SECOND, ONE_DAY).orElse(ONE_DAY));
    watching.rejectUnknownKeys();

    ClusterSettings cluster =
        new ClusterReader(root.section("cluster"), problems, addresses).read(admin);

    Section stopping = root.section("shutdown");
    Duration grace = stopping.duration("grace", Duration.ZERO, ONE_DAY).orElse(ONE_DAY);
    stopping.rejectUnknownKeys();

    UpgradeSettings upgrade = new UpgradeReader(root.section("upgrade"), problems).read();
    List<ProxySettings> proxies = proxies(root.section("proxies"));
    if (!cluster.enabled()) {
      proxies.stream().filter(ProxySettings::shared).forEach(this::rejectShared);
    }
    root.rejectUnknownKeys();
    return new Settings(
        stateDir,
        admin,
        console,
        supervision,
        faultInjection,
        relay,
        jobMemory,
        dnsRefresh,
        watchdog,
        cluster,
        grace,
        upgrade,
        proxies);
  }

  private void rejectShared(ProxySettings proxy) {
    root.section("proxies")
        .section(proxy.name())
        .error(
            "shared",
            "is on, but there is nobody to share with",
            "set tcpbalance.cluster.enabled = on");
  }

  /** Empty text is none, as null is: the environment knows no null. */
  private static Optional<Path> directory(Section section, String key) {
    Optional<String> text = section.optionalString(key).filter(t -> !t.isBlank());
    try {
      return text.map(Path::of);
    } catch (InvalidPathException e) {
      section.error(key, "cannot be a path: " + Values.quoted(text.orElse("")));
      return Optional.empty();
    }
  }

  private ConsoleSettings console(Section section, AdminSettings admin) {
    boolean enabled = section.bool("enabled").orElse(true);
    Optional<String> host = ProxyReader.host(section, "host");
    OptionalInt port = section.integer("port", 0, BackendSettings.MAX_PORT);
    Optional<Duration> idleTimeout = section.duration("idle-timeout", ONE_SECOND, ONE_DAY);
    OptionalInt maxConnections = section.integer("max-connections", 1, MAX_CONSOLES);
    section.rejectUnknownKeys();
    if (enabled && host.isPresent()) {
      if (admin.tokens().isEmpty()) {
        AdminReader.checkLoopback(section, host.get(), "tcpbalance.admin.token");
      } else {
        AdminReader.warnOfClearText(
            section, host.get(), problems, "there is no TLS for telnet; listen on 127.0.0.1");
      }
      port.ifPresent(number -> addresses.claim(host.get(), number, section, "port"));
    }
    return new ConsoleSettings(
        enabled,
        host.orElse(""),
        port.orElse(0),
        idleTimeout.orElse(ONE_DAY),
        maxConnections.orElse(1));
  }

  private List<ProxySettings> proxies(Section section) {
    Section defaults = root.section("proxy-defaults");
    List<ProxySettings> proxies = new ArrayList<>();
    for (String name : section.keys()) {
      Section own = section.section(name);
      if (!PROXY_NAME.matcher(name).matches()) {
        section.error(name, "cannot be the name of a proxy", "1 to 64 of A-Z a-z 0-9 . _ -");
      }
      Optional<Protocol> protocol = own.with(defaults.layers()).oneOf("protocol", Protocol.class);
      if (protocol.isPresent()) {
        Section merged = own.with(defaultsOf(protocol.get(), defaults));
        proxies.add(new ProxyReader(problems, addresses).read(name, protocol.get(), merged));
      }
    }
    if (section.keys().isEmpty()) {
      problems.warning(root.origin(), section.path(), "is empty: nothing will be served");
    }
    return proxies;
  }

  /** The user's defaults go before ours, and those of the protocol before the common ones. */
  private static List<ConfigObject> defaultsOf(Protocol protocol, Section defaults) {
    List<ConfigObject> layers = new ArrayList<>();
    for (ConfigObject layer : defaults.layers()) {
      if (layer.get(Values.name(protocol)) instanceof ConfigObject specific) {
        layers.add(specific);
      }
      ConfigObject common = layer;
      for (Protocol any : Protocol.values()) {
        common = common.withoutKey(Values.name(any));
      }
      layers.add(common);
    }
    return layers;
  }
}
