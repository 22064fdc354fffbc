package io.tcpbalance.state;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.OperatorState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What operators made different from the configuration of one pool, with the configured values that
 * they overrode.
 *
 * @param added back-ends that are not configured, in their order
 * @param removed configured back-ends that are gone, as they were configured
 * @param changed configured back-ends that are different now
 * @param order where the back-ends stand; none if it is the configured order, then what was added
 */
public record PoolChanges(
    List<BackendSettings> added,
    List<BackendSettings> removed,
    List<Changed> changed,
    Optional<Order> order) {

  /** Of an order, in words. */
  private static final int MOST_NAMES = 50;

  /** An untouched pool. */
  public static final PoolChanges NONE =
      new PoolChanges(List.of(), List.of(), List.of(), Optional.empty());

  /** Both have the same name. */
  public record Changed(BackendSettings configured, BackendSettings now) {}

  /** Names of back-ends, fastest first. */
  public record Order(List<String> configured, List<String> now) {
    public Order {
      configured = List.copyOf(configured);
      now = List.copyOf(now);
    }
  }

  public PoolChanges {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
    changed = List.copyOf(changed);
  }

  /** What makes the one list into the other. Names are unique in each. */
  public static PoolChanges between(List<BackendSettings> configured, List<BackendSettings> now) {
    if (configured.equals(now)) {
      return NONE;
    }
    Map<String, BackendSettings> before = byName(configured);
    Map<String, BackendSettings> after = byName(now);
    List<Changed> changed = new ArrayList<>();
    for (BackendSettings was : configured) {
      BackendSettings is = after.get(was.name());
      if (is != null && !is.equals(was)) {
        changed.add(new Changed(was, is));
      }
    }
    List<BackendSettings> added = now.stream().filter(b -> !before.containsKey(b.name())).toList();
    List<BackendSettings> removed =
        configured.stream().filter(b -> !after.containsKey(b.name())).toList();
    return new PoolChanges(added, removed, changed, order(configured, now, added, after.keySet()));
  }

  private static Optional<Order> order(
      List<BackendSettings> configured,
      List<BackendSettings> now,
      List<BackendSettings> added,
      Set<String> present) {
    List<String> unmoved =
        Stream.concat(names(configured).stream().filter(present::contains), names(added).stream())
            .toList();
    return unmoved.equals(names(now))
        ? Optional.empty()
        : Optional.of(new Order(names(configured), names(now)));
  }

  public boolean isEmpty() {
    return equals(NONE);
  }

  /** Each change in words, for a person. */
  public List<String> words() {
    return words("configured");
  }

  /**
   * The same of a change of another kind than an operator's.
   *
   * @param earlier what to call the value that was overridden
   */
  public List<String> words(String earlier) {
    List<String> words = new ArrayList<>();
    added.forEach(b -> words.add("added " + words(b)));
    removed.forEach(b -> words.add("removed " + words(b)));
    changed.forEach(c -> words.add("changed " + words(c, earlier)));
    order.ifPresent(o -> words.add("ordered " + words(o.now())));
    return words;
  }

  private static String words(List<String> names) {
    String some = String.join(", ", names.subList(0, Math.min(names.size(), MOST_NAMES)));
    int more = names.size() - MOST_NAMES;
    return more > 0 ? some + " and " + more + " more" : some;
  }

  private static String words(BackendSettings b) {
    return "%s at %s port %d, max-connections %s, state %s, compilers %s"
        .formatted(
            b.name(), b.host(), b.port(), b.maxConnections(), word(b.state()), word(b.compilers()));
  }

  private static String words(Changed c, String earlier) {
    List<String> parts = new ArrayList<>();
    addIfChanged(parts, "host", c, earlier, BackendSettings::host);
    addIfChanged(parts, "port", c, earlier, BackendSettings::port);
    addIfChanged(parts, "max-connections", c, earlier, BackendSettings::maxConnections);
    addIfChanged(parts, "stats-port", c, earlier, BackendSettings::statsPort);
    addIfChanged(parts, "state", c, earlier, BackendSettings::state);
    addIfChanged(parts, "compilers", c, earlier, BackendSettings::compilers);
    return c.now().name() + ": " + String.join(", ", parts);
  }

  private static void addIfChanged(
      List<String> parts,
      String key,
      Changed c,
      String earlier,
      Function<BackendSettings, ?> field) {
    Object configured = field.apply(c.configured());
    Object now = field.apply(c.now());
    if (!configured.equals(now)) {
      parts.add(key + " " + word(now) + " (" + earlier + ": " + word(configured) + ")");
    }
  }

  /** A value of a back-end as a person writes it. */
  static String word(Object value) {
    if (value instanceof OperatorState state) {
      return state.name().toLowerCase(Locale.ROOT);
    }
    if (value instanceof List<?> compilers) {
      return compilers.isEmpty()
          ? "any"
          : compilers.stream().map(Object::toString).collect(joining(" "));
    }
    return value.toString();
  }

  static List<String> names(List<BackendSettings> backends) {
    return backends.stream().map(BackendSettings::name).toList();
  }

  static Map<String, BackendSettings> byName(List<BackendSettings> backends) {
    return backends.stream().collect(toMap(BackendSettings::name, identity()));
  }
}
