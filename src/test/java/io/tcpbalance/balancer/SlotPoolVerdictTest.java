package io.tcpbalance.balancer;

import static io.tcpbalance.balancer.Hosts.probing;
import static io.tcpbalance.balancer.PoolUnderTest.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.config.OperatorState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What jobs and probes teach about a back-end, and who is told of it. */
@Timeout(10)
class SlotPoolVerdictTest {

  private static Outcome died(boolean failsHost) {
    return new Outcome.Finished(0, 0, 0, Optional.of("job timed out"), failsHost);
  }

  private static void blame(PoolUnderTest test, long session, String host) {
    test.pool.blame(session, host, "EOF", test.nowNanos(), PoolUnderTest.now());
  }

  @Test
  void oneBlameDoesNothing() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1));
    BackendStatus before = test.backend("a").status();

    blame(test, 1, "a");

    assertEquals(before, test.backend("a").status());
    assertEquals(List.of(), test.decisions());
  }

  @Test
  void secondBlameOfAnotherSessionFailsTheHost() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1));

    blame(test, 1, "a");
    blame(test, 2, "a");
    blame(test, 3, "a");

    assertEquals(List.of("a failed: jobs fail there: EOF"), test.decisions());
    assertEquals(Optional.of("jobs fail there: EOF"), test.backend("a").lastError);
    assertEquals(Optional.of(PoolUnderTest.now()), test.backend("a").lastErrorTime);
  }

  @Test
  void blamesOfOneSessionCountOnce() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1));

    blame(test, 1, "a");
    blame(test, 1, "a");

    assertTrue(test.backend("a").healthy);
  }

  @Test
  void blamesOfDifferentHostsAreNotAddedUp() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1), Hosts.up("b", 1));

    blame(test, 1, "a");
    blame(test, 2, "b");
    blame(test, 3, "gone");

    assertEquals(List.of(), test.decisions());
  }

  @Test
  void goodJobInBetweenMakesUpForABlame() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1));
    test.acquire(9);
    test.decisions();

    blame(test, 1, "a");
    test.finish(9);
    blame(test, 2, "a");

    assertEquals(List.of(), test.decisions());
  }

  @Test
  void badOrUnusedLeaseInBetweenDoesNot() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 2));
    test.acquire(8);
    test.acquire(9);
    test.decisions();

    blame(test, 1, "a");
    test.release(id(8), new Outcome.Unused());
    test.release(id(9), died(false));
    blame(test, 2, "a");

    assertEquals(List.of("a failed: jobs fail there: EOF"), test.decisions());
  }

  @Test
  void blamesCountAnewAfterTheHostFailedOrWasReset() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1));
    blame(test, 1, "a");
    blame(test, 2, "a");
    blame(test, 3, "a");
    test.pool.forgive(test.backend("a"), "reset");
    blame(test, 4, "a");
    test.pool.forgive(test.backend("a"), "reset");
    test.decisions();

    blame(test, 5, "a");

    assertEquals(List.of(), test.decisions());
  }

  @Test
  void hostFailedByBlameIsTriedAgainAfterAWhile() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1));
    blame(test, 1, "a");
    blame(test, 2, "a");
    test.acquire(3);
    test.decisions();

    test.pass(PoolUnderTest.RETRY_AFTER);

    assertEquals(List.of("3.1 -> a"), test.decisions());
  }

  @Test
  void jobThatTimedOutFailsItsHostAtOnce() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 2));
    test.acquire(1);
    test.acquire(2);
    test.connected(id(1));
    test.connected(id(2));
    test.decisions();

    test.release(id(1), died(true));
    test.acquire(3);

    assertEquals(List.of("a failed: job timed out", "3.1 queued"), test.decisions());
  }

  @Test
  void hostIsNotFailedWithoutAReason() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Outcome.Finished(0, 0, 0, Optional.empty(), true));
  }

  @Test
  void refusedConnectIsToldToAllWhoUseTheHost() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 3), Hosts.up("b", 1));
    for (long session = 1; session <= 4; session++) {
      test.acquire(session);
    }
    test.connected(id(1));
    test.connected(id(4));
    test.decisions();

    test.failToConnect(3);

    assertEquals(List.of("a failed: refused", "1.1 lost: refused"), test.decisions());
  }

  @Test
  void eachLeaseIsToldOfItsLossOnce() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 4));
    for (long session = 1; session <= 4; session++) {
      test.acquire(session);
    }
    test.connected(id(1));
    test.failToConnect(3);
    test.connected(id(2));
    test.decisions();

    test.failToConnect(4);

    assertEquals(List.of("a failed: refused", "2.1 lost: refused"), test.decisions());
  }

  @Test
  void otherFailuresAreNoLoss() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 2));
    test.acquire(1);
    test.acquire(2);
    test.connected(id(1));
    test.connected(id(2));
    blame(test, 8, "a");
    blame(test, 9, "a");
    test.release(id(2), died(true));

    assertEquals(
        List.of("1.1 -> a", "2.1 -> a", "a failed: jobs fail there: EOF"), test.decisions());
  }

  @Test
  void hostWhoseNameIsNotFoundIsFailedButLosesNothing() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 2));
    test.acquire(1);
    test.connected(id(1));
    test.acquire(2);
    test.decisions();

    test.release(id(2), new Outcome.ConnectFailed("unknown host", false));

    assertEquals(List.of("a failed: unknown host"), test.decisions());
  }

  /** One that failed, is back, and has three who want its slots; the first one has got one. */
  private static PoolUnderTest onTrial(Duration slowStart) {
    PoolUnderTest test = PoolUnderTest.probed(slowStart, Hosts.up("a", 3));
    test.acquire(9);
    test.connected(id(9));
    test.release(id(9), died(true));
    test.acquire(1);
    test.acquire(2);
    test.acquire(3);
    test.decisions();
    test.observed("a", Observation.SERVES);
    assertEquals(List.of("a healthy: probe", "1.1 -> a"), test.decisions());
    return test;
  }

  @Test
  void hostThatJobsHaveFailedIsBackWithOneSlotUntilAJobGoesWell() {
    PoolUnderTest test = onTrial(Duration.ZERO);
    assertTrue(test.backend("a").status().onTrial());
    assertEquals(1, test.backend("a").status().slots());

    test.finish(1);

    assertEquals(List.of("a is on trial no more", "2.1 -> a", "3.1 -> a"), test.decisions());
    assertEquals(3, test.backend("a").status().slots());
  }

  @Test
  void hostThatWasBlamedIsOnTrialToo() {
    PoolUnderTest test = PoolUnderTest.probed(Duration.ZERO, Hosts.up("a", 3));
    blame(test, 1, "a");
    blame(test, 2, "a");

    test.observed("a", Observation.SERVES);

    assertEquals(1, test.backend("a").status().slots());
  }

  @Test
  void hostThatOnlyRefusedIsNotOnTrial() {
    PoolUnderTest test = PoolUnderTest.probed(Duration.ZERO, Hosts.up("a", 3));
    test.acquire(1);
    test.failToConnect(1);

    test.observed("a", Observation.SERVES);

    assertEquals(3, test.backend("a").status().slots());
  }

  @Test
  void neitherAnAbortedNorABadNorAnUnusedSlotEndsATrial() {
    PoolUnderTest test = onTrial(Duration.ZERO);

    test.release(id(1), new Outcome.Aborted(1, 1, 1));
    test.release(id(2), died(false));
    test.release(id(3), new Outcome.Unused());

    assertEquals(List.of("2.1 -> a", "3.1 -> a"), test.decisions());
    assertEquals(1, test.backend("a").status().slots());
  }

  @Test
  void abortedJobDoesNotMakeUpForABlame() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1));
    test.acquire(9);
    test.decisions();

    blame(test, 1, "a");
    test.release(id(9), new Outcome.Aborted(1, 1, 1));
    blame(test, 2, "a");

    assertEquals(List.of("a failed: jobs fail there: EOF"), test.decisions());
  }

  @Test
  void hostOnTrialThatFailsAgainStaysOnTrial() {
    PoolUnderTest test = onTrial(Duration.ZERO);

    test.failToConnect(1);
    test.observed("a", Observation.SERVES);

    assertEquals(List.of("a failed: refused", "a healthy: probe", "2.1 -> a"), test.decisions());
  }

  @Test
  void operatorsWordEndsATrial() {
    PoolUnderTest test = onTrial(Duration.ZERO);

    test.pool.forgive(test.backend("a"), "the operator put it up");

    assertEquals(List.of("a is on trial no more", "2.1 -> a", "3.1 -> a"), test.decisions());
  }

  @Test
  void slowStartBeginsWhenTheTrialHasEnded() {
    PoolUnderTest test = onTrial(Duration.ofSeconds(10));
    test.pass(Duration.ofSeconds(20));

    test.finish(1);
    assertEquals(List.of("a is on trial no more", "2.1 -> a"), test.decisions());
    test.pass(Duration.ofSeconds(5));

    assertEquals(List.of("3.1 -> a"), test.decisions());
  }

  @Test
  void probeThatSawAJobGoWellEndsATrial() {
    PoolUnderTest test = onTrial(Duration.ZERO);
    test.failToConnect(1);
    test.decisions();

    test.observed("a", Observation.DOES_JOBS);

    assertEquals(
        List.of("a is on trial no more", "a healthy: probe", "2.1 -> a", "3.1 -> a"),
        test.decisions());
  }

  @Test
  void probeThatSawAJobFailPutsTheHostOnTrial() {
    PoolUnderTest test = PoolUnderTest.probed(Duration.ZERO, Hosts.up("a", 3));
    test.acquire(1);
    test.connected(id(1));

    test.observed("a", Observation.FAILS_JOBS);
    test.observed("a", Observation.SERVES);

    assertEquals(List.of("1.1 -> a", "a failed: probe", "a healthy: probe"), test.decisions());
    assertTrue(test.backend("a").status().onTrial());
    assertEquals(Optional.of("probe"), test.backend("a").lastError);
  }

  @Test
  void probeIsRefusedWhereTheHostListsOtherCompilers() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.having("a", 1, "clang-*"));

    test.acquire(1, new Wish("gcc", Set.of(), Set.of(), Optional.of("a")));
    test.acquire(2, new Wish("clang-15", Set.of(), Set.of(), Optional.of("a")));

    assertEquals(List.of("1.1 NO_COMPILER", "2.1 -> a"), test.decisions());
  }

  @Test
  void trialSurvivesTheBalancer() {
    BackendStatus before = onTrial(Duration.ofSeconds(10)).backend("a").status();
    PoolUnderTest next = PoolUnderTest.probed(Duration.ofSeconds(10), before);
    next.acquire(1);
    next.acquire(2);
    next.pass(Duration.ofSeconds(20));

    assertEquals(List.of("1.1 -> a", "2.1 queued"), next.decisions());
  }

  @Test
  void probeGetsASlotOfItsHostAndCounts() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1), Hosts.up("b", 1));

    test.acquire(1, probing("b"));
    test.acquire(2, probing("b"));
    test.acquire(3);
    test.acquire(4);
    test.finish(1);

    assertEquals(
        List.of("1.1 -> b", "2.1 NO_FREE_SLOT", "3.1 -> a", "4.1 queued", "4.1 -> b"),
        test.decisions());
  }

  @Test
  void probeOfAHostThatIsNotThereOrNotWantedIsRefused() {
    PoolUnderTest test =
        PoolUnderTest.granting(
            Hosts.in(OperatorState.DRAIN, "drained", 1),
            Hosts.in(OperatorState.DOWN, "down", 1),
            Hosts.up("removed", 1));
    test.acquire(9);
    test.pool.remove(test.backend("removed"));
    test.decisions();

    test.acquire(1, probing("drained"));
    test.acquire(2, probing("down"));
    test.acquire(3, probing("removed"));
    test.acquire(4, probing("gone"));

    assertEquals(
        List.of(
            "1.1 NO_SUCH_BACKEND",
            "2.1 NO_SUCH_BACKEND",
            "3.1 NO_SUCH_BACKEND",
            "4.1 NO_SUCH_BACKEND"),
        test.decisions());
  }

  @Test
  void probeMayUseAFailedHostAndItsConnectHealsNothing() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 2));
    test.acquire(1);
    test.failToConnect(1);
    test.acquire(2);

    test.acquire(3, probing("a"));
    test.connected(id(3));

    assertEquals(
        List.of("1.1 -> a", "a failed: refused", "2.1 queued", "3.1 -> a"), test.decisions());
    assertEquals("failed", test.backend("a").status().status());
  }

  @Test
  void probeThatIsRefusedFailsItsHost() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 2));
    test.acquire(1);
    test.connected(id(1));
    test.acquire(2, probing("a"));
    test.decisions();

    test.failToConnect(2);

    assertEquals(List.of("a failed: refused", "1.1 lost: refused"), test.decisions());
  }

  @Test
  void probeIsNotGrantedDuringACensus() {
    PoolUnderTest test = new PoolUnderTest(1000, Hosts.up("a", 1));

    test.acquire(1, probing("a"));
    test.pool.startGranting();

    assertEquals(List.of("1.1 NO_FREE_SLOT"), test.decisions());
  }
}
