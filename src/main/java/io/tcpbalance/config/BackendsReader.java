package io.tcpbalance.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the back-ends of one proxy, in either form. Made for one proxy, used once. */
final class BackendsReader {
  /** Bounds the work at start, and the memory, on a file that was generated wrongly. */
  static final int MAX_BACKENDS = 100_000;

  /** distcc's own, for its own host list. */
  private static final int DISTCC_PORT = 3632;

  private static final String AUTO_RULE = "can be auto only for protocol = distcc";
  private static final String AUTO_HINT =
      "it is distccd that can be asked; write a number, or set protocol = distcc";

  private final Section proxy;
  private final Section defaults;
  private final Protocol protocol;
  private final OptionalInt listenPort;
  private final Problems problems;
  private final List<BackendSettings> backends = new ArrayList<>();
  private final Map<String, String> pathByName = new HashMap<>();
  private final Map<String, String> pathByAddress = new HashMap<>();

  /**
   * @param listenPort empty if it is itself in error
   */
  BackendsReader(Section proxy, Protocol protocol, OptionalInt listenPort, Problems problems) {
    this.proxy = proxy;
    this.defaults = proxy.section("backend-defaults");
    this.protocol = protocol;
    this.listenPort = listenPort;
    this.problems = problems;
  }

  List<BackendSettings> read() {
    defaults.allow(List.of("max-connections", "stats-port", "state", "compilers"));
    defaults.rejectUnknownKeys();
    Optional<ConfigValue> value = proxy.value("backends");
    if (value.isPresent() && value.get().valueType() == ConfigValueType.STRING) {
      readHostList(String.valueOf(value.get().unwrapped()), value.get().origin());
    } else {
      proxy.list("backends").ifPresent(this::readList);
    }
    if (backends.isEmpty() && value.isPresent()) {
      problems.warning(
          proxy.origin("backends"),
          proxy.path("backends"),
          "is empty: clients wait until a back-end is added");
    }
    return backends;
  }

  private boolean isTooMany(int count) {
    if (count > MAX_BACKENDS) {
      proxy.error("backends", "must be at most " + MAX_BACKENDS + ", but are " + count);
    }
    return count > MAX_BACKENDS;
  }

  private void readList(List<ConfigValue> values) {
    if (isTooMany(values.size())) {
      return;
    }
    for (int i = 0; i < values.size(); i++) {
      ConfigValue value = values.get(i);
      String path = proxy.path("backends") + "[" + i + "]";
      if (!Values.isResolved(value, path, problems)) {
        continue;
      }
      if (value instanceof ConfigObject object) {
        Section own = new Section(List.of(object), value.origin(), path, problems);
        readBackend(own.with(defaults.layers()));
      } else {
        problems.error(
            value.origin(),
            path,
            Values.wrongType("a block { name = ... }", value),
            "for the short form write all of them as one text: backends = \"bld6/4 bld4/1\"");
      }
    }
  }

  private void readBackend(Section backend) {
    Optional<String> givenHost = backend.optionalString("host").map(Literals::withoutBrackets);
    Optional<String> givenName = backend.optionalString("name");
    OptionalInt port = port(backend);
    SlotLimit max = slotLimit(backend);
    OptionalInt statsPort = backend.integer("stats-port", 1, BackendSettings.MAX_PORT);
    Optional<OperatorState> state = backend.oneOf("state", OperatorState.class);
    List<String> compilers = compilers(backend);
    // What is unknown among the defaults was told once.
    backend.allow(defaults.keys());
    backend.rejectUnknownKeys();
    if (givenHost.isEmpty() && givenName.isEmpty()) {
      if (!backend.has("host") && !backend.has("name")) {
        backend.error("host", "is missing", "a back-end needs a host, a name, or both");
      }
      return;
    }
    add(
        new BackendSettings(
            givenName.orElseGet(givenHost::orElseThrow),
            givenHost.orElseGet(givenName::orElseThrow),
            port.orElse(0),
            max,
            statsPort.orElse(0),
            state.orElse(OperatorState.UP),
            compilers),
        backend.path(),
        backend.origin());
  }

  private SlotLimit slotLimit(Section backend) {
    String key = "max-connections";
    boolean auto =
        backend.value(key).filter(v -> SlotLimit.AUTO_WORD.equals(v.unwrapped())).isPresent();
    if (auto && protocol != Protocol.DISTCC) {
      backend.error(key, AUTO_RULE, AUTO_HINT);
    }
    return new SlotLimit(
        backend.integerOr(SlotLimit.AUTO_WORD, key, 1, BackendSettings.MAX_CONNECTIONS));
  }

  private List<String> compilers(Section backend) {
    List<ConfigValue> values =
        backend.list("compilers").<List<ConfigValue>>map(l -> l).orElse(List.of());
    if (values.size() > BackendSettings.MAX_COMPILERS) {
      backend.error(
          "compilers",
          "must be at most " + BackendSettings.MAX_COMPILERS + ", but are " + values.size());
      return List.of();
    }
    List<String> patterns = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      ConfigValue value = values.get(i);
      String path = backend.path("compilers") + "[" + i + "]";
      if (Values.isResolved(value, path, problems)) {
        Optional<String> pattern = Values.string(value, path, problems);
        if (pattern.isPresent() && !BackendSettings.isCompilerPattern(pattern.get())) {
          problems.error(
              value.origin(),
              path,
              BackendSettings.COMPILER_PATTERN_RULE + ", but is " + Values.quoted(pattern.get()));
        }
        pattern.ifPresent(patterns::add);
      }
    }
    return patterns;
  }

  private OptionalInt port(Section backend) {
    if (backend.has("port")) {
      return backend.integer("port", 1, BackendSettings.MAX_PORT);
    }
    backend.allow(List.of("port"));
    if (listenPort.isPresent() && listenPort.getAsInt() == 0) {
      backend.error("port", "is missing", "it cannot be the proxy's own: listen.port is 0");
    }
    return listenPort;
  }

  private void readHostList(String list, ConfigOrigin end) {
    List<HostList.Word> words = HostList.words(list);
    if (isTooMany(words.size())) {
      return;
    }
    for (int i = 0; i < words.size(); i++) {
      HostList.Word word = words.get(i);
      // Of a text of several lines the library knows the last.
      int line = end.lineNumber() - word.linesBelow();
      ConfigOrigin origin = line > 0 ? end.withLineNumber(line) : end;
      readHost(word.text(), proxy.path("backends") + "[" + i + "]", origin);
    }
  }

  private void readHost(String word, String path, ConfigOrigin origin) {
    String shown = Values.quoted(word) + " ";
    HostList.Entry entry;
    try {
      entry = HostList.parse(word);
    } catch (IllegalArgumentException e) {
      problems.error(origin, path, shown + e.getMessage());
      return;
    }
    if (!entry.options().isEmpty()) {
      problems.warning(
          origin, path, shown + "has options, which are the clients' business: ignored");
    }
    int ownPort = protocol == Protocol.DISTCC ? DISTCC_PORT : listenPort.orElse(0);
    int port = entry.port() > 0 ? entry.port() : ownPort;
    if (port == 0 && listenPort.isPresent()) {
      problems.error(origin, path, shown + "needs a port", "listen.port is 0; write HOST:PORT");
    }
    if (entry.limit().isAuto() && protocol != Protocol.DISTCC) {
      problems.error(origin, path, shown + "has a limit that " + AUTO_RULE, AUTO_HINT);
    }
    add(
        new BackendSettings(
            entry.host(),
            entry.host(),
            port,
            entry.limit(),
            BackendSettings.DEFAULT_STATS_PORT,
            OperatorState.UP,
            List.of()),
        path,
        origin);
  }

  private void add(BackendSettings backend, String path, ConfigOrigin origin) {
    backends.add(backend);
    if (!Literals.isHost(backend.host())) {
      problems.error(
          origin, path, "has a host that is no address or name: " + Values.quoted(backend.host()));
      return;
    }
    if (!BackendSettings.isName(backend.name())) {
      problems.error(
          origin,
          path,
          "has a name that cannot be used: " + Values.quoted(backend.name()),
          "1 to 253 of A-Z a-z 0-9 . _ : -");
      return;
    }
    String first = pathByName.putIfAbsent(backend.name(), path);
    if (first != null) {
      problems.error(
          origin,
          path,
          "has the same name as " + first + ": " + Values.quoted(backend.name()),
          "give each back-end a name of its own, name = ...; without one it is the host's");
      return;
    }
    String address = backend.host() + " port " + backend.port();
    String same = pathByAddress.putIfAbsent(address, path);
    if (same != null && backend.port() > 0) {
      problems.warning(
          origin, path, "is the same host and port as " + same + ", each counts its own slots");
    }
  }
}
