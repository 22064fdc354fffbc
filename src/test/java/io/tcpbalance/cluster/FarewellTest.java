package io.tcpbalance.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.cluster.mail.Letter;
import io.tcpbalance.cluster.mail.Mail;
import io.tcpbalance.cluster.mail.NodeId;
import io.tcpbalance.config.SupervisionSettings;
import io.tcpbalance.supervision.Supervision;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FarewellTest {

  private static final NodeId A = new NodeId("a", 1, 1);
  private static final NodeId B = new NodeId("b", 1, 1);
  private static final long PATIENCE = Farewell.PATIENCE.toNanos();
  private static final int LETTERS = 20;

  private final Farewell farewell = new Farewell(7, -1);
  private final AtomicLong nowNanos = new AtomicLong();
  private final BlockingQueue<Mail> heard = new LinkedBlockingQueue<>();

  @Test
  void isOverOnceAllHaveHeardIt() {
    assertFalse(farewell.isTimeToLeave(Set.of(A, B), 0));
    farewell.answered(A, 7);
    assertFalse(farewell.isTimeToLeave(Set.of(A, B), 0));
    farewell.answered(B, 6);
    assertFalse(farewell.isTimeToLeave(Set.of(A, B), 0), "that was asked before");
    farewell.answered(B, 8);

    assertTrue(farewell.isTimeToLeave(Set.of(A, B), 0));
    assertFalse(farewell.isTimeToLeave(Set.of(A, B), PATIENCE), "once is enough");
  }

  @Test
  void waitsForNobodyWhoIsGone() {
    farewell.answered(A, 7);

    assertTrue(farewell.isTimeToLeave(Set.of(A), 0));
  }

  @Test
  void doesNotWaitForLong() {
    assertFalse(farewell.isTimeToLeave(Set.of(A), PATIENCE - 2));
    assertTrue(farewell.isTimeToLeave(Set.of(A), PATIENCE - 1));
  }

  /** Hears letters where the other node's actor does. */
  private Behavior<Object> listener(CompletableFuture<Address> address) {
    return Behaviors.setup(
        context -> {
          Cluster cluster = Cluster.get(context.getSystem());
          Address here = cluster.selfMember().address();
          cluster.manager().tell(Join.create(here));
          address.complete(here);
          context.spawn(
              Behaviors.receive(Object.class)
                  .onMessage(
                      Letter.class,
                      letter -> {
                        heard.add(letter.mail());
                        return Behaviors.same();
                      })
                  .build(),
              "nodes");
          return Behaviors.empty();
        });
  }

  private Behavior<Object> leaver(Address seed, CompletableFuture<ActorRef<Object>> nodes) {
    return Behaviors.setup(
        context -> {
          Cluster cluster = Cluster.get(context.getSystem());
          cluster.manager().tell(Join.create(seed));
          FenceTimes times = FenceTimes.of(Duration.ofSeconds(10));
          Nodes.Estate estate =
              new Nodes.Estate(Post.idOf(cluster.selfMember()), times, nowNanos.get());
          Supervision supervision =
              new Supervision(new SupervisionSettings(2, Duration.ofSeconds(30)), false);
          Post post =
              new Post(
                  context.getSystem(),
                  Post.idOf(cluster.selfMember()),
                  context.getSelf().path().child("nodes"));
          nodes.complete(
              context.spawn(
                  Nodes.create(
                      new Nodes.Surroundings(
                          supervision, times, false, nowNanos::get, ModelCluster.CLOCK),
                      estate,
                      new Vitals(nowNanos.get()),
                      post),
                  "nodes"));
          return Behaviors.empty();
        });
  }

  private Mail awaitMail(Class<? extends Mail> kind) throws InterruptedException {
    Mail mail = heard.take();
    while (!kind.isInstance(mail)) {
      mail = heard.take();
    }
    return mail;
  }

  @Test
  void aNodeStaysUntilTheOtherHasHeardIt() throws Exception {
    CompletableFuture<Address> seed = new CompletableFuture<>();
    CompletableFuture<ActorRef<Object>> nodes = new CompletableFuture<>();
    try (RunningNode stays = new RunningNode("host = 127.0.0.1, port = 0", listener(seed));
        RunningNode leaves =
            new RunningNode("host = 127.0.0.2, port = 0", leaver(seed.join(), nodes))) {
      stays.awaitMembers("127.0.0.1", "127.0.0.2");
      leaves.awaitMembers("127.0.0.1", "127.0.0.2");
      Cluster cluster = Cluster.get(leaves.system());

      nodes.join().tell(Nodes.Depart.INSTANCE);

      for (int i = 0; i < LETTERS; i++) {
        awaitMail(Mail.Farewell.class);
      }
      assertEquals(MemberStatus.up(), cluster.selfMember().status(), "nobody has answered yet");
      heard.clear();
      awaitMail(Mail.Farewell.class);
      Mail.Pulse behind = (Mail.Pulse) heard.take();
      NodeId from = Post.idOf(Cluster.get(stays.system()).selfMember());
      nodes
          .join()
          .tell(
              new Letter(
                  from, Post.idOf(cluster.selfMember()), new Mail.Echo(behind.number(), Map.of())));
      stays.awaitMembers("127.0.0.1");
    }
  }
}
