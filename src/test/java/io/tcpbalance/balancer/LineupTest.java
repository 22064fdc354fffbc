package io.tcpbalance.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.QueueSettings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A pool whose back-ends become others. */
class LineupTest {

  private final PoolUnderTest test = PoolUnderTest.granting(Hosts.up("a", 1), Hosts.up("b", 1));

  @Test
  void addsResizesAndReorders() {
    rearrange(at("c", "c.example", 1), at("b", "b.example", 2), at("a", "a.example", 1));

    for (int session = 1; session <= 4; session++) {
      test.acquire(session);
    }

    assertEquals(List.of("1.1 -> c", "2.1 -> b", "3.1 -> b", "4.1 -> a"), test.decisions());
  }

  @Test
  void servesWaitersAtOnce() {
    test.acquire(1);
    test.acquire(2);
    test.acquire(3);
    test.decisions();

    rearrange(at("a", "a.example", 1), at("b", "b.example", 1), at("c", "c.example", 1));

    assertEquals(List.of("3.1 -> c"), test.decisions());
  }

  @Test
  void drainsWhatIsNotWantedAndForgetsIt() {
    test.acquire(1);

    rearrange(at("b", "b.example", 1));

    assertEquals(List.of("b up", "a draining"), backends());
    test.finish(1);
    assertEquals(List.of("b up"), backends());
  }

  @Test
  void keepsSessionsOfOldAddressAndGivesTheNewOneItsOwnSlots() {
    test.acquire(1);
    test.decisions();

    rearrange(at("a", "elsewhere", 1));
    test.acquire(2);
    test.acquire(3);

    assertEquals(List.of("2.1 -> a", "3.1 queued"), test.decisions());
    assertEquals(List.of("a up", "a@a.example:3632 draining"), backends());
    assertEquals("elsewhere", test.backend("a").host);
    test.failToConnect(1);
    assertTrue(test.backend("a").healthy, "what the old address does is not the new one's fault");
    assertEquals(List.of("a up"), backends());
  }

  @Test
  void takesBackWhatIsWantedAgainWithTheSessionsItStillHas() {
    test.acquire(1);
    rearrange(at("a", "elsewhere", 1));
    test.decisions();

    rearrange(at("a", "a.example", 1));
    test.acquire(2);

    assertEquals(List.of("2.1 queued"), test.decisions());
    assertEquals(List.of("a up"), backends());
    test.finish(1);
    assertEquals(List.of("2.1 -> a"), test.decisions());
  }

  @Test
  void failedHostThatIsTakenBackIsTriedAgain() {
    test.acquire(1);
    test.acquire(2);
    test.observed("a", Observation.FAILS);
    rearrange(at("b", "b.example", 1));
    rearrange(at("a", "a.example", 2), at("b", "b.example", 1));
    test.decisions();

    test.acquire(3);
    test.finish(1);
    test.pass(PoolUnderTest.RETRY_AFTER);

    assertEquals(List.of("3.1 queued", "3.1 -> a"), test.decisions());
  }

  @Test
  void censusFindsSessionsOfAnAddressThatIsLeft() {
    PoolUnderTest next =
        new PoolUnderTest(
            10,
            Hosts.unprobed(PoolUnderTest.RETRY_AFTER, Duration.ZERO),
            Roster.unused(at("a", "elsewhere", 1)));
    next.pool.adopt(PoolUnderTest.id(1), Hosts.up("a", 1), true, "s1");
    next.pool.startGranting();
    next.acquire(2);

    assertEquals(List.of("2.1 -> a"), next.decisions());
    assertEquals("a@a.example:3632", next.pool.backends().get(1).name);
  }

  @Test
  void otherSettingsHoldForThoseWhoWait() {
    PoolUnderTest full = PoolUnderTest.granting(Hosts.failed("a", 1));
    full.acquire(1);
    full.decisions();

    full.pool.reconfigure(
        new PoolSettings(
            new QueueSettings(Duration.ofSeconds(3), 1),
            Hosts.unprobed(Duration.ofSeconds(1), Duration.ZERO),
            false),
        full.nowNanos());
    full.acquire(2);
    full.pass(Duration.ofSeconds(1));

    assertEquals(List.of("2.1 QUEUE_FULL", "1.1 -> a"), full.decisions());
  }

  private void rearrange(BackendSettings... wanted) {
    test.pool.rearrange(List.of(wanted), test.nowNanos());
  }

  private static BackendSettings at(String name, String host, int maxConnections) {
    return new BackendSettings(name, host, 3632, maxConnections, OperatorState.UP, List.of());
  }

  private List<String> backends() {
    return test.pool.roster().backends().stream().map(b -> b.name() + " " + b.status()).toList();
  }
}
