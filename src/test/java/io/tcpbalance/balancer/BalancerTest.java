package io.tcpbalance.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.balancer.Balancer.Refused;
import io.tcpbalance.balancer.Balancer.Release;
import io.tcpbalance.balancer.Balancer.SessionEnded;
import io.tcpbalance.balancer.Balancer.Withdraw;
import io.tcpbalance.config.OperatorState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BalancerTest {

  private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config());

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void grantsAFreeSlotAtOnce() {
    BalancerUnderTest test = BalancerUnderTest.serving(KIT, Hosts.configured("a", 1));

    test.acquire(1);

    test.expectGranted(1, 1, "a");
    assertEquals(1, test.describe("a").pending());
  }

  @Test
  void queuesClientWhenAllBackendsAreFullAndGrantsWhenOneIsReleased() {
    BalancerUnderTest test = BalancerUnderTest.serving(KIT, Hosts.configured("a", 1));
    test.acquire(1);
    test.acquire(2);
    test.expectGranted(1, 1, "a");
    test.expectQueued(2);

    test.connected(1);
    assertEquals(1, test.describe("a").active());
    test.finish(1);

    test.expectGranted(1, 2, "a");
    assertEquals(1, test.describe("a").activeCount());
    assertEquals(20, test.describe("a").bytesOut());
  }

  @Test
  void refusesBeyondTheQueuesLength() {
    BalancerUnderTest test = new BalancerUnderTest(KIT, 1, Hosts.configured("a", 1));
    test.census();
    test.acquire(1);
    test.acquire(2);
    test.acquire(3);

    test.expectGranted(1, 1, "a");
    test.expectQueued(2);
    test.sessions.expectMessage(new Refused(BalancerUnderTest.id(3), Refusal.QUEUE_FULL));
  }

  @Test
  void refusesWhoWaitedTooLongByItself() {
    BalancerUnderTest test = BalancerUnderTest.serving(KIT);
    test.acquire(1);
    test.expectQueued(1);
    test.pass(Duration.ofSeconds(20));
    test.acquire(2);
    test.expectQueued(2);

    test.pass(Duration.ofSeconds(39));
    test.expectSilence();
    test.pass(Duration.ofSeconds(1));
    test.sessions.expectMessage(new Refused(BalancerUnderTest.id(1), Refusal.QUEUE_TIMEOUT));
    test.pass(Duration.ofSeconds(20));

    test.sessions.expectMessage(new Refused(BalancerUnderTest.id(2), Refusal.QUEUE_TIMEOUT));
    assertEquals(0, test.describe().waiting());
  }

  @Test
  void refusesInTimeThoughTheTimerWasSetForOneWhoLeft() {
    BalancerUnderTest test = BalancerUnderTest.serving(KIT);
    test.acquire(1);
    test.expectQueued(1);
    test.pass(Duration.ofSeconds(10));
    test.acquire(2);
    test.expectQueued(2);
    test.ref.tell(new Withdraw(BalancerUnderTest.id(1)));

    test.pass(Duration.ofSeconds(50));
    test.expectSilence();
    test.pass(Duration.ofSeconds(10));

    test.sessions.expectMessage(new Refused(BalancerUnderTest.id(2), Refusal.QUEUE_TIMEOUT));
  }

  @Test
  void refusesInTimeAfterTheQueueWasEmptyForLong() {
    BalancerUnderTest test = BalancerUnderTest.serving(KIT);
    test.acquire(1);
    test.expectQueued(1);
    test.ref.tell(new Withdraw(BalancerUnderTest.id(1)));
    test.pass(Duration.ofHours(1));

    test.acquire(2);
    test.expectQueued(2);
    test.pass(BalancerUnderTest.QUEUE_TIMEOUT.minusMillis(10));
    test.expectSilence();
    test.pass(Duration.ofMillis(10));

    test.sessions.expectMessage(new Refused(BalancerUnderTest.id(2), Refusal.QUEUE_TIMEOUT));
  }

  @Test
  void triesAFailedBackendThoughTheTimerWasSetForLater() {
    BalancerUnderTest test = BalancerUnderTest.serving(KIT, Hosts.configured("a", 1));
    test.acquire(1);
    test.acquire(2);
    test.expectGranted(1, 1, "a");
    test.expectQueued(2);

    test.failToConnect(1);
    test.pass(BalancerUnderTest.RETRY_AFTER.minusMillis(10));
    test.expectSilence();
    test.pass(Duration.ofMillis(10));

    test.expectGranted(1, 2, "a");
  }

  @Test
  void retriesAgainAndAgain() {
    BalancerUnderTest test = BalancerUnderTest.serving(KIT, Hosts.configured("a", 1));
    for (int attempt = 1; attempt <= 5; attempt++) {
      LeaseId lease = new LeaseId(1, attempt);
      test.ref.tell(test.wish(lease, "a"));
      if (attempt > 1) {
        test.sessions.expectMessage(new Balancer.Queued(lease));
        test.pass(BalancerUnderTest.RETRY_AFTER);
      }
      test.expectGranted(1, lease, "a");

      test.ref.tell(
          new Release(
              lease, BalancerUnderTest.slot("a"), new Outcome.ConnectFailed("refused", true)));
    }

    assertEquals("failed", test.describe("a").status());
  }

  @Test
  void logsAFailureOnceNotForEachClient() {
    BalancerUnderTest test = BalancerUnderTest.serving(KIT, Hosts.configured("a", 3));
    test.acquire(1);
    test.acquire(2);
    test.acquire(3);

    LoggingTestKit.warn("back-end a failed: refused")
        .withOccurrences(1)
        .expect(
            KIT.system(),
            () -> {
              test.failToConnect(1);
              test.failToConnect(2);
              test.failToConnect(3);
              return test.describe();
            });

    assertFalse(test.describe("a").healthy());
  }

  @Test
  void giveBackOfADeadSessionsSlotServesTheNext() {
    BalancerUnderTest test = BalancerUnderTest.serving(KIT, Hosts.configured("a", 1));
    test.acquire(1);
    test.acquire(2);
    test.expectGranted(1, 1, "a");
    test.expectQueued(2);

    test.ref.tell(new SessionEnded(1));

    test.expectGranted(1, 2, "a");
  }

  @Test
  void ignoresWhatIsSaidOfUnknownLeases() {
    BalancerUnderTest test = BalancerUnderTest.serving(KIT, Hosts.configured("a", 1));

    test.connected(7);
    test.finish(7);
    test.ref.tell(new Withdraw(BalancerUnderTest.id(7)));
    test.ref.tell(new SessionEnded(7));

    test.expectSilence();
    assertEquals(0, test.describe("a").active() + test.describe("a").pending());
    assertEquals(0, test.describe("a").activeCount());
  }

  @Test
  void servesWhoWaitsWhenAHostComesUpAfterAllWereDown() {
    BalancerUnderTest test =
        BalancerUnderTest.serving(
            KIT,
            Hosts.configured("a", 1, OperatorState.DOWN),
            Hosts.configured("b", 1, OperatorState.DOWN));
    test.acquire(1);
    test.expectQueued(1);

    test.ref.tell(
        new Balancer.Change(
            "b",
            Optional.of(OperatorState.UP),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            KIT.<StatusReply<BackendStatus>>createTestProbe().getRef()));

    test.expectGranted(1, 1, "b");
  }

  @Test
  void tellsThoseWhoUseAHostThatItIsLost() {
    BalancerUnderTest test = BalancerUnderTest.serving(KIT, Hosts.configured("a", 2));
    test.acquire(1);
    test.acquire(2);
    test.expectGranted(1, 1, "a");
    test.expectGranted(1, 2, "a");
    test.connected(1);

    test.failToConnect(2);

    test.sessions.expectMessage(new Balancer.BackendLost(BalancerUnderTest.id(1), "refused"));
    test.expectSilence();
  }

  @Test
  void twoBlamesInARowFailAHostUntilItIsTriedAgain() {
    BalancerUnderTest test = BalancerUnderTest.serving(KIT, Hosts.configured("a", 1));

    test.ref.tell(new Balancer.Blame(BalancerUnderTest.id(1), "a", "EOF"));
    assertEquals("up", test.describe("a").status());
    test.ref.tell(new Balancer.Blame(BalancerUnderTest.id(2), "a", "EOF"));

    assertEquals("failed", test.describe("a").status());
    assertEquals(Optional.of("jobs fail there: EOF"), test.describe("a").lastError());
    test.acquire(3);
    test.expectQueued(3);
    test.pass(BalancerUnderTest.RETRY_AFTER);
    test.expectGranted(1, 3, "a");
  }

  @Test
  void refusesACompilerThatNoBackendHas() {
    BalancerUnderTest test = BalancerUnderTest.serving(KIT, Hosts.withCompilers("a", "gcc"));

    test.ref.tell(test.wish(BalancerUnderTest.id(1), Hosts.needing("rustc")));

    test.sessions.expectMessage(new Balancer.Refused(BalancerUnderTest.id(1), Refusal.NO_COMPILER));
  }

  @Test
  void listsWhoWaitsInOrder() {
    BalancerUnderTest test = BalancerUnderTest.serving(KIT);
    test.acquire(5);
    test.pass(Duration.ofSeconds(2));
    test.acquire(3);

    assertEquals(
        List.of(
            new WaitingClient(1, 3, PoolUnderTest.CLIENT, 0, Optional.empty()),
            new WaitingClient(2, 5, PoolUnderTest.CLIENT, 2000, Optional.empty())),
        test.listWaiting(10));
    assertEquals(List.of(3L), test.listWaiting(1).stream().map(WaitingClient::session).toList());
    assertTrue(test.listWaiting(0).isEmpty());
  }
}
