package io.tcpbalance.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpbalance.cluster.mail.Ballot;
import io.tcpbalance.cluster.mail.NodeId;
import io.tcpbalance.cluster.mail.Stamp;
import io.tcpbalance.cluster.mail.ToNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BalancerSightTest {

  private static final FenceTimes TIMES = FenceTimes.of(Duration.ofSeconds(4));
  private static final NodeId A = new NodeId("a", 1, 1);
  private static final NodeId B = new NodeId("b", 1, 2);

  private final BalancerSight sight = new BalancerSight(TIMES);

  private String trouble(Contact contact, long nowNanos) {
    return sight.trouble(contact, nowNanos).orElse("none");
  }

  private void granting() {
    sight.begins(new Ballot(5, A), 0);
    sight.rosterIs(new Stamp(5, 1));
  }

  @Test
  void tellsOfANodeThatHasNotJoined() {
    assertEquals(
        "this daemon has not joined the others of its cluster yet", trouble(Contact.LOST, 0));
  }

  @Test
  void seesThatItGrantsByItsRoster() {
    sight.begins(new Ballot(5, A), 0);
    sight.rosterIs(new Stamp(4, 9));
    assertEquals("a:1 counts which slots are in use", trouble(Contact.KEPT, 0));

    sight.rosterIs(new Stamp(5, 1));

    assertEquals("none", trouble(Contact.KEPT, 0));
  }

  @Test
  void tellsWhomTheBalancerWaitsFor() {
    sight.begins(new Ballot(5, A), 0);
    sight.counts(new ToNode.Counting(List.of(B), List.of(A, B)));

    assertEquals(
        "a:1 counts which slots are in use, and waits for the answer of b:1 and the time to be over"
            + " that a:1, b:1 may use its slots",
        trouble(Contact.KEPT, 0));
  }

  @Test
  void tellsThatTheMajorityIsGone() {
    granting();

    assertEquals("no majority of the cluster answers", trouble(Contact.MISSED, 0));
    assertEquals(
        "no majority of the cluster answers, and all slots were taken from the clients here",
        trouble(Contact.LOST, 0));
  }

  @Test
  void tellsThatTheBalancerIsSilent() {
    granting();
    sight.heard(10);
    long quiet = 10 + TIMES.quietAfterNanos();

    assertEquals(Optional.empty(), sight.trouble(Contact.KEPT, quiet - 1));
    assertEquals("a:1, which gives the slots, does not answer", trouble(Contact.KEPT, quiet));
  }

  @Test
  void beginsAnewWithEachBalancer() {
    granting();

    sight.begins(new Ballot(6, B), 0);

    assertEquals("b:1 counts which slots are in use", trouble(Contact.KEPT, 0));
  }
}
