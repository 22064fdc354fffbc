package io.tcpbalance.state;

import static io.tcpbalance.state.Pools.host;
import static io.tcpbalance.state.Pools.hosts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.OperationRefused;
import io.tcpbalance.balancer.Placement;
import io.tcpbalance.balancer.PoolStatus;
import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.SlotLimit;
import io.tcpbalance.supervision.Kill;
import io.tcpbalance.testing.DrillFilter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The recorder with real balancers; what a restart would make of the file is asked of the file. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StateRecorderTest {

  private static final long SEED = Long.getLong("tcpbalance.seed", System.nanoTime());
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final List<OperatorState> STATES = List.of(OperatorState.values());

  private final ActorTestKit kit = ActorTestKit.create();
  private Path directory;
  private DirectoryLock lock;
  private ActorRef<StateRecorder.Command> recorder;

  @BeforeEach
  void start(@TempDir Path fresh) {
    directory = fresh;
    lock = new DirectoryLock(directory);
    recorder = startRecorder();
  }

  private ActorRef<StateRecorder.Command> startRecorder() {
    StateFile file = StateFile.load(directory, lock, InstantSource.system());
    return kit.spawn(LivePool.SUPERVISION.restarting(StateRecorder.create(file)));
  }

  @AfterEach
  void stop() {
    kit.stop(recorder);
    lock.close();
  }

  @AfterAll
  void shutdown() {
    kit.shutdownTestKit();
  }

  @Test
  void writesNothingForAnUntouchedPool() {
    LivePool pool = watched("farm", hosts("a", "b"));

    assertEquals(Optional.empty(), save());

    assertFalse(Files.exists(file()));
    assertEquals(hosts("a", "b"), pool.shown());
  }

  @Test
  void answersWhenItIsOnTheDisk() throws Exception {
    LivePool pool = watched("farm", hosts("a", "b"));
    join(setMax(pool, "b", 7));

    assertEquals(Optional.empty(), save());

    assertEquals(List.of(host("a"), host("b", 7, OperatorState.UP)), afterRestart("farm", pool));
  }

  @Test
  void writesNothingWhenOnlyCountersChange() throws Exception {
    LivePool pool = watched("farm", hosts("a"));
    join(setMax(pool, "a", 7));
    save();
    Files.delete(file());

    join(pool.<PoolStatus>operate(Balancer.ResetAll::new));

    assertEquals(Optional.empty(), save());
    assertFalse(Files.exists(file()), "a reset of what is up changes the counters only");
  }

  @Test
  void keepsWhatIsRecordedOfProxiesThatAreNotConfigured() throws Exception {
    PoolChanges others = PoolChanges.between(List.of(), hosts("x"));
    StateFile file = StateFile.load(directory, lock, InstantSource.system());
    file.save(new RecordedState(Map.of("mail", others)));
    kit.stop(recorder);
    recorder = startRecorder();
    LivePool pool = watched("farm", hosts("a"));

    join(setMax(pool, "a", 7));
    save();

    assertEquals(others, StateFile.read(file()).of("mail"));
    assertEquals(1, StateFile.read(file()).of("farm").changed().size());
  }

  @Test
  void newConfigurationIsTheNewMeasure() throws Exception {
    LivePool pool = watched("farm", hosts("a"));
    join(setMax(pool, "a", 7));

    recorder.tell(
        new StateRecorder.Watch("farm", List.of(host("a", 7, OperatorState.UP)), pool.roster));

    assertEquals(Optional.empty(), save());
    assertEquals(PoolChanges.NONE, StateFile.read(file()).of("farm"));
  }

  @Test
  void tellsThatTheDiskIsFullAndWritesEverythingLater() throws Exception {
    LivePool pool = watched("farm", hosts("a", "b"));
    fillDisk();
    join(setMax(pool, "a", 7));
    assertEquals(Optional.of("No space left on device"), save());
    join(setMax(pool, "b", 8));
    assertEquals(Optional.of("No space left on device"), save());
    assertEquals(hosts("a", "b"), afterRestart("farm", pool));

    makeRoom();

    assertEquals(Optional.empty(), save());
    assertEquals(pool.shown(), afterRestart("farm", pool));
  }

  @Test
  void writesInTheEndWhatItCouldNotBefore() throws Exception {
    LivePool pool = watched("farm", hosts("a"));
    fillDisk();
    join(setMax(pool, "a", 7));
    save();
    makeRoom();

    kit.stop(recorder);

    assertEquals(pool.shown(), afterRestart("farm", pool));
  }

  @Test
  void nextLifeWritesWhatWasMissed() throws Exception {
    LivePool pool = watched("farm", hosts("a"));
    join(setMax(pool, "a", 7));

    new Kill(DrillFilter.REASON).send(recorder);

    assertEquals(Optional.empty(), save());
    assertEquals(pool.shown(), afterRestart("farm", pool));
  }

  @Test
  void neverPutsAnOlderStateOverANewerOne() throws Exception {
    int operators = 8;
    String[] names = Pools.NAMES.subList(0, operators).toArray(String[]::new);
    LivePool pool = watched("farm", hosts(names));
    List<CompletableFuture<?>> all = new ArrayList<>();

    for (String name : names) {
      all.add(enlargeStepByStep(pool, name, 2, 60).toCompletableFuture());
    }

    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
    assertEquals(pool.shown(), afterRestart("farm", pool));
  }

  /** After each answer the file must hold what was answered. */
  private CompletionStage<?> enlargeStepByStep(LivePool pool, String name, int max, int last) {
    if (max > last) {
      return CompletableFuture.completedStage(null);
    }
    return setMax(pool, name, max)
        .thenCompose(changed -> ask())
        .thenCompose(
            outcome -> {
              assertEquals(Optional.empty(), outcome.failure());
              assertEquals(max, recordedMax(pool, name));
              return enlargeStepByStep(pool, name, max + 1, last);
            });
  }

  private int recordedMax(LivePool pool, String name) {
    try {
      return afterRestart("farm", pool).stream()
          .filter(b -> b.name().equals(name))
          .findFirst()
          .orElseThrow()
          .maxConnections()
          .fixed()
          .orElseThrow();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void restartAfterAnyOfAThousandOperationsFindsWhatWasAnswered() throws Exception {
    Random random = new Random(SEED);
    Map<String, LivePool> pools =
        Map.of(
            "farm", watched("farm", hosts("a", "b", "c", "d")), "mail", watched("mail", List.of()));
    boolean full = false;
    for (int i = 0; i < 1_000; i++) {
      String proxy = random.nextInt(4) == 0 ? "mail" : "farm";
      LivePool pool = pools.get(proxy);
      if (random.nextInt(20) == 0) {
        full = !full;
        if (full) {
          fillDisk();
        } else {
          makeRoom();
        }
      }
      if (random.nextInt(20) == 0) {
        pool.kill();
      }
      if (random.nextInt(20) == 0) {
        new Kill(DrillFilter.REASON).send(recorder);
      }

      operateAtRandom(pool, random);
      Optional<String> failure = save();

      if (failure.isEmpty()) {
        for (Map.Entry<String, LivePool> each : pools.entrySet()) {
          assertEquals(
              each.getValue().shown(),
              afterRestart(each.getKey(), each.getValue()),
              "seed " + SEED + ", operation " + i);
        }
      } else {
        assertEquals(Optional.of("No space left on device"), failure, "seed " + SEED);
        assertTrue(full, "seed " + SEED);
      }
    }
  }

  /** Refusals are as good: they change nothing. */
  private static void operateAtRandom(LivePool pool, Random random) {
    String name = name(random);
    Placement placement =
        switch (random.nextInt(3)) {
          case 0 -> new Placement.First();
          case 1 -> new Placement.Last();
          default -> new Placement.After(name(random));
        };
    OperatorState state = STATES.get(random.nextInt(STATES.size()));
    int max = 1 + random.nextInt(9);
    CompletionStage<?> answer =
        switch (random.nextInt(12)) {
          case 0, 1, 2 ->
              pool.<BackendStatus>operate(
                  to -> new Balancer.Add(host(name, max, state), placement, to));
          case 3, 4 -> setMax(pool, name, max);
          case 5, 6 -> change(pool, name, Optional.of(state), Optional.empty());
          case 7, 8 -> change(pool, name, Optional.empty(), Optional.of(placement));
          case 9 -> pool.<BackendStatus>operate(to -> new Balancer.Reset(name, to));
          case 10 ->
              pool.<BackendStatus>operate(
                  to -> new Balancer.Remove(name, random.nextBoolean(), to));
          default ->
              random.nextInt(10) == 0
                  ? pool.<PoolStatus>operate(Balancer.ResetAll::new)
                  : change(pool, name, Optional.of(state), Optional.of(placement));
        };
    try {
      join(answer);
    } catch (CompletionException e) {
      assertEquals(OperationRefused.class, e.getCause().getClass());
    }
  }

  private static String name(Random random) {
    return Pools.NAMES.get(random.nextInt(Pools.NAMES.size()));
  }

  private static CompletionStage<BackendStatus> setMax(LivePool pool, String name, int max) {
    return pool.operate(
        to ->
            new Balancer.Change(
                name,
                Optional.empty(),
                Optional.of(SlotLimit.of(max)),
                Optional.empty(),
                Optional.empty(),
                to));
  }

  private static CompletionStage<BackendStatus> change(
      LivePool pool, String name, Optional<OperatorState> state, Optional<Placement> placement) {
    return pool.operate(
        to -> new Balancer.Change(name, state, Optional.empty(), placement, Optional.empty(), to));
  }

  private LivePool watched(String proxy, List<BackendSettings> configured) {
    LivePool pool = new LivePool(kit, configured);
    recorder.tell(pool.watch(proxy));
    return pool;
  }

  private Optional<String> save() {
    return join(ask()).failure();
  }

  private CompletionStage<StateRecorder.Outcome> ask() {
    return AskPattern.ask(recorder, StateRecorder.Save::new, PATIENCE, kit.system().scheduler());
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  private List<BackendSettings> afterRestart(String proxy, LivePool pool) throws Exception {
    return PoolMerge.merge(pool.configured, StateFile.read(file()).of(proxy)).backends();
  }

  private Path file() {
    return directory.resolve("state.json");
  }

  private Path temporary() {
    return directory.resolve("state.json.tmp");
  }

  private void fillDisk() throws Exception {
    Files.deleteIfExists(temporary());
    Files.createSymbolicLink(temporary(), Path.of("/dev/full"));
  }

  private void makeRoom() throws Exception {
    Files.delete(temporary());
  }
}
