package io.tcpbalance.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.balancer.Balancer.SessionMessage;
import io.tcpbalance.balancer.Balancer.Slot;
import io.tcpbalance.balancer.LeaseId;
import io.tcpbalance.balancer.Outcome;
import io.tcpbalance.balancer.Roster;
import io.tcpbalance.balancer.Wish;
import io.tcpbalance.cluster.mail.Answer;
import io.tcpbalance.cluster.mail.Ballot;
import io.tcpbalance.cluster.mail.Mail;
import io.tcpbalance.cluster.mail.Mail.Frame;
import io.tcpbalance.cluster.mail.NodeId;
import io.tcpbalance.cluster.mail.ToNode;
import io.tcpbalance.cluster.mail.ToPool;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgentLedgerTest {

  private static final FenceTimes TIMES = FenceTimes.of(Duration.ofSeconds(4));
  private static final NodeId POOL_NODE = new NodeId("a", 1, 1);
  private static final Ballot FIRST = new Ballot(1, POOL_NODE);
  private static final Ballot SECOND = new Ballot(2, new NodeId("b", 1, 2));
  private static final Slot SLOT = new Slot("fast", "fast.example", 1);
  private static final InetSocketAddress CLIENT = InetSocketAddress.createUnresolved("c", 1);

  private final List<String> told = new ArrayList<>();
  private final List<Mail> sent = new ArrayList<>();
  private final Promise promise = new Promise();
  private AgentLedger<String> ledger = ledger();
  private long fromPool = 1;
  private long now = Duration.ofHours(1).toNanos();
  private long majorityAt = now;

  private AgentLedger<String> ledger() {
    return new AgentLedger<>(
        "farm", promise, Roster.of(List.of(), Instant.EPOCH), TIMES, new Recorder());
  }

  private final class Recorder implements AgentLedger.Voice<String> {
    @Override
    public void tell(String session, SessionMessage message) {
      told.add(session + " " + message.getClass().getSimpleName());
    }

    @Override
    public void send(NodeId node, Mail mail) {
      sent.add(mail);
    }

    @Override
    public void roster(Roster roster) {}

    @Override
    public void healthChanged(ToNode.HealthChanged news) {}

    @Override
    public void answered(long id, Answer answer) {}

    @Override
    public void obeys(Ballot ballot) {}
  }

  private static LeaseId lease(long session) {
    return new LeaseId(session, 1);
  }

  private void acquire(long session) {
    ledger.acquire(lease(session), now, Wish.anything(), CLIENT, "s" + session, now);
  }

  private void hear(Ballot ballot, ToNode... items) {
    Frame<ToNode> frame = new Frame<>(fromPool, 0, List.of(items));
    fromPool += items.length;
    ledger.receive(
        new Mail.FromPool("farm", ballot, ledger.life(), frame), Map.of(), majorityAt, now);
  }

  private void pass(Duration time) {
    now += time.toNanos();
    ledger.tick(majorityAt, now);
  }

  /** What it says to the pool. */
  private List<ToPool> said() {
    sent.clear();
    ledger.flush(false, now);
    return sent.stream().flatMap(mail -> ((Mail.FromNode) mail).frame().items().stream()).toList();
  }

  private void serving() {
    ledger.counted();
    ledger.tick(majorityAt, now);
    hear(FIRST);
    said();
  }

  private void grant(long session) {
    hear(FIRST, new ToNode.Granted(lease(session), SLOT, session));
  }

  @Test
  void tellsTheSessionOfItsSlot() {
    serving();
    acquire(1);

    grant(1);

    assertEquals(List.of("s1 Queued", "s1 Granted"), told);
  }

  @Test
  void tellsEverythingToEachNewBalancer() {
    serving();
    acquire(1);
    acquire(2);
    grant(1);
    said();

    hear(SECOND);

    List<ToPool> census = said();
    assertTrue(census.get(0) instanceof ToPool.Begin, census.toString());
    assertEquals(new ToPool.Holds(lease(1), SLOT, false), census.get(1));
    assertTrue(census.get(2) instanceof ToPool.Acquire, census.toString());
    assertEquals(new ToPool.CensusEnd(), census.get(3));
  }

  @Test
  void obeysNobodyOfASmallerBallot() {
    serving();
    hear(SECOND);
    acquire(1);
    sent.clear();

    grant(1);

    assertEquals(List.of("s1 Queued"), told);
    assertEquals(List.of(new Mail.Superseded("farm", SECOND)), sent);
  }

  @Test
  void obeysNobodyOfASmallerBallotAfterARestart() {
    serving();
    hear(SECOND);
    ledger = ledger();
    ledger.counted();
    sent.clear();

    hear(FIRST);

    assertEquals(List.of(new Mail.Superseded("farm", SECOND)), sent);
  }

  @Test
  void saysNothingBeforeItKnowsItsSessions() {
    hear(FIRST);

    assertEquals(Ballot.NONE, promise.ballot);
  }

  @Test
  void keepsGrantsToItselfWhileItMissesTheMajority() {
    serving();
    acquire(1);
    pass(Duration.ofNanos(TIMES.quietAfterNanos()));

    grant(1);
    assertEquals(List.of("s1 Queued"), told);

    majorityAt = now;
    pass(Duration.ZERO);
    assertEquals(List.of("s1 Queued", "s1 Granted"), told);
  }

  @Test
  void believesNoGrantThatLayAroundWhileTheProcessStoodStill() {
    serving();
    acquire(1);
    now += Duration.ofMinutes(1).toNanos();

    grant(1);

    assertEquals(List.of("s1 Queued"), told);
  }

  @Test
  void takesAllSlotsBackWhenTheMajorityIsLost() {
    serving();
    acquire(1);
    acquire(2);
    grant(1);
    pass(Duration.ofNanos(TIMES.quietAfterNanos()));
    grant(2);
    said();
    told.clear();

    pass(Duration.ofNanos(TIMES.fenceAfterNanos()));

    assertEquals(List.of("s1 Evicted"), told);
    ToPool neverTold = new ToPool.Release(lease(2), SLOT, new Outcome.Unused());
    assertTrue(said().contains(neverTold));
    pass(Duration.ofSeconds(1));
    assertEquals(List.of("s1 Evicted"), told, "once is enough");
  }

  @Test
  void keepsSlotsWhileOnlyTheBalancerIsGone() {
    serving();
    acquire(1);
    grant(1);
    told.clear();

    now += Duration.ofMinutes(1).toNanos();
    majorityAt = now;
    ledger.tick(majorityAt, now);

    assertEquals(List.of(), told);
  }

  @Test
  void givesBackWhatNobodyWantsAnyMore() {
    serving();
    acquire(1);
    ledger.acquire(new LeaseId(1, 2), now, Wish.anything(), CLIENT, "s1", now);
    said();

    grant(1);

    assertEquals(List.of(new ToPool.Release(lease(1), SLOT, new Outcome.Unused())), said());
  }

  @Test
  void standsWhereItStoodWhenItAsksAgain() {
    serving();
    acquire(1);
    hear(FIRST, new ToNode.Granted(lease(1), SLOT, 42));
    ledger.release(lease(1), SLOT, new Outcome.ConnectFailed("refused", true), now);
    said();

    ledger.acquire(new LeaseId(1, 2), now, Wish.anything(), CLIENT, "s1", now);

    assertEquals(42, ((ToPool.Acquire) said().get(0)).ticket());
  }

  @Test
  void whoComesLateFromTheGenerationBeforeStandsWhereItStood() {
    ledger.inherit(Map.of(1L, 42L));
    serving();
    ledger.sessionEnded(1); // It is not waited for any more.
    majorityAt = now + Duration.ofSeconds(20).toNanos();
    pass(Duration.ofSeconds(20));
    said();

    ledger.acquire(new LeaseId(1, 2), now, Wish.anything(), CLIENT, "s1", now);

    assertEquals(42, ((ToPool.Acquire) said().get(0)).ticket());
    assertEquals(Map.of(1L, 42L), ledger.tickets());
  }

  @Test
  void leavesNoPlacesOfOthersThanItsOwnSessions() {
    ledger.acquire(new LeaseId(1, 2), now, Wish.anything(), CLIENT, "s1", now);
    ledger.inherit(Map.of(1L, 42L, 2L, 43L, 3L, 44L));
    ledger.holds(lease(2), SLOT, true, "s2");

    assertEquals(Map.of(1L, 42L, 2L, 43L), ledger.tickets());
  }

  @Test
  void forgetsThePlaceOfOneThatDoesNotAskAgain() {
    serving();
    acquire(1);
    grant(1);
    ledger.release(lease(1), SLOT, new Outcome.Unused(), now);
    majorityAt = now + Duration.ofSeconds(6).toNanos();
    pass(Duration.ofSeconds(6));
    said();

    ledger.acquire(new LeaseId(1, 2), now, Wish.anything(), CLIENT, "s1", now);

    assertEquals(0, ((ToPool.Acquire) said().get(0)).ticket());
  }
}
