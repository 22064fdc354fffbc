package io.tcpbalance.supervision;

import static io.tcpbalance.supervision.ActorStatus.State.RESTARTING;
import static io.tcpbalance.supervision.ActorStatus.State.RUNNING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.config.SupervisionSettings;
import io.tcpbalance.testing.DrillFilter;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Which actors there are, told by themselves. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ActorTreeTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int MAX_RESTARTS = 3;
  private static final Kill KILL = new Kill(DrillFilter.REASON);

  private final ActorTestKit kit = ActorTestKit.create();
  private final TestProbe<Object> watcher = kit.createTestProbe();
  private final AtomicLong nanos = new AtomicLong(-7);

  @AfterAll
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void listsParentsBeforeTheirChildren() {
    ActorTree tree = new ActorTree(nanos::get);
    ActorRef<String> parent =
        kit.spawn(supervision(tree).root(parentOf(tree, "x", "b", "a-1")), "top");
    ActorRef<String> other = kit.spawn(supervision(tree).restarting(echo()), "top-b");

    awaitPaths(tree, "/user/top", "/user/top/a-1", "/user/top/b", "/user/top/x", "/user/top-b");
    kit.stop(parent);
    kit.stop(other);
    awaitPaths(tree);
  }

  @Test
  void countsRestartsAndTheAgeOfEachLife() {
    ActorTree tree = new ActorTree(nanos::get);
    ActorRef<String> actor = kit.spawn(supervision(tree).restarting(echo()), "restarted");
    ask(actor);
    nanos.addAndGet(Duration.ofMillis(20).toNanos());
    assertEquals(Duration.ofMillis(20), tree.list().get(0).age());

    for (int i = 1; i <= MAX_RESTARTS; i++) {
      assertTrue(tree.kill("/user/restarted", KILL));
      ask(actor);

      assertEquals(
          new ActorStatus("/user/restarted", RUNNING, Duration.ZERO, i, OptionalInt.of(0)),
          tree.list().get(0));
    }
    kit.stop(actor);
  }

  @Test
  void forgetsWhoFailedForGood() {
    ActorTree tree = new ActorTree(nanos::get);
    ActorRef<String> actor = kit.spawn(supervision(tree).restarting(echo()), "hopeless");
    ask(actor);

    for (int i = 0; i <= MAX_RESTARTS; i++) {
      tree.kill("/user/hopeless", KILL);
    }

    watcher.expectTerminated(actor, PATIENCE);
    awaitPaths(tree);
    assertFalse(tree.kill("/user/hopeless", KILL));
  }

  @Test
  void tellsWhoWaitsForItsNextLife() {
    ActorTree tree = new ActorTree(nanos::get);
    ActorRef<String> actor = kit.spawn(supervision(tree).neverGivingUp(echo()), "patient");
    ask(actor);

    for (int i = 0; i <= MAX_RESTARTS; i++) {
      tree.kill("/user/patient", KILL);
    }

    watcher.awaitAssert(
        PATIENCE,
        () -> {
          assertEquals(RESTARTING, tree.list().get(0).state());
          return tree;
        });
    kit.stop(actor);
    awaitPaths(tree);
  }

  @Test
  void aNewActorUnderAnOldNameHasNeverBeenRestarted() {
    ActorTree tree = new ActorTree(nanos::get);
    for (int i = 0; i < 2; i++) {
      ActorRef<String> actor = kit.spawn(supervision(tree).restarting(echo()), "name");
      ask(actor);
      assertEquals(0, tree.list().get(0).restarts());
      tree.kill("/user/name", KILL);
      ask(actor);
      assertEquals(1, tree.list().get(0).restarts());
      kit.stop(actor);
    }
    awaitPaths(tree);
  }

  @Test
  void tellsHowManyMessagesWait() throws InterruptedException {
    ActorTree tree = new ActorTree(nanos::get);
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Behavior<String> slow =
        Behaviors.receiveMessage(
            message -> {
              started.countDown();
              goOn.await();
              return Behaviors.same();
            });
    ActorRef<String> actor = kit.spawn(supervision(tree).restarting(slow), "slow");
    actor.tell("this it is at");
    started.await();
    actor.tell("this waits");
    actor.tell("and this");

    OptionalInt waiting = tree.list().get(0).mailboxSize();

    goOn.countDown();
    assertEquals(OptionalInt.of(2), waiting);
    kit.stop(actor);
  }

  @Test
  void sessionsAreNotListed() {
    ActorTree tree = new ActorTree(nanos::get);
    ActorRef<String> session = kit.spawn(supervision(tree).stopping(echo()), "session-1");
    ask(session);

    assertEquals(List.of(), tree.list());
    kit.stop(session);
  }

  private static Supervision supervision(ActorTree tree) {
    return new Supervision(new SupervisionSettings(MAX_RESTARTS, Duration.ofHours(1)), true, tree);
  }

  private Behavior<String> echo() {
    return Behaviors.receiveMessage(
        message -> {
          watcher.ref().tell(message);
          return Behaviors.same();
        });
  }

  private Behavior<String> parentOf(ActorTree tree, String... names) {
    return Behaviors.setup(
        context -> {
          for (String name : names) {
            context.spawn(supervision(tree).restarting(echo()), name);
          }
          return echo();
        });
  }

  /** Returns when it has answered, and so is listed. */
  private void ask(ActorRef<String> actor) {
    String question = "are you there?";
    actor.tell(question);
    assertEquals(question, watcher.receiveMessage(PATIENCE));
  }

  private void awaitPaths(ActorTree tree, String... expected) {
    watcher.awaitAssert(
        PATIENCE,
        () -> {
          assertEquals(List.of(expected), paths(tree));
          return tree;
        });
  }

  private static List<String> paths(ActorTree tree) {
    return tree.list().stream().map(ActorStatus::path).toList();
  }
}
