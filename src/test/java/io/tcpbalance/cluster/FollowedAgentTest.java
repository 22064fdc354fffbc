package io.tcpbalance.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Balancer.RegistrarMessage;
import io.tcpbalance.balancer.Balancer.SessionMessage;
import io.tcpbalance.balancer.Balancer.Slot;
import io.tcpbalance.balancer.LeaseId;
import io.tcpbalance.balancer.Outcome;
import io.tcpbalance.balancer.Roster;
import io.tcpbalance.balancer.Wish;
import io.tcpbalance.cluster.mail.Ballot;
import io.tcpbalance.cluster.mail.Item;
import io.tcpbalance.cluster.mail.Mail;
import io.tcpbalance.cluster.mail.Mail.Frame;
import io.tcpbalance.cluster.mail.NodeId;
import io.tcpbalance.cluster.mail.ToNode;
import io.tcpbalance.cluster.mail.ToPool;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An agent of a generation that another one follows, and one of that which follows. */
@Timeout(60)
class FollowedAgentTest {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final NodeId SELF = new NodeId("a", 1, 1);
  private static final Ballot BALLOT = new Ballot(1, SELF);
  private static final Slot SLOT = new Slot("fast", "fast.example", 1);
  private static final LeaseId FIRST = new LeaseId(1, 1);
  private static final LeaseId SECOND = new LeaseId(2, 1);
  private static final SocketAddress NOBODY = new SocketAddress() {};

  private final TestProbe<SessionMessage> session = KIT.createTestProbe();
  private final TestProbe<RegistrarMessage> registrar = KIT.createTestProbe();
  private final BlockingQueue<ToPool> said = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final AtomicLong nowNanos = new AtomicLong();
  private final Agent.Estate estate = new Agent.Estate("farm", ModelCluster.SETTINGS);
  private final ActorRef<Balancer.Command> agent = startAgent();
  private long life;
  private long fromPool = 1;

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private ActorRef<Balancer.Command> startAgent() {
    Post post =
        new Post(KIT.system(), SELF, session.getRef().path()) {
          @Override
          void send(NodeId to, Mail mail) {
            said.addAll(((Mail.FromNode) mail).frame().items());
          }
        };
    Agent.Surroundings around =
        new Agent.Surroundings(
            KIT.<Object>createTestProbe().getRef(),
            post,
            new Vitals(0),
            ModelCluster.TIMES,
            heard::add,
            nowNanos::get,
            ModelCluster.CLOCK);
    return KIT.spawn(
        Behaviors.supervise(
                Agent.create(
                    "farm",
                    new Roster.Holder(ModelCluster.ROSTER),
                    estate,
                    around,
                    registrar.getRef()))
            .onFailure(SupervisorStrategy.restart()));
  }

  private void serve() throws Exception {
    life = registrar.expectMessageClass(Balancer.TakeCensus.class).epoch();
    agent.tell(new Balancer.Roll(life, Set.of()));
    obey();
  }

  private void obey() throws Exception {
    fromPool = 1;
    hear();
    awaitSaid(item -> item instanceof ToPool.CensusEnd);
  }

  private void hear(ToNode... items) {
    hear(0, items);
  }

  private void hear(long acknowledged, ToNode... items) {
    Frame<ToNode> frame = new Frame<>(fromPool, acknowledged, List.of(items));
    fromPool += items.length;
    agent
        .<Object>unsafeUpcast()
        .tell(new Nodes.Delivery(SELF, new Mail.FromPool("farm", BALLOT, life, frame)));
  }

  private Item awaitSaid(Predicate<ToPool> wanted) throws InterruptedException {
    ToPool item = said.take();
    while (!wanted.test(item)) {
      item = said.take();
    }
    return item;
  }

  private void acquire(LeaseId lease) {
    acquire(lease, InetSocketAddress.createUnresolved("client", 1));
  }

  private void acquire(LeaseId lease, SocketAddress client) {
    agent.tell(new Balancer.Acquire(lease, 1, 0, Wish.anything(), client, session.getRef()));
  }

  private void hold(LeaseId lease, long ticket) {
    acquire(lease);
    session.expectMessage(new Balancer.Queued(lease));
    hear(new ToNode.Granted(lease, SLOT, ticket));
    session.expectMessage(new Balancer.Granted(life, lease, SLOT));
  }

  private TestProbe<Balancer.Frozen> askToFreeze() {
    TestProbe<Balancer.Frozen> frozen = KIT.createTestProbe();
    agent.tell(new Balancer.Freeze(frozen.getRef()));
    return frozen;
  }

  private Balancer.Frozen freeze() {
    return askToFreeze().receiveMessage();
  }

  private void fail() {
    acquire(new LeaseId(99, 1), NOBODY);
  }

  @Test
  void leavesWhatItsSessionsHaveAndTheirPlacesInTheQueue() throws Exception {
    assertFalse(freeze().ready());
    agent.tell(Balancer.Thaw.INSTANCE);
    serve();
    hold(FIRST, 7);
    acquire(SECOND);
    session.expectMessage(new Balancer.Queued(SECOND));
    hear(new ToNode.Queued(SECOND, 8));

    Balancer.Frozen left = freeze();

    assertTrue(left.ready());
    assertEquals(List.of(new Balancer.HeldSlot(FIRST, SLOT, false)), left.leases());
    assertEquals(Set.of(2L), left.waiting());
    assertEquals(Map.of(1L, 7L, 2L, 8L), left.farmTickets());
  }

  @Test
  void keepsGrantsWhileItIsFrozenUntilItGoesOn() throws Exception {
    serve();
    acquire(FIRST);
    session.expectMessage(new Balancer.Queued(FIRST));
    hear(new ToNode.Queued(FIRST, 1));
    freeze();

    hear(new ToNode.Granted(FIRST, SLOT, 1));
    acquire(SECOND);
    session.expectMessage(new Balancer.Queued(SECOND));
    hear(new ToNode.Queued(SECOND, 2));

    assertEquals(Set.of(1L, 2L), freeze().waiting());
    agent.tell(Balancer.Thaw.INSTANCE);
    session.expectMessage(new Balancer.Granted(life, FIRST, SLOT));
  }

  @Test
  void leavesThePlaceThatIsOnItsWay() throws Exception {
    serve();
    acquire(SECOND);
    session.expectMessage(new Balancer.Queued(SECOND));

    TestProbe<Balancer.Frozen> frozen = askToFreeze();
    hold(FIRST, 7); // Slots are given as ever.
    frozen.expectNoMessage();
    hear(new ToNode.Queued(SECOND, 8));

    assertEquals(Map.of(1L, 7L, 2L, 8L), frozen.receiveMessage().farmTickets());
  }

  @Test
  void waitsNotForLongForPlacesThatDoNotCome() throws Exception {
    serve();
    acquire(FIRST);
    session.expectMessage(new Balancer.Queued(FIRST));

    TestProbe<Balancer.Frozen> frozen = askToFreeze();
    hold(SECOND, 7); // It has been asked by now.
    nowNanos.set(LastTickets.PATIENCE.toNanos());

    assertEquals(Set.of(1L), frozen.receiveMessage().waiting());
  }

  @Test
  void goesOnThoughItWasAboutToFreeze() throws Exception {
    serve();
    acquire(FIRST);
    session.expectMessage(new Balancer.Queued(FIRST));
    TestProbe<Balancer.Frozen> frozen = askToFreeze();

    agent.tell(Balancer.Thaw.INSTANCE);
    hear(new ToNode.Granted(FIRST, SLOT, 1));

    session.expectMessage(new Balancer.Granted(life, FIRST, SLOT));
    frozen.expectNoMessage();
  }

  @Test
  void staysFrozenWhenItFails() throws Exception {
    serve();
    freeze();
    fail();
    serve();
    acquire(FIRST);
    session.expectMessage(new Balancer.Queued(FIRST));

    hear(new ToNode.Granted(FIRST, SLOT, 1));
    agent.tell(new Balancer.Connected(SECOND));
    awaitSaid(item -> item instanceof ToPool.Connected);

    session.expectNoMessage();
    agent.tell(Balancer.Thaw.INSTANCE);
    session.expectMessage(new Balancer.Granted(life, FIRST, SLOT));
  }

  @Test
  void tellsItsHeirWhatBecomesOfSlotsAndThePoolNothingMore() throws Exception {
    TestProbe<Balancer.LeaseFact> heir = KIT.createTestProbe();
    serve();
    hold(FIRST, 1);
    hold(SECOND, 2);
    freeze();
    Balancer.Release first = new Balancer.Release(FIRST, SLOT, new Outcome.Unused());
    Balancer.Release second = new Balancer.Release(SECOND, SLOT, new Outcome.Unused());

    agent.tell(first);
    agent.tell(new Balancer.Retire(heir.getRef()::tell));
    heir.expectMessage(first);
    said.clear();
    acquire(new LeaseId(3, 1));
    session.expectMessage(new Balancer.SentAway(new LeaseId(3, 1)));
    agent.tell(second);
    heir.expectMessage(second);
    hear(new ToNode.Evicted(SECOND));

    session.expectNoMessage();
    assertEquals(List.of(), List.copyOf(said));
  }

  @Test
  void isHeardWhenThePoolKnowsWhoHasCome() throws Exception {
    life = registrar.expectMessageClass(Balancer.TakeCensus.class).epoch();
    agent.tell(new Balancer.Roll(life, Set.of(1L, 2L), Set.of(1L, 2L), Map.of(2L, 5L)));
    acquire(SECOND);
    hear();
    acquire(FIRST);
    session.expectMessage(new Balancer.Queued(SECOND));
    session.expectMessage(new Balancer.Queued(FIRST));
    obey();
    acquire(new LeaseId(3, 1));
    awaitSaid(item -> item instanceof ToPool.Acquire m && m.lease().session() == 3);
    assertTrue(heard.isEmpty());

    // Begin, two that wait and the end, but not who has come after that.
    hear(4);

    assertEquals("farm", heard.take());
  }

  @Test
  void tellsThePoolThePlaceThatWhoHasComeHadBefore() throws Exception {
    life = registrar.expectMessageClass(Balancer.TakeCensus.class).epoch();
    agent.tell(new Balancer.Roll(life, Set.of(1L, 2L), Set.of(1L, 2L), Map.of(2L, 5L)));
    acquire(SECOND);
    agent.tell(new Balancer.SessionEnded(1));
    hear();

    ToPool.Begin begin = (ToPool.Begin) awaitSaid(item -> item instanceof ToPool.Begin);
    ToPool.Acquire wish = (ToPool.Acquire) awaitSaid(item -> item instanceof ToPool.Acquire);

    assertEquals(5, begin.lastTicket());
    assertEquals(SECOND, wish.lease());
    assertEquals(5, wish.ticket());
  }

  @Test
  void tellsThePoolThePlaceOfOneThatIsNotWaitedForAnyMore() throws Exception {
    life = registrar.expectMessageClass(Balancer.TakeCensus.class).epoch();
    agent.tell(new Balancer.Roll(life, Set.of(2L), Set.of(2L), Map.of(2L, 5L)));
    agent.tell(new Balancer.SessionEnded(2));
    obey();

    acquire(SECOND);

    ToPool.Acquire wish = (ToPool.Acquire) awaitSaid(item -> item instanceof ToPool.Acquire);
    assertEquals(5, wish.ticket());
  }
}
