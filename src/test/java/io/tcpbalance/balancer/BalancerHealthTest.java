package io.tcpbalance.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.balancer.Balancer.Observed;
import io.tcpbalance.balancer.Balancer.RosterChanged;
import io.tcpbalance.balancer.Balancer.Watch;
import io.tcpbalance.balancer.Balancer.WatcherMessage;
import io.tcpbalance.config.OperatorState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a balancer hears of its back-ends' health, and tells of it. */
@Timeout(30)
class BalancerHealthTest {

  private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config());

  private final BalancerUnderTest test =
      new BalancerUnderTest(
          KIT,
          10,
          Hosts.probed(Duration.ofSeconds(10)),
          Hosts.configured("a", 3),
          Hosts.configured("b", 2));
  private final TestProbe<WatcherMessage> watcher = KIT.createTestProbe();

  BalancerHealthTest() {
    test.census();
    test.ref.tell(new Watch(watcher.getRef()));
    expectRoster("a", "b");
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void eachChangeIsOneLogLineAndOneEventWithTheReason() {
    TestProbe<BackendHealthChanged> events = KIT.createTestProbe();
    KIT.system()
        .eventStream()
        .tell(new EventStream.Subscribe<>(BackendHealthChanged.class, events.getRef()));

    LoggingTestKit.warn("back-end a failed: connection refused")
        .withOccurrences(1)
        .expect(
            KIT.system(),
            () -> {
              observe("a", Observation.UNREACHABLE, "connection refused");
              observe("a", Observation.UNREACHABLE, "connection refused");
              test.describe();
              return true;
            });
    observe("a", Observation.SERVES, "accepted a probe");

    BackendHealthChanged failed =
        new BackendHealthChanged(
            "farm", "a", false, false, "connection refused", BalancerUnderTest.NOW);
    BackendHealthChanged healthy =
        new BackendHealthChanged(
            "farm", "a", true, false, "accepted a probe", BalancerUnderTest.NOW);
    events.expectMessage(failed);
    events.expectMessage(healthy);
    watcher.expectMessage(failed);
    watcher.expectMessage(healthy);
  }

  @Test
  void tellsItsWatcherWhatOperatorsChange() {
    ask(r -> new Balancer.Add(Hosts.configured("c", 1), new Placement.Last(), r));
    expectRoster("a", "b", "c");

    ask(r -> new Balancer.Remove("b", false, r));
    expectRoster("a", "c");

    ask(
        r ->
            new Balancer.Change(
                "c",
                Optional.of(OperatorState.DOWN),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                r));
    BackendStatus c = expectRoster("a", "c").get(1);
    assertEquals(OperatorState.DOWN, c.state());
  }

  @Test
  void doesNotTellItsWatcherWhatOperatorsOnlyAsk() {
    test.describe();
    ask(r -> new Balancer.Reset("nobody", r));
    observe("a", Observation.FAILS, "reason");

    watcher.expectMessageClass(BackendHealthChanged.class);
  }

  @Test
  void tellsItsWatcherAgainInItsNextLife() {
    observe("b", Observation.FAILS, "reason");
    watcher.expectMessageClass(BackendHealthChanged.class);

    test.kill();

    List<BackendStatus> told = expectRoster("a", "b");
    assertTrue(told.get(0).healthy());
    assertTrue(!told.get(1).healthy());
  }

  @Test
  void aNewWatcherTakesTheOldOnesPlace() {
    TestProbe<WatcherMessage> next = KIT.createTestProbe();
    test.ref.tell(new Watch(next.getRef()));
    next.expectMessageClass(RosterChanged.class);

    observe("a", Observation.FAILS, "reason");
    next.expectMessageClass(BackendHealthChanged.class);
    test.ref.tell(new Watch(watcher.getRef()));

    expectRoster("a", "b");
  }

  @Test
  void givesABackendThatCameBackItsSlotsOneByOne() {
    observe("a", Observation.FAILS, "reason");
    observe("b", Observation.FAILS, "reason");
    for (long session = 1; session <= 3; session++) {
      test.acquire(session);
      test.expectQueued(session);
    }

    observe("a", Observation.SERVES, "reason");
    test.expectGranted(1, 1, "a");
    test.expectSilence();
    test.pass(Duration.ofSeconds(5));
    test.expectGranted(1, 2, "a");
    test.expectSilence();
    assertEquals(2, test.describe("a").slots());
    test.pass(Duration.ofSeconds(5));

    test.expectGranted(1, 3, "a");
    assertEquals(3, test.describe("a").slots());
  }

  private void observe(String backend, Observation observation, String reason) {
    test.ref.tell(new Observed(backend, observation, reason));
  }

  private void ask(Function<ActorRef<StatusReply<BackendStatus>>, Balancer.Command> operation) {
    TestProbe<StatusReply<BackendStatus>> operator = KIT.createTestProbe();
    test.ref.tell(operation.apply(operator.getRef()));
    operator.receiveMessage();
  }

  private List<BackendStatus> expectRoster(String... names) {
    List<BackendStatus> told = watcher.expectMessageClass(RosterChanged.class).backends();
    assertEquals(List.of(names), told.stream().map(BackendStatus::name).toList());
    return told;
  }
}
