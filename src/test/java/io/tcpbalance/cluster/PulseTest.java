package io.tcpbalance.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpbalance.cluster.mail.NodeId;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PulseTest {

  private static final NodeId A = new NodeId("a", 1, 1);
  private static final NodeId B = new NodeId("b", 1, 2);
  private static final NodeId C = new NodeId("c", 1, 3);

  @Test
  void countsFromTheQuestionAndNotFromItsAnswer() {
    Pulse pulse = new Pulse(A, 0);
    pulse.voters(Set.of(A, B, C));
    long question = pulse.ask(100);

    pulse.answered(B, question);

    assertEquals(100, pulse.majorityAtNanos(5000));
  }

  @Test
  void needsMoreThanHalf() {
    Pulse pulse = new Pulse(B, 0);
    pulse.voters(Set.of(A, B, C));
    pulse.ask(100);

    assertEquals(0, pulse.majorityAtNanos(5000), "alone of three");
  }

  @Test
  void letsHalfDoWithTheLowestAddress() {
    Pulse lowest = new Pulse(A, 0);
    lowest.voters(Set.of(A, B));
    Pulse highest = new Pulse(B, 0);
    highest.voters(Set.of(A, B));

    assertEquals(5000, lowest.majorityAtNanos(5000));
    assertEquals(0, highest.majorityAtNanos(5000));
  }

  @Test
  void takesTheLatestMomentThatEnoughHaveSeen() {
    Pulse pulse = new Pulse(A, 0);
    Set<NodeId> five = Set.of(A, B, C, new NodeId("d", 1, 4), new NodeId("e", 1, 5));
    pulse.voters(five);
    long first = pulse.ask(100);
    long second = pulse.ask(200);

    pulse.answered(B, second);
    pulse.answered(C, first);

    assertEquals(100, pulse.majorityAtNanos(5000));
  }

  @Test
  void asksOthersWhereItHasNoVoice() {
    Pulse pulse = new Pulse(C, 0);
    pulse.voters(Set.of(A));

    assertEquals(0, pulse.majorityAtNanos(5000));
    pulse.answered(A, pulse.ask(6000));
    assertEquals(6000, pulse.majorityAtNanos(7000));
  }

  @Test
  void forgetsWhoIsNoMemberAnyMore() {
    Pulse pulse = new Pulse(C, 0);
    pulse.voters(Set.of(A, B, C));
    pulse.answered(A, pulse.ask(100));
    pulse.voters(Set.of(B, C));

    assertEquals(0, pulse.majorityAtNanos(5000));
  }
}
