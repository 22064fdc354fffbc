package io.tcpbalance.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
import io.tcpbalance.cluster.mail.NodeId;
import io.tcpbalance.config.SupervisionSettings;
import io.tcpbalance.supervision.Supervision;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * How many letters it takes from an acquire to its grant. Two agents and a shared balancer, all of
 * them real, with a post that counts. Once they know each other no time passes: what a clock would
 * have to bring about would never come.
 */
@Timeout(60)
class GrantLettersTest {

  private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config());
  private static final NodeId HOME = new NodeId("home", 1, 1);
  private static final NodeId OTHER = new NodeId("other", 1, 2);
  private static final Ballot BALLOT = new Ballot(1, HOME);
  private static final InetSocketAddress CLIENT = InetSocketAddress.createUnresolved("c", 1);
  private static final Duration AGENTS_TICK = Duration.ofMillis(100);

  /** Of the roster. */
  private static final int SLOTS = 6;

  /** Letters with anything in them that have gone from one node to the other. */
  private final List<String> crossed = new CopyOnWriteArrayList<>();

  private final Map<NodeId, ActorRef<Object>> agents = new ConcurrentHashMap<>();
  private final BlockingQueue<SessionMessage> heard = new LinkedBlockingQueue<>();
  private final ActorRef<SessionMessage> session =
      KIT.spawn(
          Behaviors.receiveMessage(
              message -> {
                heard.add(message);
                return Behaviors.same();
              }));
  private ActorRef<Object> balancer;
  private long sessions;

  /** Delivers at once what a node sends. */
  private final class CountingPost extends Post {
    CountingPost(NodeId self) {
      super(KIT.system(), self, KIT.createTestProbe().getRef().path());
    }

    @Override
    void send(NodeId to, Mail mail) {
      if (!to.equals(self())) {
        note(to, itemsOf(mail));
      }
      ActorRef<Object> receiver = mail instanceof Mail.FromPool ? agents.get(to) : balancer;
      receiver.tell(new Nodes.Delivery(self(), (Mail.OfPool) mail));
    }
  }

  /** Acknowledgements are left out: nobody waits for one. */
  private void note(NodeId to, List<? extends Item> items) {
    if (!items.isEmpty()) {
      List<String> what = items.stream().map(item -> item.getClass().getSimpleName()).toList();
      crossed.add("to " + to.host() + " " + what);
    }
  }

  private static List<? extends Item> itemsOf(Mail mail) {
    if (mail instanceof Mail.FromPool m) {
      return m.frame().items();
    }
    return ((Mail.FromNode) mail).frame().items();
  }

  private void startAgent(NodeId node) {
    Agent.Surroundings around =
        new Agent.Surroundings(
            KIT.<Object>createTestProbe().getRef(),
            new CountingPost(node),
            new Vitals(0),
            ModelCluster.TIMES,
            pool -> {},
            () -> 0,
            ModelCluster.CLOCK);
    ActorRef<RegistrarMessage> nobodyYet =
        KIT.spawn(
            Behaviors.receiveMessage(
                message -> {
                  Balancer.TakeCensus census = (Balancer.TakeCensus) message;
                  census.replyTo().tell(new Balancer.Roll(census.epoch(), Set.of()));
                  return Behaviors.same();
                }));
    ActorRef<Balancer.Command> agent =
        KIT.spawn(
            Agent.create(
                "farm",
                new Roster.Holder(ModelCluster.ROSTER),
                new Agent.Estate("farm", ModelCluster.SETTINGS),
                around,
                nobodyYet));
    agents.put(node, agent.unsafeUpcast());
  }

  @BeforeEach
  void meet() throws InterruptedException {
    startAgent(HOME);
    startAgent(OTHER);
    SharedBalancer.Surroundings around =
        new SharedBalancer.Surroundings(
            new Supervision(new SupervisionSettings(0, Duration.ofHours(1)), false),
            ModelCluster.TIMES,
            new CountingPost(HOME),
            () -> 0,
            ModelCluster.CLOCK);
    PoolSpec spec =
        new PoolSpec("farm", ModelCluster.SETTINGS, new Roster.Holder(ModelCluster.ROSTER));
    balancer =
        KIT.spawn(SharedBalancer.create(spec, BALLOT, Set.of(HOME, OTHER), Map.of(), around));
    acquire(OTHER);
    ManualTime time = ManualTime.get(KIT.system());
    SessionMessage message;
    do {
      time.timePasses(AGENTS_TICK);
      message = heard.poll(20, TimeUnit.MILLISECONDS);
    } while (!(message instanceof Balancer.Granted));
    crossed.clear();
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private LeaseId acquire(NodeId node) {
    LeaseId lease = new LeaseId(++sessions, 1);
    agents.get(node).tell(new Balancer.Acquire(lease, 0, 0, Wish.anything(), CLIENT, session));
    return lease;
  }

  private Slot slotOf(LeaseId lease) throws InterruptedException {
    SessionMessage message = heard.take();
    while (message instanceof Balancer.Queued) {
      message = heard.take();
    }
    Balancer.Granted granted = (Balancer.Granted) message;
    assertEquals(lease, granted.lease());
    return granted.slot();
  }

  @Test
  void anAcquireCostsOneLetterToTheHomeAndOneBack() throws Exception {
    slotOf(acquire(OTHER));

    assertEquals(List.of("to home [Acquire]", "to other [Granted]"), crossed);
  }

  @Test
  void anAcquireOnTheHomeCostsNone() throws Exception {
    slotOf(acquire(HOME));

    assertEquals(List.of(), crossed);
  }

  @Test
  void aSlotThatBecomesFreeReachesWhoWaitsByOneLetter() throws Exception {
    LeaseId last = acquire(HOME);
    Slot slot = slotOf(last);
    for (int used = 2; used < SLOTS; used++) {
      last = acquire(HOME);
      slot = slotOf(last);
    }
    LeaseId waits = acquire(OTHER);
    while (crossed.size() < 2) {
      Thread.onSpinWait();
    }
    assertEquals(List.of("to home [Acquire]", "to other [Queued]"), crossed);
    crossed.clear();

    agents.get(HOME).tell(new Balancer.Release(last, slot, new Outcome.Unused()));
    slotOf(waits);

    assertEquals(List.of("to other [Granted]"), crossed);
  }
}
