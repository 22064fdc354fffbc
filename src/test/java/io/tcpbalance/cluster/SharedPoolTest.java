package io.tcpbalance.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Balancer.SessionMessage;
import io.tcpbalance.balancer.Balancer.Slot;
import io.tcpbalance.balancer.LeaseId;
import io.tcpbalance.balancer.Roster;
import io.tcpbalance.balancer.Wish;
import io.tcpbalance.cluster.mail.Ballot;
import io.tcpbalance.cluster.mail.Mail;
import io.tcpbalance.cluster.mail.Mail.Frame;
import io.tcpbalance.cluster.mail.NodeId;
import io.tcpbalance.cluster.mail.Question;
import io.tcpbalance.cluster.mail.RosterPart;
import io.tcpbalance.cluster.mail.Stamp;
import io.tcpbalance.cluster.mail.ToPool;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;

class SharedPoolTest {

  private static final FenceTimes TIMES = FenceTimes.of(Duration.ofSeconds(4));
  private static final NodeId A = new NodeId("a", 1, 1);
  private static final NodeId B = new NodeId("b", 1, 2);
  private static final NodeId C = new NodeId("c", 1, 3);
  private static final Ballot BALLOT = new Ballot(5, A);
  private static final Slot SLOT = new Slot("fast", "fast.example", 1);
  private static final InetSocketAddress CLIENT = InetSocketAddress.createUnresolved("c", 1);

  private final List<Balancer.Command> told = new ArrayList<>();
  private final List<Mail> sent = new ArrayList<>();
  private final List<String> events = new ArrayList<>();
  private final Map<NodeId, Long> numbers = new HashMap<>();
  private Optional<Roster> openedWith = Optional.empty();
  private final TestInbox<SessionMessage> self = TestInbox.create();
  private final SharedPool pool =
      new SharedPool("farm", BALLOT, TIMES, self.getRef(), new Recorder());

  private final class Recorder implements SharedPool.Voice {
    @Override
    public void send(NodeId node, Mail mail) {
      sent.add(mail);
    }

    @Override
    public void tell(Balancer.Command command) {
      told.add(command);
    }

    @Override
    public void open(Optional<Roster> newest) {
      events.add("open");
      openedWith = newest;
    }

    @Override
    public void recount(String reason) {
      events.add("recount");
    }

    @Override
    public void asked(NodeId node, long id, Question question) {}

    @Override
    public void superseded(Ballot by) {
      events.add("superseded by " + by.term());
    }
  }

  private void say(NodeId from, long life, ToPool... items) {
    long first = numbers.getOrDefault(from, 1L);
    numbers.put(from, first + items.length);
    Frame<ToPool> frame = new Frame<>(first, 0, List.of(items));
    pool.receive(from, new Mail.FromNode("farm", BALLOT, life, frame), 0);
  }

  private static ToPool.Begin begin(long stampTerm) {
    return new ToPool.Begin(new Stamp(stampTerm, 1), 0, Map.of());
  }

  private void census(NodeId from, ToPool... items) {
    say(from, 1, begin(0));
    say(from, 1, items);
    say(from, 1, new ToPool.CensusEnd());
  }

  private static ToPool.Acquire wish(long session, long ticket, long ageMs) {
    return new ToPool.Acquire(
        new LeaseId(session, 1), ticket, ageMs * 1_000_000, Wish.anything(), CLIENT);
  }

  private List<Long> ticketsTold() {
    return told.stream()
        .filter(Balancer.Waits.class::isInstance)
        .map(c -> ((Balancer.Waits) c).wish().ticket())
        .sorted()
        .toList();
  }

  @Test
  void grantsNothingBeforeAllMembersHaveToldWhatTheyHold() {
    pool.members(Set.of(A, B));
    census(A);
    pool.tick(0);
    assertFalse(pool.isOpen());

    census(B, new ToPool.Holds(new LeaseId(1, 1), SLOT, true));
    pool.tick(0);

    assertEquals(List.of("open"), events);
    pool.takeCensus(1);
    assertTrue(told.get(0) instanceof Balancer.Holds, told.toString());
    assertTrue(told.get(1) instanceof Balancer.Roll, told.toString());
  }

  @Test
  void waitsForTheFenceOfMembersThatWereRemoved() {
    pool.members(Set.of(A, B));
    census(A);
    pool.removed(B, 0);
    pool.tick(TIMES.removedToFreeNanos() - 1);
    assertFalse(pool.isOpen());

    pool.tick(TIMES.removedToFreeNanos());

    assertTrue(pool.isOpen());
  }

  @Test
  void learnsOfRemovedNodesFromTheOthers() {
    pool.members(Set.of(A));
    say(A, 1, new ToPool.Begin(Stamp.NONE, 0, Map.of(B, 1000L)), new ToPool.CensusEnd());
    pool.tick(0);
    assertFalse(pool.isOpen());

    pool.tick(Duration.ofSeconds(2).toNanos());

    assertTrue(pool.isOpen());
  }

  @Test
  void keepsSlotsOfARemovedMemberUntilNothingIsLeftOfIt() {
    pool.members(Set.of(A, B));
    census(A);
    census(B, new ToPool.Holds(new LeaseId(1, 1), SLOT, true), wish(2, 0, 0));
    pool.tick(0);
    told.clear();

    pool.removed(B, 0);
    assertTrue(told.get(0) instanceof Balancer.Withdraw, "who waits gets none: " + told);
    pool.tick(TIMES.removedToFreeNanos() - 1);
    assertEquals(1, told.size());

    pool.tick(TIMES.removedToFreeNanos());
    assertTrue(told.get(1) instanceof Balancer.SessionEnded, told.toString());
  }

  @Test
  void keepsTicketsAndQueuesOthersByAge() {
    pool.members(Set.of(A, B));
    say(A, 1, new ToPool.Begin(Stamp.NONE, 20, Map.of()), wish(1, 0, 5), wish(2, 10, 9));
    say(A, 1, new ToPool.CensusEnd());
    census(B, wish(1, 0, 7), wish(2, 11, 9));
    pool.tick(0);

    pool.takeCensus(1);

    assertEquals(List.of(10L, 11L, 21L, 22L), ticketsTold());
    Balancer.Acquire older =
        told.stream()
            .filter(Balancer.Waits.class::isInstance)
            .map(c -> ((Balancer.Waits) c).wish())
            .filter(w -> w.ticket() == 21)
            .findFirst()
            .orElseThrow();
    assertEquals(-7_000_000, older.arrivedAtNanos());
  }

  @Test
  void releasesWhatARestartedAgentDoesNotTellOfAnyMore() {
    pool.members(Set.of(A));
    census(A, new ToPool.Holds(new LeaseId(1, 1), SLOT, true), wish(2, 0, 0));
    pool.tick(0);
    told.clear();
    numbers.clear();

    say(A, 2, begin(0), wish(2, 0, 0), new ToPool.CensusEnd());

    assertEquals(1, told.size(), told.toString());
    assertEquals(1, PoolMember.local(((Balancer.Withdraw) told.get(0)).lease().session()));
  }

  @Test
  void believesNoDecisionOfABalancerThatIsGone() {
    pool.members(Set.of(A));
    census(A, wish(1, 0, 0));
    pool.tick(0);
    pool.takeCensus(1);
    Balancer.Acquire asked = ((Balancer.Waits) told.get(0)).wish();
    pool.takeCensus(2);

    pool.decided(new Balancer.Granted(1, asked.lease(), SLOT));
    assertTrue(pool.claims().find(asked.lease()).waits());

    pool.decided(new Balancer.Granted(2, asked.lease(), SLOT));
    assertFalse(pool.claims().find(asked.lease()).waits());
  }

  @Test
  void countsAnewWhenSomebodyHoldsWhatItWasNotGiven() {
    pool.members(Set.of(A));
    census(A, wish(1, 0, 0));
    pool.tick(0);
    numbers.clear();

    say(A, 2, begin(0), new ToPool.Holds(new LeaseId(1, 1), SLOT, true), new ToPool.CensusEnd());

    assertEquals(List.of("open", "recount"), events);
  }

  @Test
  void countsWhatANewMemberHasFromTheGenerationBeforeIt() {
    ToPool.Holds lease = new ToPool.Holds(new LeaseId(1, 1), SLOT, true);
    pool.members(Set.of(A));
    census(A, lease);
    pool.tick(0);

    pool.members(Set.of(A, B));
    census(B, lease);
    Balancer.Adopt adopted = (Balancer.Adopt) told.get(0);
    pool.gone(A);

    assertEquals(List.of("open"), events);
    assertEquals(SLOT, adopted.slot());
    assertTrue(adopted.active());
    assertFalse(pool.claims().find(adopted.lease()).waits());
    assertEquals(1, pool.claims().sessions());
    long ended = ((Balancer.SessionEnded) told.get(1)).session();
    assertNotEquals(adopted.lease().session(), ended);
  }

  @Test
  void takesTheNewestRoster() {
    pool.members(Set.of(A, B));
    Roster old = Roster.of(List.of(), Instant.ofEpochSecond(1));
    Roster newer = Roster.of(List.of(), Instant.ofEpochSecond(2));
    say(A, 1, begin(3));
    RosterPart.of(new Stamp(3, 1), newer).forEach(part -> say(A, 1, part));
    say(A, 1, new ToPool.CensusEnd());
    say(B, 1, begin(2));
    RosterPart.of(new Stamp(2, 9), old).forEach(part -> say(B, 1, part));
    say(B, 1, new ToPool.CensusEnd());

    pool.tick(0);

    assertEquals(Optional.of(newer), openedWith);
  }

  @Test
  void knowsWhenAMajorityHasTheRoster() {
    pool.members(Set.of(A, B));
    census(A);
    census(B);
    pool.tick(0);
    pool.rosterIs(Roster.of(List.of(), Instant.EPOCH));
    pool.flush(false, false, 0);
    assertFalse(pool.rosterIsSafe());

    // It has heard whom the others waited for, besides.
    acknowledge(A, 2);
    assertFalse(pool.rosterIsSafe(), "one of two");

    acknowledge(B, 2);
    assertTrue(pool.rosterIsSafe());
  }

  @Test
  void countsMembersThatWereNotToldOfTheRosterAsWithoutIt() {
    pool.members(Set.of(A));
    census(A);
    pool.tick(0);
    assertFalse(pool.rosterIsSafe(), "there is none");
    pool.rosterIs(Roster.of(List.of(), Instant.EPOCH));
    acknowledge(A, 2);
    assertTrue(pool.rosterIsSafe());

    pool.members(Set.of(A, B, C));
    assertFalse(pool.rosterIsSafe(), "one of three");

    census(B);
    assertFalse(pool.rosterIsSafe(), "it is on its way");
    acknowledge(B, 1);
    assertTrue(pool.rosterIsSafe(), "two of three");
    pool.removed(B, 0);
    assertFalse(pool.rosterIsSafe(), "one of two");
    pool.removed(C, 0);
    assertTrue(pool.rosterIsSafe(), "all that are left");
  }

  @Test
  void saysSomethingToThoseWhoWaitForIt() {
    pool.members(Set.of(A, B));
    census(A);
    pool.flush(false, false, 0);
    sent.clear();
    pool.flush(false, false, 0);
    assertEquals(0, sent.size());

    pool.flush(true, false, 0);
    assertEquals(1, sent.size(), "whom to obey");
    census(B);
    pool.flush(false, false, 0);
    sent.clear();
    pool.flush(true, false, 0);
    assertEquals(0, sent.size(), "all is said");

    say(A, 1, new ToPool.SessionEnded(1));
    pool.flush(true, false, 0);
    assertEquals(1, sent.size(), "an acknowledgement");

    pool.flush(true, true, 0);
    assertEquals(3, sent.size(), "that it is there");
  }

  private void acknowledge(NodeId from, long items) {
    Frame<ToPool> frame = new Frame<>(numbers.get(from), items, List.of());
    pool.receive(from, new Mail.FromNode("farm", BALLOT, 1, frame), 0);
  }

  @Test
  void endsWhenAnAgentObeysAGreaterBallot() {
    pool.receive(new Mail.Superseded("farm", new Ballot(4, B)));
    pool.receive(new Mail.Superseded("farm", new Ballot(6, B)));

    assertEquals(List.of("superseded by 6"), events);
  }

  @Test
  void readsNothingOfNodesThatAreNoMembers() {
    pool.members(Set.of(A));
    census(A);
    pool.tick(0);

    say(B, 1, begin(0), wish(1, 0, 0));

    assertEquals(List.of(), told);
  }
}
