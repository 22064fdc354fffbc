package io.tcpbalance.state;

import static io.tcpbalance.config.OperatorState.DOWN;
import static io.tcpbalance.config.OperatorState.DRAIN;
import static io.tcpbalance.config.OperatorState.UP;
import static io.tcpbalance.state.PoolChanges.between;
import static io.tcpbalance.state.PoolMerge.merge;
import static io.tcpbalance.state.Pools.host;
import static io.tcpbalance.state.Pools.hosts;
import static io.tcpbalance.state.Pools.names;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.SlotLimit;
import io.tcpbalance.state.PoolChanges.Order;
import io.tcpbalance.state.PoolMerge.Merged;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Pools are written as their names, fastest first; the configuration comes first in each test. */
class PoolMergeTest {

  private static final long SEED = Long.getLong("tcpbalance.seed", System.nanoTime());

  @Test
  void untouchedPoolHasNoChanges() {
    assertEquals(PoolChanges.NONE, between(hosts("a", "b"), hosts("a", "b")));
    assertEquals(hosts("a", "b"), unanimous(hosts("a", "b"), PoolChanges.NONE));
  }

  @Test
  void newConfigurationOfAnUntouchedPoolIsTakenAsItIs() {
    assertEquals(hosts("c", "a"), unanimous(hosts("c", "a"), PoolChanges.NONE));
  }

  @Nested
  class Values {
    private final List<BackendSettings> configured = List.of(host("a", 4, UP), host("b", 2, UP));
    private final PoolChanges drainedAndEnlarged =
        between(configured, List.of(host("a", 8, DRAIN), host("b", 2, UP)));

    @Test
    void changeHoldsWhereTheConfigurationStayed() {
      assertEquals(
          List.of(host("a", 8, DRAIN), host("b", 2, UP)),
          unanimous(configured, drainedAndEnlarged));
    }

    @Test
    void configurationWinsWhereItChangedAndOnlyThere() {
      Merged merged = merge(List.of(host("a", 6, UP), host("b", 3, UP)), drainedAndEnlarged);

      assertEquals(List.of(host("a", 6, DRAIN), host("b", 3, UP)), merged.backends());
      assertEquals(
          List.of(
              "back-end a: max-connections is configured as 6 now, it was 4 when it was changed to"
                  + " 8"),
          merged.overruled());
    }

    @Test
    void configurationThatAgreesByNowIsNoConflict() {
      assertEquals(
          List.of(host("a", 8, DRAIN), host("b", 2, UP)),
          unanimous(List.of(host("a", 8, DRAIN), host("b", 2, UP)), drainedAndEnlarged));
    }

    @Test
    void configuredStateWinsOverAnOlderWord() {
      Merged merged =
          merge(
              hosts("a").stream().map(b -> host("a", 1, DOWN)).toList(),
              between(hosts("a"), List.of(host("a", 1, DRAIN))));

      assertEquals(List.of(host("a", 1, DOWN)), merged.backends());
      assertEquals(
          List.of(
              "back-end a: state is configured as down now, it was up when it was changed to"
                  + " drain"),
          merged.overruled());
    }

    @Test
    void changeOfWhatIsNotConfiguredAnyMoreIsVoid() {
      Merged merged = merge(List.of(host("b", 2, UP)), drainedAndEnlarged);

      assertEquals(List.of(host("b", 2, UP)), merged.backends());
      assertEquals(
          List.of("back-end a is not configured any more, what was changed of it is void"),
          merged.overruled());
    }

    @Test
    void addressOfAHostThatWasReplacedHolds() {
      BackendSettings elsewhere = new BackendSettings("a", "10.0.0.7", 4000, 4, UP, List.of("gcc"));

      assertEquals(
          List.of(elsewhere, host("b", 2, UP)),
          unanimous(configured, between(configured, List.of(elsewhere, host("b", 2, UP)))));
    }
  }

  @Nested
  class Removals {
    private final PoolChanges removed = between(hosts("a", "b"), hosts("b"));

    @Test
    void removedStaysRemoved() {
      assertEquals(hosts("b"), unanimous(hosts("a", "b"), removed));
    }

    @Test
    void removedComesBackWhenItsConfigurationChanged() {
      Merged merged = merge(List.of(host("a", 2, UP), host("b")), removed);

      assertEquals(List.of(host("a", 2, UP), host("b")), merged.backends());
      assertEquals(
          List.of("back-end a was removed, its configuration has changed since"),
          merged.overruled());
    }

    @Test
    void removedThatIsNotConfiguredAnyMoreIsNoConflict() {
      assertEquals(hosts("b"), unanimous(hosts("b"), removed));
    }

    @Test
    void allMayBeRemoved() {
      assertEquals(List.of(), unanimous(hosts("a", "b"), between(hosts("a", "b"), List.of())));
    }
  }

  @Nested
  class Additions {
    private final PoolChanges added = between(hosts("a"), hosts("a", "x"));

    @Test
    void addedStays() {
      assertEquals(hosts("a", "x"), unanimous(hosts("a"), added));
    }

    @Test
    void addedComesAfterWhatIsNewlyConfigured() {
      assertEquals(hosts("a", "b", "x"), unanimous(hosts("a", "b"), added));
    }

    @Test
    void configurationWinsOverWhatWasAddedByTheSameName() {
      Merged merged = merge(List.of(host("x", 7, DOWN), host("a")), added);

      assertEquals(List.of(host("x", 7, DOWN), host("a")), merged.backends());
      assertEquals(List.of("back-end x was added, it is configured by now"), merged.overruled());
    }

    @Test
    void configuringWhatWasAddedIsNoConflict() {
      assertEquals(hosts("x", "a"), unanimous(hosts("x", "a"), added));
    }

    @Test
    void stayInAnEmptyPool() {
      assertEquals(hosts("x"), unanimous(List.of(), added));
    }
  }

  @Nested
  class Orders {

    @Test
    void movedStaysMoved() {
      assertEquals(hosts("c", "a", "b"), order(hosts("a", "b", "c"), "c", "a", "b"));
    }

    @Test
    void addedStaysBehindTheOneItWasPutBehind() {
      assertEquals(hosts("x", "a", "y", "b"), order(hosts("a", "b"), "x", "a", "y", "b"));
    }

    @Test
    void newlyConfiguredStandsBehindItsConfiguredPredecessor() {
      PoolChanges moved = between(hosts("a", "b"), hosts("b", "a"));

      assertEquals(hosts("b", "a", "n"), unanimous(hosts("a", "n", "b"), moved));
      assertEquals(hosts("b", "n", "a"), unanimous(hosts("a", "b", "n"), moved));
      assertEquals(hosts("n", "m", "b", "a"), unanimous(hosts("n", "m", "a", "b"), moved));
    }

    @Test
    void neighboursThatAreGoneAreSkipped() {
      PoolChanges moved = between(hosts("a", "b", "c", "d"), hosts("d", "c", "x", "b", "a"));

      assertEquals(hosts("d", "x", "a"), unanimous(hosts("a", "d"), moved));
      assertEquals(hosts("x"), unanimous(List.of(), moved));
    }

    @Test
    void configuredOrderWinsWhereItChanged() {
      PoolChanges moved = between(hosts("a", "b", "c"), hosts("c", "x", "b", "a"));

      Merged merged = merge(hosts("b", "c", "a"), moved);

      assertEquals(hosts("b", "c", "x", "a"), merged.backends(), "x stays behind c");
      assertEquals(
          List.of("the configured order is another one than when back-ends were moved"),
          merged.overruled());
    }

    @Test
    void addedFirstStaysFirstWhereTheConfiguredOrderWins() {
      PoolChanges moved = between(hosts("a", "b", "c"), hosts("x", "c", "b", "a"));

      assertEquals(hosts("x", "b", "a", "c"), merge(hosts("b", "a", "c"), moved).backends());
    }

    @Test
    void configuringTheOrderThatWasMadeIsNoConflict() {
      PoolChanges moved = between(hosts("a", "b"), hosts("b", "a"));

      assertEquals(hosts("b", "a"), unanimous(hosts("b", "a"), moved));
    }

    @Test
    void removedThatComesBackStandsWhereItIsConfigured() {
      PoolChanges changes = between(hosts("a", "b", "c"), hosts("c", "a"));

      Merged merged = merge(List.of(host("a"), host("b", 2, UP), host("c")), changes);

      assertEquals(List.of("c", "a", "b"), names(merged.backends()));
    }

    @Test
    void orderThatAPersonWroteMayNameTooFewAndTooMany() {
      PoolChanges edited =
          new PoolChanges(
              hosts("x"),
              List.of(),
              List.of(),
              Optional.of(new Order(List.of("a", "b"), List.of("b", "nobody", "b"))));

      Merged merged = merge(hosts("a", "b"), edited);

      assertEquals(3, new HashSet<>(merged.backends()).size());
      assertEquals(3, merged.backends().size());
    }

    private List<BackendSettings> order(List<BackendSettings> configured, String... now) {
      return unanimous(configured, between(configured, hosts(now)));
    }
  }

  @Test
  void mergeOfTheDifferenceIsThePool() {
    Random random = new Random(SEED);
    for (int i = 0; i < 20_000; i++) {
      List<BackendSettings> configured = Pools.random(random);
      List<BackendSettings> pool = Pools.random(random);

      assertEquals(pool, unanimous(configured, between(configured, pool)), "seed " + SEED);
    }
  }

  @Test
  void everyMergeObeysTheRules() {
    Random random = new Random(SEED);
    for (int i = 0; i < 20_000; i++) {
      List<BackendSettings> then = Pools.random(random);
      List<BackendSettings> mine = Pools.random(random);
      List<BackendSettings> theirs = Pools.random(random);

      List<BackendSettings> merged = merge(theirs, between(then, mine)).backends();

      String inputs = "seed %d%nthen %s%nmine %s%ntheirs %s".formatted(SEED, then, mine, theirs);
      assertEquals(new HashSet<>(names(merged)).size(), merged.size(), inputs);
      for (String name : Pools.NAMES) {
        assertEquals(
            expected(find(then, name), find(mine, name), find(theirs, name)),
            find(merged, name),
            inputs);
      }
      // What was merged is a pool like any other: the same changes against the same configuration.
      assertEquals(merged, unanimous(theirs, between(theirs, merged)), inputs);
    }
  }

  /** The rules once more, for one back-end, as plainly as can be. */
  private static Optional<BackendSettings> expected(
      Optional<BackendSettings> then,
      Optional<BackendSettings> mine,
      Optional<BackendSettings> theirs) {
    if (mine.equals(then) || (then.isEmpty() && theirs.isPresent())) {
      return theirs;
    }
    if (mine.isEmpty()) {
      return theirs.equals(then) ? Optional.empty() : theirs;
    }
    if (then.isEmpty()) {
      return mine;
    }
    return theirs.map(
        now -> {
          SlotLimit max =
              now.maxConnections().equals(then.get().maxConnections())
                  ? mine.get().maxConnections()
                  : now.maxConnections();
          int statsPort =
              now.statsPort() == then.get().statsPort() ? mine.get().statsPort() : now.statsPort();
          OperatorState state =
              now.state() == then.get().state() ? mine.get().state() : now.state();
          List<String> compilers =
              now.compilers().equals(then.get().compilers())
                  ? mine.get().compilers()
                  : now.compilers();
          return host(now.name(), max, statsPort, state, compilers);
        });
  }

  private static Optional<BackendSettings> find(List<BackendSettings> pool, String name) {
    return pool.stream().filter(b -> b.name().equals(name)).findFirst();
  }

  private static List<BackendSettings> unanimous(
      List<BackendSettings> configured, PoolChanges changes) {
    Merged merged = merge(configured, changes);
    assertEquals(List.of(), merged.overruled());
    return merged.backends();
  }
}
