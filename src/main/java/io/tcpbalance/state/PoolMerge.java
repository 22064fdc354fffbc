package io.tcpbalance.state;

import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.state.PoolChanges.Changed;
import io.tcpbalance.state.PoolChanges.Order;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Brings a configuration and what operators changed together: a three-way merge, whose base are the
 * configured values that the operators overrode.
 *
 * <p>Where the configuration still says what it said then, the operators' change holds. Where it
 * says something else by now, that is the newer word and it wins, value by value. So {@code
 * merge(C, between(C, pool))} is the pool, and it serves a start as well as a new configuration at
 * run time.
 */
public final class PoolMerge {

  /**
   * What came of it.
   *
   * @param backends fastest first
   * @param overruled the changes that the configuration won over, in sentences
   */
  public record Merged(List<BackendSettings> backends, List<String> overruled) {
    public Merged {
      backends = List.copyOf(backends);
      overruled = List.copyOf(overruled);
    }
  }

  private final List<BackendSettings> configured;
  private final PoolChanges changes;
  private final Map<String, BackendSettings> configuredByName;
  private final List<String> overruled = new ArrayList<>();

  private PoolMerge(List<BackendSettings> configured, PoolChanges changes) {
    this.configured = configured;
    this.changes = changes;
    configuredByName = PoolChanges.byName(configured);
  }

  /** Merges; the names of the configured back-ends are unique. */
  public static Merged merge(List<BackendSettings> configured, PoolChanges changes) {
    return changes.isEmpty()
        ? new Merged(configured, List.of())
        : new PoolMerge(configured, changes).merge();
  }

  private Merged merge() {
    Map<String, BackendSettings> pool = new LinkedHashMap<>();
    configured.forEach(b -> pool.put(b.name(), b));
    changes.changed().forEach(c -> change(pool, c));
    changes.removed().forEach(b -> remove(pool, b));
    changes.added().forEach(b -> add(pool, b));
    List<String> order =
        changes
            .order()
            .map(o -> ordered(pool.keySet(), o))
            .orElseGet(() -> List.copyOf(pool.keySet()));
    List<BackendSettings> backends =
        order.stream().flatMap(name -> Stream.ofNullable(pool.remove(name))).toList();
    return new Merged(backends, overruled);
  }

  private void change(Map<String, BackendSettings> pool, Changed change) {
    String name = change.now().name();
    BackendSettings theirs = configuredByName.get(name);
    if (theirs == null) {
      overrule("back-end " + name + " is not configured any more, what was changed of it is void");
      return;
    }
    pool.put(
        name,
        new BackendSettings(
            name,
            value("host", change, theirs, BackendSettings::host),
            value("port", change, theirs, BackendSettings::port),
            value("max-connections", change, theirs, BackendSettings::maxConnections),
            value("stats-port", change, theirs, BackendSettings::statsPort),
            value("state", change, theirs, BackendSettings::state),
            value("compilers", change, theirs, BackendSettings::compilers)));
  }

  private <T> T value(
      String key, Changed change, BackendSettings theirs, Function<BackendSettings, T> field) {
    T then = field.apply(change.configured());
    T mine = field.apply(change.now());
    T now = field.apply(theirs);
    if (then.equals(now)) {
      return mine;
    }
    if (!mine.equals(then) && !mine.equals(now)) {
      overrule(
          "back-end %s: %s is configured as %s now, it was %s when it was changed to %s"
              .formatted(
                  theirs.name(),
                  key,
                  PoolChanges.word(now),
                  PoolChanges.word(then),
                  PoolChanges.word(mine)));
    }
    return now;
  }

  private void remove(Map<String, BackendSettings> pool, BackendSettings removed) {
    BackendSettings theirs = configuredByName.get(removed.name());
    if (removed.equals(theirs)) {
      pool.remove(removed.name());
    } else if (theirs != null) {
      overrule("back-end " + removed.name() + " was removed, its configuration has changed since");
    }
  }

  private void add(Map<String, BackendSettings> pool, BackendSettings added) {
    BackendSettings theirs = configuredByName.get(added.name());
    if (theirs == null) {
      pool.put(added.name(), added);
    } else if (!theirs.equals(added)) {
      overrule("back-end " + added.name() + " was added, it is configured by now");
    }
  }

  /** Each back-end that only one of the two orders knows stands behind its predecessor there. */
  private List<String> ordered(Set<String> pool, Order order) {
    List<String> theirs = PoolChanges.names(configured);
    Set<String> known = configuredByName.keySet();
    boolean reordered =
        !only(Set.copyOf(order.configured()), theirs).equals(only(known, order.configured()));
    if (reordered && !only(Set.copyOf(order.now()), theirs).equals(only(known, order.now()))) {
      overrule("the configured order is another one than when back-ends were moved");
    }
    List<String> leading = only(pool, reordered ? theirs : order.now());
    List<String> following = only(pool, reordered ? order.now() : theirs);
    return woven(woven(leading, following), List.copyOf(pool));
  }

  private static List<String> only(Set<String> wanted, List<String> names) {
    return names.stream().filter(wanted::contains).toList();
  }

  /** The first list, and in it what only the second holds, behind its predecessor there. */
  private static List<String> woven(List<String> list, List<String> other) {
    Set<String> known = Set.copyOf(list);
    List<String> result = new ArrayList<>();
    Map<String, List<String>> followers = new HashMap<>();
    List<String> heads = result;
    for (String name : other) {
      if (known.contains(name)) {
        heads = followers.computeIfAbsent(name, n -> new ArrayList<>());
      } else {
        heads.add(name);
      }
    }
    for (String name : list) {
      result.add(name);
      result.addAll(followers.getOrDefault(name, List.of()));
    }
    return result;
  }

  private void overrule(String sentence) {
    overruled.add(sentence);
  }
}
