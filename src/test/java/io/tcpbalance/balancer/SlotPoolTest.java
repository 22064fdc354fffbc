package io.tcpbalance.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.SlotLimit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class SlotPoolTest {

  private static LeaseId lease(long session, int attempt) {
    return new LeaseId(session, attempt);
  }

  @Test
  void grantsTheFastestIdleBackend() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1), Hosts.up("b", 2));

    test.acquire(1);
    test.acquire(2);
    test.acquire(3);

    assertEquals(List.of("1.1 -> a", "2.1 -> b", "3.1 -> b"), test.decisions());
  }

  @Test
  void countsALeaseAsPendingUntilItIsConnected() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 2));

    test.acquire(1);
    test.acquire(2);
    assertTrue(test.connected(lease(1, 1)));

    assertEquals(1, test.backend("a").pending);
    assertEquals(1, test.backend("a").active);
    assertEquals(1, test.backend("a").activeCount);
  }

  @Test
  void countsAConnectOnce() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 2));
    test.acquire(1);

    test.connected(lease(1, 1));
    test.connected(lease(1, 1));

    assertEquals(1, test.backend("a").active);
    assertEquals(1, test.backend("a").activeCount);
  }

  @Test
  void repeatedWishGetsTheSameGrant() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1), Hosts.up("b", 1));

    test.acquire(1);
    test.acquire(1);

    assertEquals(List.of("1.1 -> a", "1.1 -> a"), test.decisions());
    assertEquals(1, test.pool.leaseCount());
    assertEquals(0, test.backend("b").used());
  }

  @Test
  void neverGrantsAboveALoweredMaximum() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 3));
    for (long session = 1; session <= 4; session++) {
      test.acquire(session);
    }
    test.backend("a").limit = SlotLimit.of(1);
    test.pool.changed(test.backend("a"));
    test.decisions();

    test.finish(1);
    test.finish(2);
    assertEquals(List.of(), test.decisions());
    test.finish(3);

    assertEquals(List.of("4.1 -> a"), test.decisions());
  }

  @Test
  void learnedSlotsServeWaitersAtOnce() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.learning("a"));
    for (long session = 1; session <= 4; session++) {
      test.acquire(session);
    }
    assertEquals(List.of("1.1 -> a", "2.1 queued", "3.1 queued", "4.1 queued"), test.decisions());

    assertTrue(test.pool.learned("a", 3));

    assertEquals(List.of("2.1 -> a", "3.1 -> a"), test.decisions());
    assertFalse(test.pool.learned("a", 3), "no news");
    assertFalse(test.pool.learned("nobody", 3));
  }

  @Test
  void fewerLearnedSlotsCloseNobodyAndAreNeverExceeded() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.learning("a"));
    test.pool.learned("a", 2);
    for (long session = 1; session <= 3; session++) {
      test.acquire(session);
    }
    test.decisions();

    test.pool.learned("a", 1);
    test.finish(1);
    assertEquals(List.of(), test.decisions());
    test.finish(2);

    assertEquals(List.of("3.1 -> a"), test.decisions());
  }

  @Test
  void queuesWhenAllAreFullAndServesInOrder() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1));
    test.acquire(1);
    test.acquire(3);
    test.acquire(2);
    assertEquals(List.of("1.1 -> a", "3.1 queued", "2.1 queued"), test.decisions());

    test.finish(1);
    test.finish(2);

    assertEquals(List.of("2.1 -> a", "3.1 -> a"), test.decisions());
  }

  @Test
  void refusesWhoComesToAFullQueue() {
    PoolUnderTest test = PoolUnderTest.granting(1, Hosts.up("a", 1));

    test.acquire(1);
    test.acquire(2);
    test.acquire(3);

    assertEquals(List.of("1.1 -> a", "2.1 queued", "3.1 QUEUE_FULL"), test.decisions());
    assertEquals(1, test.pool.queue().size());
  }

  @Test
  void refusesNobodyForOneWhoWaitsByTwoSessions() {
    PoolUnderTest test = PoolUnderTest.granting(2, Hosts.up("a", 1));
    test.acquire(1);
    test.acquire(2);
    SlotRequest<String> same = test.request(new LeaseId(9, 2), Wish.anything());

    test.pool.acquire(
        new SlotRequest<>(
            same.lease(), 2, same.arrivedAtNanos(), same.wish(), same.client(), same.holder()));
    test.acquire(3);
    test.acquire(4);

    assertEquals(
        List.of("1.1 -> a", "2.1 queued", "9.2 queued", "3.1 queued", "4.1 QUEUE_FULL"),
        test.decisions());
  }

  @Test
  void queueOfLengthZeroStillGrants() {
    PoolUnderTest test = PoolUnderTest.granting(0, Hosts.up("a", 1));

    test.acquire(1);
    test.acquire(2);

    assertEquals(List.of("1.1 -> a", "2.1 QUEUE_FULL"), test.decisions());
  }

  @Test
  void neverRefusesWhoComesBackAfterAFailedConnect() {
    PoolUnderTest test = PoolUnderTest.granting(1, Hosts.up("a", 1), Hosts.up("b", 1));
    test.acquire(1);
    test.acquire(2);
    test.acquire(3);
    test.failToConnect(1);
    test.decisions();

    test.acquire(lease(1, 2), "a");

    assertEquals(List.of("1.2 queued"), test.decisions());
    test.finish(2);
    assertEquals(List.of("1.2 -> b"), test.decisions());
  }

  @Test
  void repeatedWishOfAWaiterIsNotRefusedThoughTheQueueIsOverfull() {
    PoolUnderTest test = PoolUnderTest.granting(1, Hosts.up("a", 1), Hosts.up("b", 1));
    test.acquire(1);
    test.acquire(2);
    test.acquire(3);
    test.failToConnect(1);
    test.acquire(lease(1, 2), "a");
    test.decisions();

    test.acquire(3);

    assertEquals(List.of("3.1 queued"), test.decisions());
    assertEquals(2, test.pool.queue().size());
  }

  @Test
  void refusesWhoWaitedTooLong() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1));
    test.acquire(1);
    test.acquire(2);
    test.pass(Duration.ofSeconds(10));
    test.acquire(3);
    test.decisions();

    test.pass(PoolUnderTest.QUEUE_TIMEOUT.minusSeconds(10).minusNanos(1));
    assertEquals(List.of(), test.decisions());
    test.pass(Duration.ofNanos(1));

    assertEquals(List.of("2.1 QUEUE_TIMEOUT"), test.decisions());
    assertEquals(
        OptionalLong.of(test.nowNanos() + Duration.ofSeconds(10).toNanos()),
        test.pool.nextDeadlineNanos());
  }

  @Test
  void whoWasRefusedByTheOnlyFreeHostKeepsItsTurn() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1), Hosts.up("b", 1));
    test.acquire(1);
    test.acquire(2);
    test.acquire(lease(3, 2), "a");
    test.acquire(4);
    test.decisions();

    test.finish(1);
    assertEquals(List.of("3.2 -> a"), test.decisions());
    test.finish(2);

    assertEquals(List.of("4.1 -> b"), test.decisions());
  }

  @Test
  void withdrawnWaiterIsNotServed() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1));
    test.acquire(1);
    test.acquire(2);
    test.acquire(3);
    test.decisions();

    test.withdraw(2);
    test.finish(1);

    assertEquals(List.of("3.1 -> a"), test.decisions());
  }

  @Test
  void withdrawnLeaseIsGivenOn() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1));
    test.acquire(1);
    test.acquire(2);
    test.decisions();

    test.withdraw(1);

    assertEquals(List.of("2.1 -> a"), test.decisions());
    assertFalse(test.finish(1));
  }

  @Test
  void endOfASessionGivesBackAllItHas() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1));
    test.acquire(1);
    test.acquire(2);
    test.acquire(3);
    test.decisions();

    test.end(2);
    test.end(1);

    assertEquals(List.of("3.1 -> a"), test.decisions());
    assertEquals(1, test.pool.leaseCount());
    assertTrue(test.pool.queue().isEmpty());
  }

  @Test
  void releasesOnce() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1));
    test.acquire(1);
    test.connected(lease(1, 1));

    assertTrue(test.finish(1));
    assertFalse(test.finish(1));

    assertEquals(0, test.backend("a").used());
    assertEquals(0, test.pool.leaseCount());
  }

  @Test
  void addsUpWhatSessionsDid() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1));
    for (long session = 1; session <= 2; session++) {
      test.acquire(session);
      test.connected(lease(session, 1));
      test.release(
          lease(session, 1),
          new Outcome.Finished(1_500_000, 10, 20, Optional.of("reset by peer"), false));
    }

    BackendStatus status = test.backend("a").status();
    assertEquals(2, status.activeCount());
    assertEquals(3, status.activeTimeMs());
    assertEquals(20, status.bytesIn());
    assertEquals(40, status.bytesOut());
    assertEquals(Optional.of("reset by peer"), status.lastError());
    assertEquals(Optional.of(PoolUnderTest.now()), status.lastErrorTime());
    assertTrue(status.healthy());
  }

  @Test
  void ownTroubleFailsNoBackend() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1));
    test.acquire(1);

    test.release(lease(1, 1), new Outcome.Unused());

    assertTrue(test.backend("a").healthy);
    assertTrue(test.backend("a").status().lastError().isEmpty());
  }

  @Test
  void failedConnectFailsTheBackendAndIsToldOnce() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 2));
    test.acquire(1);
    test.acquire(2);
    test.decisions();

    test.failToConnect(1);
    test.failToConnect(2);

    assertEquals(List.of("a failed: refused"), test.decisions());
    assertEquals("failed", test.backend("a").status().status());
    assertEquals(Optional.of("refused"), test.backend("a").lastError);
  }

  @Test
  void failedBackendIsTriedByOneClientAfterAWhile() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.failed("a", 4));
    test.acquire(1);
    test.acquire(2);
    test.pass(PoolUnderTest.RETRY_AFTER.minusNanos(1));
    assertEquals(List.of("1.1 queued", "2.1 queued"), test.decisions());

    test.pass(Duration.ofNanos(1));
    assertEquals(List.of("1.1 -> a"), test.decisions());
    test.connected(lease(1, 1));

    assertEquals(List.of("a healthy: accepted a connection", "2.1 -> a"), test.decisions());
  }

  @Test
  void trialThatFailsPutsTheNextOff() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.failed("a", 4));
    test.acquire(1);
    test.acquire(2);
    test.pass(PoolUnderTest.RETRY_AFTER);
    test.decisions();

    test.failToConnect(1);
    test.acquire(lease(1, 2), "a");
    test.pass(PoolUnderTest.RETRY_AFTER.minusNanos(1));
    assertEquals(List.of("1.2 queued"), test.decisions());
    test.pass(Duration.ofNanos(1));

    assertEquals(List.of("1.2 -> a"), test.decisions());
  }

  @Test
  void trialThatSaysNothingLetsTheNextClientTry() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.failed("a", 4));
    test.acquire(1);
    test.acquire(2);
    test.pass(PoolUnderTest.RETRY_AFTER);
    test.decisions();

    test.withdraw(1);

    assertEquals(List.of("2.1 -> a"), test.decisions());
  }

  @Test
  void whoWasFailedByTheOnlyServingBackendWaitsForIt() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1), Hosts.failed("b", 1));
    test.acquire(1);
    test.failToConnect(1);
    test.decisions();

    test.acquire(lease(1, 2), "a");
    test.pass(PoolUnderTest.RETRY_AFTER);

    assertEquals(List.of("1.2 queued", "1.2 -> b"), test.decisions());
  }

  @Test
  void probesFailABackendAndBringItBack() {
    PoolUnderTest test = PoolUnderTest.probed(Duration.ZERO, Hosts.up("a", 1));

    test.observed("a", Observation.FAILS);
    test.acquire(1);
    assertEquals(List.of("a failed: probe", "1.1 queued"), test.decisions());
    assertEquals(Optional.of("probe"), test.backend("a").lastError);
    test.observed("a", Observation.SERVES);

    assertEquals(List.of("a healthy: probe", "1.1 -> a"), test.decisions());
  }

  @Test
  void whoUsesABackendThatRefusesItsProbesIsTold() {
    PoolUnderTest test = PoolUnderTest.probed(Duration.ZERO, Hosts.up("a", 3), Hosts.up("b", 1));
    for (long session = 1; session <= 4; session++) {
      test.acquire(session);
      test.connected(lease(session, 1));
    }
    test.decisions();

    test.observed("a", Observation.UNREACHABLE);

    List<String> decisions = test.decisions();
    assertEquals("a failed: probe", decisions.get(0));
    assertEquals(4, decisions.size(), () -> "lost are the sessions of a only: " + decisions);
  }

  @Test
  void whoUsesABackendThatHadFailedBeforeItDiedIsToldOnce() {
    PoolUnderTest test = PoolUnderTest.probed(Duration.ZERO, Hosts.up("a", 1));
    test.acquire(1);
    test.connected(lease(1, 1));
    test.observed("a", Observation.FAILS_JOBS);
    test.decisions();

    test.observed("a", Observation.UNREACHABLE);
    test.observed("a", Observation.UNREACHABLE);

    assertEquals(List.of("1.1 lost: probe"), test.decisions());
  }

  @Test
  void whoUsesABackendThatOnlyFailsItsProbesIsNotTold() {
    PoolUnderTest test = PoolUnderTest.probed(Duration.ZERO, Hosts.up("a", 1));
    test.acquire(1);
    test.connected(lease(1, 1));
    test.decisions();

    test.observed("a", Observation.FAILS);

    assertEquals(List.of("a failed: probe"), test.decisions());
  }

  @Test
  void whatAProbeRepeatsIsNoNews() {
    PoolUnderTest test = PoolUnderTest.probed(Duration.ZERO, Hosts.up("a", 1));
    test.observed("a", Observation.SERVES);
    test.observed("a", Observation.FAILS);
    test.observed("a", Observation.FAILS);
    test.observed("nobody", Observation.FAILS);

    assertEquals(List.of("a failed: probe"), test.decisions());
  }

  @Test
  void aProbeDoesNotOverwriteTheOperator() {
    PoolUnderTest test = PoolUnderTest.probed(Duration.ZERO, Hosts.in(OperatorState.DRAIN, "a", 1));
    test.acquire(1);

    test.observed("a", Observation.FAILS);
    test.observed("a", Observation.SERVES);

    assertEquals(OperatorState.DRAIN, test.backend("a").state);
    assertEquals(List.of("1.1 queued", "a failed: probe", "a healthy: probe"), test.decisions());
  }

  @Test
  void noClientIsSentToAFailedBackendThatIsProbed() {
    PoolUnderTest test = PoolUnderTest.probed(Duration.ZERO, Hosts.failed("a", 4));
    test.acquire(1);
    assertEquals(
        OptionalLong.of(test.nowNanos() + PoolUnderTest.QUEUE_TIMEOUT.toNanos()),
        test.pool.nextDeadlineNanos());

    test.pass(Duration.ofSeconds(50));

    assertEquals(List.of("1.1 queued"), test.decisions());
  }

  /** Its connect was under way when that of another failed. */
  @Test
  void anAcceptDoesNotHealABackendThatIsProbed() {
    PoolUnderTest test = PoolUnderTest.probed(Duration.ZERO, Hosts.up("a", 2));
    test.acquire(1);
    test.acquire(2);
    test.failToConnect(1);

    test.connected(lease(2, 1));

    assertFalse(test.backend("a").healthy);
    assertEquals(1, test.backend("a").active);
  }

  @Test
  void aBackendThatComesBackIsLoadedGradually() {
    PoolUnderTest test = PoolUnderTest.probed(Duration.ofSeconds(10), Hosts.failed("a", 3));
    for (long session = 1; session <= 4; session++) {
      test.acquire(session);
    }
    test.decisions();

    test.observed("a", Observation.SERVES);
    assertEquals(List.of("a healthy: probe", "1.1 -> a"), test.decisions());
    assertEquals(1, test.backend("a").status().slots());
    test.pass(Duration.ofSeconds(5).minusNanos(1));
    assertEquals(List.of(), test.decisions());
    test.pass(Duration.ofNanos(1));
    assertEquals(List.of("2.1 -> a"), test.decisions());
    test.pass(Duration.ofSeconds(5));

    assertEquals(List.of("3.1 -> a"), test.decisions());
    assertEquals(3, test.backend("a").status().slots());
  }

  @Test
  void anOperatorsWordEndsASlowStart() {
    PoolUnderTest test = PoolUnderTest.probed(Duration.ofSeconds(10), Hosts.failed("a", 2));
    test.observed("a", Observation.SERVES);
    test.acquire(1);
    test.acquire(2);
    test.decisions();

    test.pool.forgive(test.backend("a"), "reset");

    assertEquals(List.of("2.1 -> a"), test.decisions());
  }

  @Test
  void aTrialsAcceptIsFollowedByASlowStartToo() {
    PoolUnderTest test =
        new PoolUnderTest(
            10,
            Hosts.unprobed(PoolUnderTest.RETRY_AFTER, Duration.ofSeconds(10)),
            Hosts.failed("a", 2));
    test.pool.startGranting();
    test.acquire(1);
    test.acquire(2);
    test.pass(PoolUnderTest.RETRY_AFTER);
    test.decisions();

    test.connected(lease(1, 1));

    assertEquals(List.of("a healthy: accepted a connection"), test.decisions());
    test.pass(Duration.ofSeconds(10));
    assertEquals(List.of("2.1 -> a"), test.decisions());
  }

  @Test
  void aSlowStartGoesOnInTheNextLife() {
    PoolUnderTest test = PoolUnderTest.probed(Duration.ofSeconds(10), Hosts.failed("a", 3));
    test.observed("a", Observation.SERVES);
    test.pass(Duration.ofSeconds(6));

    BackendStatus[] left = test.pool.roster().backends().toArray(BackendStatus[]::new);
    PoolUnderTest next = PoolUnderTest.probed(Duration.ofSeconds(10), left);

    assertEquals(2, next.backend("a").slots());
    next.pass(Duration.ofSeconds(5));
    assertEquals(3, next.backend("a").slots());
  }

  // The original hung here: whoever waited while all hosts were out was never looked at again.

  @Test
  void servesAWaiterWhenAHostComesUpAfterAllWereDown() {
    PoolUnderTest test =
        PoolUnderTest.granting(
            Hosts.in(OperatorState.DOWN, "a", 1), Hosts.in(OperatorState.DOWN, "b", 1));
    test.acquire(1);
    assertEquals(List.of("1.1 queued"), test.decisions());

    test.backend("b").state = OperatorState.UP;
    test.pool.changed(test.backend("b"));

    assertEquals(List.of("1.1 -> b"), test.decisions());
  }

  @Test
  void servesAWaiterWhenAHostIsForgivenAfterAllFailed() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.failed("a", 1), Hosts.failed("b", 1));
    test.acquire(1);
    test.decisions();

    test.pool.forgive(test.backend("b"), "probe");

    assertEquals(List.of("b healthy: probe", "1.1 -> b"), test.decisions());
  }

  @Test
  void servesAWaiterWhenARetryIsDueAfterAllFailed() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.failed("a", 1), Hosts.failed("b", 1));
    test.acquire(1);
    test.decisions();

    test.pass(PoolUnderTest.RETRY_AFTER);

    assertEquals(List.of("1.1 -> a"), test.decisions());
  }

  @Test
  void triesTheFastestOfThoseWhoseRetryIsDueFirst() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1), Hosts.up("b", 1));
    test.acquire(1);
    test.acquire(2);
    test.failToConnect(2);
    test.failToConnect(1);
    test.acquire(3);
    test.decisions();

    test.pass(PoolUnderTest.RETRY_AFTER);

    assertEquals(List.of("3.1 -> a"), test.decisions());
  }

  @Test
  void servesAWaiterWhenAHostIsAddedToAnEmptyPool() {
    PoolUnderTest test = PoolUnderTest.granting();
    test.acquire(1);
    test.decisions();

    test.pool.add(Hosts.up("a", 1), new Placement.Last());

    assertEquals(List.of("1.1 -> a"), test.decisions());
  }

  @Test
  void servesAsManyWaitersAsAHostIsEnlargedBy() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1));
    for (long session = 1; session <= 4; session++) {
      test.acquire(session);
    }
    test.decisions();

    test.backend("a").limit = SlotLimit.of(3);
    test.pool.changed(test.backend("a"));

    assertEquals(List.of("2.1 -> a", "3.1 -> a"), test.decisions());
  }

  /** The client that met the failure may not wait beside the host once that is in service again. */
  @Test
  void servesWhoWasRefusedByAHostOnceTheOperatorPutsItUp() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1), Hosts.up("b", 1));
    test.acquire(1);
    test.acquire(2);
    test.release(lease(1, 1), new Outcome.ConnectFailed("refused", true));
    test.acquire(lease(1, 2), "a");
    test.decisions();

    test.pool.forgive(test.backend("a"), "the operator put it up");

    assertEquals("1.2 -> a", test.decisions().get(1));
  }

  @Test
  void removedIdleBackendIsForgottenAtOnce() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1));

    assertTrue(test.pool.remove(test.backend("a")));

    assertNull(test.pool.find("a"));
  }

  @Test
  void removedBusyBackendIsForgottenAfterItsLastSession() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 3));
    test.acquire(1);
    test.acquire(2);
    test.decisions();

    assertFalse(test.pool.remove(test.backend("a")));
    test.acquire(3);
    test.finish(1);
    assertEquals("draining", test.backend("a").status().status());
    test.failToConnect(2);

    assertNull(test.pool.find("a"));
    assertEquals(List.of("3.1 queued", "a failed: refused"), test.decisions());
  }

  @Test
  void evictionReachesAllLeasesOfThatBackendOnly() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1), Hosts.up("b", 1));
    test.acquire(1);
    test.acquire(2);
    test.decisions();

    test.pool.evictAll(test.backend("a"));

    assertEquals(List.of("1.1 evicted"), test.decisions());
  }

  @Test
  void grantsNothingBeforeItMay() {
    PoolUnderTest test = new PoolUnderTest(1, Hosts.up("a", 1));
    test.acquire(1);
    test.acquire(2);
    test.acquire(3);
    assertEquals(List.of("1.1 queued", "2.1 queued", "3.1 queued"), test.decisions());

    test.pool.startGranting();

    assertEquals(List.of("1.1 -> a"), test.decisions());
  }

  @Test
  void adoptedLeasesTakeTheirSlots() {
    PoolUnderTest test = new PoolUnderTest(10, Hosts.up("a", 2));
    test.pool.adopt(lease(1, 1), Hosts.up("a", 1), true, "s1");
    test.pool.adopt(lease(1, 1), Hosts.up("a", 1), true, "s1");
    test.pool.adopt(lease(2, 1), Hosts.up("a", 1), false, "s2");
    test.acquire(3);

    test.pool.startGranting();
    assertEquals(1, test.backend("a").active);
    assertEquals(1, test.backend("a").pending);
    assertEquals(List.of("3.1 queued"), test.decisions());
    test.finish(1);

    assertEquals(List.of("3.1 -> a"), test.decisions());
  }

  @Test
  void adoptedLeaseOfAGoneHostIsADrainingEntry() {
    PoolUnderTest test = new PoolUnderTest(10, Hosts.up("a", 1));
    test.pool.adopt(lease(1, 1), Hosts.up("gone", 1), true, "s1");
    test.pool.adopt(lease(2, 1), Hosts.up("gone", 1), true, "s2");

    test.pool.startGranting();
    assertEquals("draining", test.backend("gone").status().status());
    assertEquals(List.of("a", "gone"), Hosts.names(test.pool.backends()));
    test.finish(1);
    test.finish(2);

    assertNull(test.pool.find("gone"));
  }

  @Test
  void acceptOfAnAdoptedLeaseIsCountedThoughItWasReportedAsActive() {
    PoolUnderTest test = new PoolUnderTest(10, Hosts.failed("a", 2));
    test.pool.adopt(lease(1, 1), Hosts.up("a", 1), true, "s1");
    test.pool.startGranting();

    test.connected(lease(1, 1));
    test.connected(lease(1, 1));

    assertEquals(1, test.backend("a").active);
    assertEquals(1, test.backend("a").activeCount);
    assertEquals(List.of("a healthy: accepted a connection"), test.decisions());
  }

  @Test
  void removedDuringTheCensusIsKeptUntilItsLeasesAreKnown() {
    PoolUnderTest test = new PoolUnderTest(10, Hosts.up("a", 2), Hosts.up("b", 1));

    assertFalse(test.pool.remove(test.backend("a")));
    assertFalse(test.pool.remove(test.backend("b")));
    test.pool.adopt(lease(1, 1), Hosts.up("a", 1), true, "s1");
    test.pool.startGranting();

    assertEquals(List.of("a"), Hosts.names(test.pool.backends()));
    assertEquals(2, test.backend("a").maxConnections());
  }

  @Test
  void evictionDuringTheCensusReachesLeasesThatAreReportedLater() {
    PoolUnderTest test = new PoolUnderTest(10, Hosts.up("a", 2));
    test.pool.adopt(lease(1, 1), Hosts.up("a", 1), true, "s1");
    test.pool.remove(test.backend("a"));
    test.pool.evictAll(test.backend("a"));
    assertEquals(List.of("1.1 evicted"), test.decisions());

    test.pool.adopt(lease(2, 1), Hosts.up("a", 1), true, "s2");

    assertEquals(List.of("2.1 evicted"), test.decisions());
  }

  @Test
  void releaseDuringTheCensusKeepsABackendThatOthersMayStillReport() {
    PoolUnderTest test = new PoolUnderTest(10, Hosts.removing("a", 2));
    test.pool.adopt(lease(1, 1), Hosts.up("a", 1), true, "s1");
    test.finish(1);

    assertEquals(20, test.backend("a").bytesOut);
    test.pool.adopt(lease(2, 1), Hosts.up("a", 1), true, "s2");
    assertEquals(2, test.backend("a").maxConnections());
    test.finish(2);
    test.pool.startGranting();

    assertNull(test.pool.find("a"));
  }

  @Test
  void rosterKeepsFactsOrderAndCounters() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1), Hosts.up("b", 1));
    test.acquire(1);
    test.connected(lease(1, 1));
    test.finish(1);
    test.acquire(2);
    test.failToConnect(2);
    test.pool.move(test.backend("a"), new Placement.Last());

    Roster roster = test.pool.roster();

    assertEquals(PoolUnderTest.START, roster.startedAt());
    assertEquals(List.of("b", "a"), roster.backends().stream().map(BackendStatus::name).toList());
    BackendStatus a = roster.backends().get(1);
    assertFalse(a.healthy());
    assertEquals(1, a.activeCount());
    assertEquals(10, a.bytesIn());
  }

  @Test
  void failedBackendOfAnEarlierLifeIsTriedAfterAWhile() {
    PoolUnderTest test = new PoolUnderTest(10, Hosts.failed("a", 1));

    assertEquals(
        OptionalLong.of(test.nowNanos() + PoolUnderTest.RETRY_AFTER.toNanos()),
        test.pool.nextDeadlineNanos());
  }

  @Test
  void hasNoDeadlineWhereNobodyWaitsAndNothingFailed() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1));
    test.acquire(1);

    assertEquals(OptionalLong.empty(), test.pool.nextDeadlineNanos());
  }
}
