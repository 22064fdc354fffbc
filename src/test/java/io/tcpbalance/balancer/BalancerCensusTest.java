package io.tcpbalance.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.balancer.Balancer.Evicted;
import io.tcpbalance.balancer.Balancer.HoldsNothing;
import io.tcpbalance.balancer.Balancer.Refused;
import io.tcpbalance.balancer.Balancer.RegistrarStarted;
import io.tcpbalance.balancer.Balancer.Roll;
import io.tcpbalance.balancer.Balancer.SessionEnded;
import io.tcpbalance.balancer.Balancer.TakeCensus;
import io.tcpbalance.balancer.Balancer.Withdraw;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BalancerCensusTest {

  private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config());

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private static BalancerUnderTest two() {
    return BalancerUnderTest.serving(KIT, Hosts.configured("a", 1), Hosts.configured("b", 1));
  }

  private static BalancerUnderTest one() {
    return BalancerUnderTest.serving(KIT, Hosts.configured("a", 1));
  }

  @Test
  void grantsNothingBeforeItKnowsWhoThereIs() {
    BalancerUnderTest test = new BalancerUnderTest(KIT, Hosts.configured("a", 1));
    test.acquire(1);
    test.expectQueued(1);
    test.expectSilence();

    test.census();

    test.expectGranted(1, 1, "a");
  }

  @Test
  void whoWaitsForACompilerOrAnotherHostStillDoesInTheNextLife() {
    BalancerUnderTest test =
        BalancerUnderTest.serving(
            KIT, Hosts.withCompilers("a", "gcc"), Hosts.withCompilers("b", "clang"));
    test.kill();

    long epoch = test.census(1L, 2L, 3L);
    test.holds(epoch, 1, "b", true);
    test.ref.tell(
        new Balancer.Waits(epoch, test.wish(BalancerUnderTest.id(2), Hosts.needing("clang"))));
    test.expectQueued(2);
    test.ref.tell(
        new Balancer.Waits(epoch, test.wish(BalancerUnderTest.id(3), Hosts.excluding("a"))));
    test.expectQueued(3);
    test.expectSilence();
    test.finish(1, "b");
    test.expectGranted(epoch, 2, "b");
    test.finish(2, "b");

    test.expectGranted(epoch, 3, "b");
  }

  @Test
  void probeKeepsItsSlotInTheNextLife() {
    BalancerUnderTest test = one();
    test.ref.tell(test.wish(BalancerUnderTest.id(1), Hosts.probing("a")));
    test.expectGranted(1, 1, "a");
    test.kill();

    long epoch = test.census(1L);
    test.holds(epoch, 1, "a", true);
    test.acquire(2);

    test.expectQueued(2);
    test.finish(1);
    test.expectGranted(epoch, 2, "a");
  }

  @Test
  void grantsNothingBeforeAllHaveAnsweredOrEnded() {
    BalancerUnderTest test = two();
    test.kill();
    test.acquire(9);
    test.expectQueued(9);

    long epoch = test.census(1L, 2L, 3L);
    test.holds(epoch, 1, "a", true);
    test.ref.tell(new HoldsNothing(epoch, 2));
    test.expectSilence();
    test.ref.tell(new SessionEnded(3));

    test.expectGranted(2, 9, "b");
    assertEquals(1, test.describe("a").active());
  }

  @Test
  void losesNoLeaseAndNoPlaceInTheQueue() {
    BalancerUnderTest test = one();
    for (long session = 1; session <= 4; session++) {
      test.acquire(session);
    }
    test.expectGranted(1, 1, "a");
    for (long session = 2; session <= 4; session++) {
      test.expectQueued(session);
    }
    test.connected(1);
    assertEquals(List.of(2L, 3L, 4L), test.waiting());

    test.kill();
    test.acquire(5);
    test.expectQueued(5);
    long epoch = test.census(1L, 2L, 3L, 4L);
    for (long session = 4; session >= 2; session--) {
      test.waits(epoch, session);
      test.expectQueued(session);
    }
    test.holds(epoch, 1, "a", true);

    assertEquals(List.of(2L, 3L, 4L, 5L), test.waiting());
    test.finish(1);
    test.expectGranted(2, 2, "a");
  }

  @Test
  void refusesNobodyWhoWaitedBefore() {
    BalancerUnderTest test = new BalancerUnderTest(KIT, 1, Hosts.configured("a", 1));
    long epoch = test.census(1L, 2L, 3L);
    test.holds(epoch, 1, "a", true);
    test.waits(epoch, 2);
    test.expectQueued(2);
    test.waits(epoch, 3);
    test.expectQueued(3);

    test.acquire(4);

    test.sessions.expectMessage(new Refused(BalancerUnderTest.id(4), Refusal.QUEUE_FULL));
  }

  @Test
  void timesOutWaitersInItsNewLife() {
    BalancerUnderTest test = one();
    test.kill();
    long epoch = test.census(1L, 2L);
    test.holds(epoch, 1, "a", true);
    test.waits(epoch, 2);
    test.expectQueued(2);

    test.pass(BalancerUnderTest.QUEUE_TIMEOUT);

    test.sessions.expectMessage(new Refused(BalancerUnderTest.id(2), Refusal.QUEUE_TIMEOUT));
  }

  @Test
  void timesOutWaitersDuringTheCensusToo() {
    BalancerUnderTest test = new BalancerUnderTest(KIT, Hosts.configured("a", 1));
    test.acquire(1);
    test.expectQueued(1);

    test.pass(BalancerUnderTest.QUEUE_TIMEOUT);

    test.sessions.expectMessage(new Refused(BalancerUnderTest.id(1), Refusal.QUEUE_TIMEOUT));
  }

  @Test
  void asksAgainWhenTheRegistrarRestarts() {
    BalancerUnderTest test = new BalancerUnderTest(KIT, Hosts.configured("a", 1));
    test.acquire(1);
    test.expectQueued(1);
    test.census(1L, 2L);

    test.ref.tell(RegistrarStarted.INSTANCE);
    long epoch = test.census(1L);
    assertEquals(1, epoch);
    test.waits(epoch, 1);

    test.expectQueued(1);
    test.expectGranted(1, 1, "a");
  }

  @Test
  void asksNobodyWhenTheRegistrarRestartsLater() {
    BalancerUnderTest test = one();

    test.ref.tell(RegistrarStarted.INSTANCE);
    test.describe();
    test.kill();

    assertEquals(2, test.registrar.expectMessageClass(TakeCensus.class).epoch());
  }

  @Test
  void ignoresAnswersOfAnEarlierEpoch() {
    BalancerUnderTest test = one();
    test.kill();
    test.ref.tell(new Roll(1, Set.of()));
    test.acquire(9);
    test.expectQueued(9);
    long epoch = test.census(1L);

    test.ref.tell(new HoldsNothing(1, 1));
    test.waits(1, 1);
    test.holds(1, 1, "a", true);
    test.expectSilence();
    assertEquals(0, test.describe("a").active());
    test.ref.tell(new HoldsNothing(epoch, 1));

    test.expectGranted(2, 9, "a");
  }

  @Test
  void ignoresAnswersAfterTheCensus() {
    BalancerUnderTest test = one();

    test.ref.tell(new Roll(1, Set.of(5L)));
    test.holds(1, 5, "a", true);
    test.waits(1, 6);
    test.ref.tell(new HoldsNothing(1, 5));

    test.expectSilence();
    assertEquals(0, test.describe("a").active());
  }

  @Test
  void releaseThatOvertakesItsReportFreesTheSlot() {
    BalancerUnderTest test = one();
    test.kill();
    long epoch = test.census(1L);
    test.acquire(2);
    test.expectQueued(2);

    test.finish(1);
    test.expectSilence();
    test.holds(epoch, 1, "a", true);

    test.expectGranted(2, 2, "a");
    assertEquals(20, test.describe("a").bytesOut());
    assertEquals(0, test.describe("a").active());
  }

  @Test
  void failureThatOvertakesItsReportFailsTheHost() {
    BalancerUnderTest test = two();
    test.kill();
    long epoch = test.census(1L);
    test.acquire(2);
    test.expectQueued(2);

    test.failToConnect(1);
    test.holds(epoch, 1, "a", false);

    test.expectGranted(2, 2, "b");
    assertEquals("failed", test.describe("a").status());
  }

  /** Its session knows already, and has nothing left to report. */
  @Test
  void failureOfALeaseThatNobodyReportsFailsTheHost() {
    BalancerUnderTest test = two();
    test.kill();
    long epoch = test.census(1L);
    test.acquire(2);
    test.expectQueued(2);

    test.failToConnect(1);
    test.ref.tell(new HoldsNothing(epoch, 1));

    test.expectGranted(2, 2, "b");
    assertEquals("failed", test.describe("a").status());
    assertEquals(0, test.describe("a").pending());
  }

  @Test
  void releaseThatNobodyReportedCountsAfterTheCensusToo() {
    BalancerUnderTest test = one();
    test.kill();
    long epoch = test.census(1L);
    test.ref.tell(new HoldsNothing(epoch, 1));

    test.finish(1);

    assertEquals(20, test.describe("a").bytesOut());
    assertEquals(0, test.describe("a").active());
    assertEquals(0, test.describe("a").pending());
  }

  @Test
  void acceptAndReleaseThatNobodyReportsCount() {
    BalancerUnderTest test = one();
    test.kill();
    long epoch = test.census(1L);

    test.connected(1);
    test.finish(1);
    test.ref.tell(new HoldsNothing(epoch, 1));

    assertEquals(1, test.describe("a").activeCount());
    assertEquals(20, test.describe("a").bytesOut());
  }

  @Test
  void releaseThatItsSessionsEndOvertookCounts() {
    BalancerUnderTest test = one();
    test.acquire(1);
    test.expectGranted(1, 1, "a");
    test.connected(1);
    test.ref.tell(new SessionEnded(1));
    test.acquire(2);
    test.expectGranted(1, 2, "a");

    test.finish(1);

    assertEquals(20, test.describe("a").bytesOut());
    assertEquals(1, test.describe("a").pending());
    assertEquals(0, test.describe("a").active());
  }

  @Test
  void lateReleaseOfAHostThatIsGoneBringsItNotBack() {
    BalancerUnderTest test = one();

    test.finish(1, "gone");

    assertEquals(1, test.describe().backends().size());
  }

  @Test
  void releaseOfTheOldLifeNeedsNoReport() {
    BalancerUnderTest test = one();
    test.acquire(1);
    test.expectGranted(1, 1, "a");
    test.connected(1);
    test.finish(1);
    test.kill();
    test.acquire(2);
    test.expectQueued(2);

    long epoch = test.census(1L);
    test.ref.tell(new HoldsNothing(epoch, 1));

    test.expectGranted(2, 2, "a");
    assertEquals(1, test.describe("a").activeCount());
    assertEquals(10, test.describe("a").bytesIn());
  }

  @Test
  void reportThatComesAgainAfterItsReleaseBringsNoLeaseBack() {
    BalancerUnderTest test = one();
    test.kill();
    long epoch = test.census(1L, 2L);
    test.holds(epoch, 1, "a", true);
    test.finish(1);
    test.ref.tell(RegistrarStarted.INSTANCE);
    test.census(1L, 2L);

    test.holds(epoch, 1, "a", true);
    test.ref.tell(new HoldsNothing(epoch, 2));
    test.acquire(3);

    test.expectGranted(2, 3, "a");
    assertEquals(20, test.describe("a").bytesOut());
  }

  @Test
  void releaseThatOvertookBothOfTwoReportsCountsOnce() {
    BalancerUnderTest test = one();
    test.kill();
    long epoch = test.census(1L, 2L);
    test.finish(1);
    test.holds(epoch, 1, "a", true);
    test.holds(epoch, 1, "a", true);
    test.ref.tell(new HoldsNothing(epoch, 2));

    assertEquals(0, test.describe("a").active());
    assertEquals(20, test.describe("a").bytesOut());
  }

  @Test
  void acceptThatOvertakesItsReportCounts() {
    BalancerUnderTest test = one();
    test.kill();
    long epoch = test.census(1L);

    test.connected(1);
    test.holds(epoch, 1, "a", false);

    assertEquals(1, test.describe("a").active());
    assertEquals(0, test.describe("a").pending());
    assertEquals(1, test.describe("a").activeCount());
  }

  @Test
  void acceptThatOvertakesItsReportHealsTheHost() {
    BalancerUnderTest test = BalancerUnderTest.serving(KIT, Hosts.configured("a", 2));
    test.acquire(1);
    test.expectGranted(1, 1, "a");
    test.failToConnect(1);
    test.kill();
    long epoch = test.census(2L);

    test.connected(2);
    test.holds(epoch, 2, "a", false);

    assertEquals("up", test.describe("a").status());
  }

  @Test
  void leaseOnAHostThatIsGoneBecomesADrainingEntry() {
    BalancerUnderTest test = new BalancerUnderTest(KIT, Hosts.configured("a", 1));
    long epoch = test.census(1L);

    test.holds(epoch, 1, "gone", true);

    BackendStatus gone = test.describe("gone");
    assertEquals("draining", gone.status());
    assertEquals(1, gone.active());
    assertEquals("gone.example", gone.host());
    test.finish(1);
    assertEquals(1, test.describe().backends().size());
  }

  @Test
  void withdrawalDuringTheCensusCounts() {
    BalancerUnderTest test = one();
    test.kill();
    test.acquire(1);
    test.acquire(2);
    test.expectQueued(1);
    test.expectQueued(2);
    test.ref.tell(new Withdraw(BalancerUnderTest.id(1)));

    test.census();

    test.expectGranted(2, 2, "a");
  }

  @Test
  void forcedRemovalDuringTheCensusClosesSessionsThatReportLater() {
    BalancerUnderTest test = one();
    test.kill();
    long epoch = test.census(1L);
    TestProbe<StatusReply<BackendStatus>> operator = KIT.createTestProbe();

    test.ref.tell(new Balancer.Remove("a", true, operator.getRef()));
    assertTrue(operator.receiveMessage().isSuccess());
    test.holds(epoch, 1, "a", true);

    test.sessions.expectMessage(new Evicted(BalancerUnderTest.id(1)));
    test.finish(1);
    assertTrue(test.describe().backends().isEmpty());
  }

  @Test
  void rosterAndCountersSurviveARestart() {
    BalancerUnderTest test = two();
    test.acquire(1);
    test.expectGranted(1, 1, "a");
    test.connected(1);
    test.finish(1);
    test.acquire(2);
    test.expectGranted(1, 2, "a");
    test.failToConnect(2);
    PoolStatus before = test.describe();

    test.kill();
    test.census();

    assertEquals(before, test.describe());
    assertEquals(Optional.of("refused"), before.backends().get(0).lastError());
  }

  @Test
  void rosterAndCountersSurviveAStop() {
    BalancerUnderTest test = one();
    test.acquire(1);
    test.expectGranted(1, 1, "a");
    test.connected(1);
    test.finish(1);
    test.describe();

    KIT.stop(test.ref);

    assertEquals(20, test.holder.get().backends().get(0).bytesOut());
  }

  @Test
  void failedHostIsTriedInTheNewLifeToo() {
    BalancerUnderTest test = one();
    test.acquire(1);
    test.expectGranted(1, 1, "a");
    test.failToConnect(1);
    test.kill();
    test.census();
    test.acquire(2);
    test.expectQueued(2);

    test.pass(BalancerUnderTest.RETRY_AFTER.minus(Duration.ofMillis(10)));
    test.expectSilence();
    test.pass(Duration.ofMillis(10));

    test.expectGranted(2, 2, "a");
  }

  @Test
  void removedHostDoesNotComeBackWithARestart() {
    BalancerUnderTest test = two();
    test.acquire(1);
    test.expectGranted(1, 1, "a");
    TestProbe<StatusReply<BackendStatus>> operator = KIT.createTestProbe();
    test.ref.tell(new Balancer.Remove("a", false, operator.getRef()));
    operator.receiveMessage();

    test.kill();
    long epoch = test.census(1L);
    test.holds(epoch, 1, "a", true);
    assertEquals("draining", test.describe("a").status());
    test.finish(1);

    assertEquals(
        List.of("b"), test.describe().backends().stream().map(BackendStatus::name).toList());
  }
}
