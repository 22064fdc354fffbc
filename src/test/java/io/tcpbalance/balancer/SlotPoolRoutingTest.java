package io.tcpbalance.balancer;

import static io.tcpbalance.balancer.Hosts.excluding;
import static io.tcpbalance.balancer.Hosts.needing;
import static io.tcpbalance.balancer.PoolUnderTest.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.tcpbalance.config.OperatorState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who may use which back-end: compilers, and hosts on which a job died. */
@Timeout(10)
class SlotPoolRoutingTest {

  @Test
  void jobGoesOnlyWhereItsCompilerIs() {
    PoolUnderTest test =
        PoolUnderTest.granting(
            Hosts.having("a", 9, "clang-*"), Hosts.having("b", 1, "gcc-12"), Hosts.up("any", 1));

    test.acquire(1, needing("gcc-12"));
    test.acquire(2, needing("x86_64-linux-gnu-gcc-12"));
    test.acquire(3, needing("clang-14"));
    test.acquire(4, Wish.anything());

    assertEquals(List.of("1.1 -> b", "2.1 -> any", "3.1 -> a", "4.1 -> a"), test.decisions());
  }

  @Test
  void takesTheFastestOfAllThatHaveTheCompiler() {
    PoolUnderTest test =
        PoolUnderTest.granting(
            Hosts.having("a", 1, "gcc"), Hosts.up("b", 1), Hosts.having("c", 1, "gcc"));

    for (long session = 1; session <= 3; session++) {
      test.acquire(session, needing("gcc"));
    }

    assertEquals(List.of("1.1 -> a", "2.1 -> b", "3.1 -> c"), test.decisions());
  }

  @Test
  void nobodyIsBlockedByOneWhoCouldNotUseTheSlot() {
    PoolUnderTest test =
        PoolUnderTest.granting(Hosts.having("a", 1, "gcc"), Hosts.having("b", 1, "clang"));
    test.acquire(1, needing("gcc"));
    test.acquire(2, needing("clang"));
    test.acquire(3, needing("gcc"));
    test.acquire(4, needing("clang"));
    test.decisions();

    test.finish(2);
    test.finish(1);

    assertEquals(List.of("4.1 -> b", "3.1 -> a"), test.decisions());
  }

  @Test
  void freeSlotGoesToTheFirstOfThoseWhoCouldUseIt() {
    PoolUnderTest test =
        PoolUnderTest.granting(Hosts.having("a", 1, "gcc", "clang"), Hosts.having("b", 1, "rustc"));
    test.acquire(1, needing("gcc"));
    test.acquire(2, needing("rustc"));
    test.acquire(3, needing("rustc"));
    test.acquire(4, needing("clang"));
    test.acquire(5, needing("gcc"));
    test.acquire(6, Wish.anything());
    test.decisions();

    test.finish(1);
    test.finish(4);
    test.finish(5);

    assertEquals(List.of("4.1 -> a", "5.1 -> a", "6.1 -> a"), test.decisions());
  }

  @Test
  void refusesAtOnceWhatNoBackendHas() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.having("a", 1, "gcc"));
    test.acquire(1, needing("gcc"));
    test.acquire(2, needing("rustc"));

    assertEquals(List.of("1.1 -> a", "2.1 NO_COMPILER"), test.decisions());
    assertEquals(0, test.pool.queue().size());
  }

  @Test
  void waitsForACompilerWhoseBackendsAreDownOrFailed() {
    PoolUnderTest test =
        PoolUnderTest.granting(
            Hosts.in(OperatorState.DOWN, "a", 1, List.of("gcc")), Hosts.having("b", 1, "clang"));

    test.acquire(1, needing("gcc"));
    test.backend("a").state = OperatorState.UP;
    test.pool.changed(test.backend("a"));

    assertEquals(List.of("1.1 queued", "1.1 -> a"), test.decisions());
  }

  @Test
  void waitsForAnyCompilerWhileThereIsNoBackendAtAll() {
    PoolUnderTest test = PoolUnderTest.granting();

    test.acquire(1, needing("gcc"));
    test.pool.add(Hosts.having("a", 1, "gcc"), new Placement.Last());

    assertEquals(List.of("1.1 queued", "1.1 -> a"), test.decisions());
  }

  @Test
  void refusesWhoWaitsWhenTheLastBackendWithItsCompilerIsRemoved() {
    PoolUnderTest test =
        PoolUnderTest.granting(Hosts.having("a", 1, "gcc"), Hosts.having("b", 1, "clang"));
    test.acquire(1, needing("gcc"));
    test.acquire(2, needing("gcc"));
    test.decisions();

    test.pool.remove(test.backend("a"));

    assertEquals(List.of("2.1 NO_COMPILER"), test.decisions());
  }

  @Test
  void changedCompilersCountAtOnce() {
    PoolUnderTest test =
        PoolUnderTest.granting(Hosts.having("a", 1, "gcc"), Hosts.having("b", 1, "clang"));
    test.acquire(1, needing("gcc"));
    test.acquire(2, needing("gcc"));

    test.pool.setCompilers(test.backend("b"), List.of("gcc"));
    test.acquire(3, needing("clang"));

    assertEquals(
        List.of("1.1 -> a", "2.1 queued", "2.1 -> b", "3.1 NO_COMPILER"), test.decisions());
  }

  @Test
  void whoAskedForACompilerThatNobodyHasWaitsForNothingElse() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.having("a", 1, "gcc"));
    test.acquire(1, needing("gcc"));
    test.acquire(2, needing("gcc"));

    test.pool.acquire(test.request(new LeaseId(2, 2), needing("rustc")));
    test.finish(1);

    assertEquals(List.of("1.1 -> a", "2.1 queued", "2.2 NO_COMPILER"), test.decisions());
  }

  @Test
  void timeoutAndLengthAreOfTheQueueAsAWhole() {
    PoolUnderTest test =
        PoolUnderTest.granting(2, Hosts.having("a", 1, "gcc"), Hosts.having("b", 1, "clang"));
    test.acquire(1, needing("gcc"));
    test.acquire(2, needing("clang"));
    test.acquire(3, needing("clang"));
    test.acquire(4, needing("gcc"));
    test.acquire(5, needing("gcc"));
    test.pass(PoolUnderTest.QUEUE_TIMEOUT);

    assertEquals(
        List.of(
            "1.1 -> a",
            "2.1 -> b",
            "3.1 queued",
            "4.1 queued",
            "5.1 QUEUE_FULL",
            "3.1 QUEUE_TIMEOUT",
            "4.1 QUEUE_TIMEOUT"),
        test.decisions());
  }

  @Test
  void jobThatDiedWaitsForAnotherHostAndBlocksNobody() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1), Hosts.up("b", 1));
    test.acquire(1);
    test.acquire(2);
    test.acquire(3, excluding("a"));
    test.acquire(4);
    test.decisions();

    test.finish(1);
    test.finish(2);

    assertEquals(List.of("4.1 -> a", "3.1 -> b"), test.decisions());
  }

  @Test
  void excludedHostWillDoWhereNoOtherIsHealthy() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1), Hosts.up("b", 1));
    test.acquire(1);
    test.acquire(2);
    test.finish(1);
    test.acquire(3, excluding("a"));
    test.decisions();

    test.failToConnect(2);

    assertEquals(List.of("b failed: refused", "3.1 -> a"), test.decisions());
  }

  @Test
  void excludedHostWillDoWhereTheOthersAreNotWanted() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1), Hosts.up("b", 1));
    test.acquire(1, excluding("a"));
    test.acquire(2, excluding("a"));
    test.backend("b").state = OperatorState.DRAIN;

    test.pool.changed(test.backend("b"));

    assertEquals(List.of("1.1 -> b", "2.1 queued", "2.1 -> a"), test.decisions());
  }

  @Test
  void excludedHostWillDoWhereTheOthersLackTheCompiler() {
    PoolUnderTest test =
        PoolUnderTest.granting(Hosts.having("a", 1, "gcc"), Hosts.having("b", 1, "clang"));

    test.acquire(1, new Wish("gcc", Set.of(), Set.of("a"), Optional.empty()));

    assertEquals(List.of("1.1 -> a"), test.decisions());
  }

  @Test
  void jobThatDiedEverywhereMayGoAnywhere() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1), Hosts.up("b", 1));

    test.acquire(1, excluding("a", "b", "gone"));
    test.acquire(2, excluding("b", "a"));

    assertEquals(List.of("1.1 -> a", "2.1 -> b"), test.decisions());
  }

  @Test
  void jobThatDiedPrefersNotToBeTriedOnAFailedHost() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1), Hosts.up("b", 1));
    test.acquire(1);
    test.failToConnect(1);
    test.acquire(2);
    test.acquire(3, excluding("a"));
    test.decisions();

    test.pass(PoolUnderTest.RETRY_AFTER);
    test.finish(2);

    assertEquals(List.of("3.1 -> b"), test.decisions());
  }

  @Test
  void waitsNoLongerWhenAnotherHostIsAdded() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1), Hosts.up("b", 1));
    test.acquire(1, excluding("a"));
    test.acquire(2, excluding("a"));

    test.pool.add(Hosts.up("c", 1), new Placement.Last());

    assertEquals(List.of("1.1 -> b", "2.1 queued", "2.1 -> c"), test.decisions());
  }

  @Test
  void keepsTheOrderOfAllWhoWaitInOneList() {
    PoolUnderTest test =
        PoolUnderTest.granting(Hosts.having("a", 1, "gcc"), Hosts.having("b", 1, "clang"));
    test.acquire(1, needing("gcc"));
    test.acquire(2, needing("clang"));
    test.acquire(5, needing("gcc"));
    test.acquire(4, needing("clang"));
    test.acquire(3, needing("gcc"));

    assertEquals(
        List.of(id(3), id(4), id(5)),
        test.pool.queue().all().stream().map(SlotRequest::lease).toList());
  }

  @Test
  void groupsAreForgottenWithTheirWaiters() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1), Hosts.up("b", 1));
    test.acquire(1);
    test.acquire(2);
    for (long session = 3; session < 100; session++) {
      test.acquire(session, excluding("host-" + session));
    }

    for (long session = 3; session < 100; session++) {
      test.withdraw(session);
    }

    assertEquals(0, test.pool.queue().size());
    assertEquals(1, test.pool.queue().groups().size());
  }

  @Test
  void removedBackendTakesNoneWhateverItsCompilers() {
    PoolUnderTest test = PoolUnderTest.granting(Hosts.having("a", 2, "gcc"), Hosts.up("b", 1));
    test.acquire(1, needing("gcc"));
    test.pool.remove(test.backend("a"));

    test.acquire(2, needing("gcc"));
    test.release(id(1), new Outcome.Unused());
    test.pass(Duration.ofSeconds(1));

    assertEquals(List.of("1.1 -> a", "2.1 -> b"), test.decisions());
    assertNull(test.pool.find("a"));
  }
}
