package io.tcpbalance.state;

import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.SlotLimit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Back-ends for tests. */
final class Pools {

  static final List<String> NAMES = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");

  private static final List<List<String>> COMPILERS =
      List.of(List.of(), List.of("gcc-12", "g++-12"), List.of("clang-*"));

  private static final List<SlotLimit> LIMITS =
      List.of(SlotLimit.of(1), SlotLimit.of(2), SlotLimit.of(3), SlotLimit.AUTO);

  private static final List<OperatorState> STATES = List.of(OperatorState.values());

  private Pools() {}

  /** With one slot, up. */
  static BackendSettings host(String name) {
    return host(name, 1, OperatorState.UP);
  }

  static BackendSettings host(String name, int max, OperatorState state) {
    return host(name, max, state, List.of());
  }

  static BackendSettings host(String name, int max, OperatorState state, List<String> compilers) {
    return new BackendSettings(name, name + ".example", 3632, max, state, compilers);
  }

  static BackendSettings host(
      String name, SlotLimit max, int statsPort, OperatorState state, List<String> compilers) {
    return new BackendSettings(name, name + ".example", 3632, max, statsPort, state, compilers);
  }

  /** One that learns its slots. */
  static BackendSettings learning(String name) {
    return host(
        name, SlotLimit.AUTO, BackendSettings.DEFAULT_STATS_PORT, OperatorState.UP, List.of());
  }

  static List<BackendSettings> hosts(String... names) {
    return Stream.of(names).map(Pools::host).toList();
  }

  static List<String> names(List<BackendSettings> pool) {
    return PoolChanges.names(pool);
  }

  /** A pool of some of ten names, in any order. */
  static List<BackendSettings> random(Random random) {
    List<String> names = new ArrayList<>(NAMES);
    Collections.shuffle(names, random);
    return names.subList(0, random.nextInt(names.size() + 1)).stream()
        .map(
            name ->
                host(
                    name,
                    LIMITS.get(random.nextInt(LIMITS.size())),
                    3633 + random.nextInt(2),
                    STATES.get(random.nextInt(3)),
                    COMPILERS.get(random.nextInt(3))))
        .toList();
  }
}
