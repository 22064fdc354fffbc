package io.tcpbalance.cluster.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.Balancer.Slot;
import io.tcpbalance.balancer.Learning;
import io.tcpbalance.balancer.LeaseId;
import io.tcpbalance.balancer.Observation;
import io.tcpbalance.balancer.OperationRefused;
import io.tcpbalance.balancer.Outcome;
import io.tcpbalance.balancer.Placement;
import io.tcpbalance.balancer.RemoteSession;
import io.tcpbalance.balancer.Roster;
import io.tcpbalance.balancer.WaitingClient;
import io.tcpbalance.balancer.Wish;
import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.OperatorState;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PieceTest {

  /** Artery's, of a message. */
  private static final int MOST_BYTES = 256 * 1024;

  /** As many bytes in UTF-8 as there can be for a char. */
  private static final String LONG = "\u20ac".repeat(300);

  private static final LeaseId LEASE = new LeaseId(Long.MAX_VALUE, Integer.MAX_VALUE);
  private static final Slot SLOT = new Slot(LONG, LONG, 65_535);
  private static final NodeId NODE = new NodeId(LONG, 65_535, Long.MIN_VALUE);
  private static final InetSocketAddress CLIENT = InetSocketAddress.createUnresolved(LONG, 65_535);

  private static BackendSettings settings(int compilers) {
    return new BackendSettings(
        LONG, LONG, 65_535, 100_000, OperatorState.DRAIN, Collections.nCopies(compilers, LONG));
  }

  private static BackendStatus status(int compilers) {
    return new BackendStatus(
        LONG,
        LONG,
        65_535,
        OperatorState.DRAIN,
        true,
        true,
        true,
        Integer.MIN_VALUE,
        new Learning(true, Integer.MIN_VALUE, OptionalInt.of(Integer.MIN_VALUE)),
        Integer.MIN_VALUE,
        Collections.nCopies(compilers, LONG),
        Integer.MIN_VALUE,
        Integer.MIN_VALUE,
        Optional.of(LONG),
        Optional.of(Instant.MAX),
        Long.MIN_VALUE,
        Long.MIN_VALUE,
        Long.MIN_VALUE,
        Long.MIN_VALUE);
  }

  private static RosterPart roster(int compilers) {
    Roster roster = new Roster(Instant.MAX, List.of(status(compilers)));
    return RosterPart.of(new Stamp(Long.MIN_VALUE, Long.MIN_VALUE), roster).get(0);
  }

  private static List<ToPool> toPool() {
    List<ToPool> items = new ArrayList<>();
    items.add(new ToPool.Begin(new Stamp(1, 2), Long.MIN_VALUE, Map.of(NODE, Long.MIN_VALUE)));
    Wish wish = new Wish(LONG, Set.of(LONG), Set.of(LONG), Optional.of(LONG));
    items.add(new ToPool.Acquire(LEASE, Long.MIN_VALUE, Long.MIN_VALUE, wish, CLIENT));
    items.add(new ToPool.Holds(LEASE, SLOT, true));
    long most = Long.MIN_VALUE;
    Outcome finished = new Outcome.Finished(most, most, most, Optional.of(LONG), true);
    items.add(new ToPool.Release(LEASE, SLOT, finished));
    items.add(new ToPool.Release(LEASE, SLOT, new Outcome.Aborted(most, most, most)));
    items.add(new ToPool.Release(LEASE, SLOT, new Outcome.ConnectFailed(LONG, true)));
    items.add(new ToPool.Blame(LEASE, LONG, LONG));
    items.add(new ToPool.Observed(LONG, Observation.UNREACHABLE, LONG));
    items.add(new ToPool.Learned(LONG, Integer.MIN_VALUE));
    Placement placement = new Placement.After(LONG);
    List<Question> questions =
        List.of(
            new Question.Add(settings(3), placement),
            new Question.Change(
                LONG,
                Optional.of(OperatorState.DRAIN),
                Optional.empty(),
                Optional.of(placement),
                Optional.of(List.of(LONG, LONG))),
            new Question.Reset(LONG),
            new Question.Remove(LONG, true),
            new Question.Rearrange(new Stamp(1, 2), Collections.nCopies(100, settings(2))));
    questions.forEach(question -> items.add(new ToPool.Ask(Long.MIN_VALUE, question)));
    items.add(roster(1000));
    return items;
  }

  private static List<ToNode> toNode() {
    List<ToNode> items = new ArrayList<>();
    items.add(new ToNode.Granted(LEASE, SLOT, Long.MIN_VALUE));
    items.add(new ToNode.BackendLost(LEASE, LONG));
    items.add(new ToNode.HealthChanged(LONG, true, true, LONG, Instant.MAX));
    items.add(new ToNode.Counting(List.of(NODE, NODE), List.of(NODE)));
    WaitingClient client =
        new WaitingClient(
            Integer.MIN_VALUE, Long.MIN_VALUE, CLIENT, Long.MIN_VALUE, Optional.of(LONG));
    RemoteSession holder = new RemoteSession(LONG, Long.MIN_VALUE, LONG, true);
    List<Answer.Counts> counts = Collections.nCopies(1000, Answer.Counts.of(status(0)));
    List<Answer> answers =
        List.of(
            new Answer.Pool(
                Instant.MAX, Integer.MIN_VALUE, counts, Collections.nCopies(1000, holder)),
            new Answer.Waiting(Collections.nCopies(1000, client)),
            new Answer.Backend(status(1000)),
            new Answer.Rearranged(
                Collections.nCopies(100, settings(0)), Collections.nCopies(100, settings(9))),
            new Answer.Refused(OperationRefused.Kind.CONFLICT, LONG));
    answers.forEach(answer -> items.add(new ToNode.Answered(Long.MIN_VALUE, answer)));
    items.add(roster(1000));
    return items;
  }

  @Test
  void noItemTakesMoreBytesThanItSays() {
    List<ToPool> toPool = new ArrayList<>(toPool());
    List<ToNode> toNode = new ArrayList<>(toNode());
    for (Mail mail : Mails.all().values()) {
      if (mail instanceof Mail.FromNode m) {
        toPool.addAll(m.frame().items());
      } else if (mail instanceof Mail.FromPool m) {
        toNode.addAll(m.frame().items());
      }
    }

    toPool.forEach(item -> assertBounded(item, ToPoolCodec.write(item)));
    toNode.forEach(item -> assertBounded(item, ToNodeCodec.write(item)));
  }

  private static void assertBounded(Item item, Out written) {
    int bytes = 5 + written.toBytes().length;

    assertTrue(bytes <= item.roughBytes(), () -> bytes + " bytes: " + item);
  }

  @Test
  void whatIsTooLargeForAMessageComesInPieces() {
    Piece.Assembly<ToPool> atPool = Piece.Assembly.toPool();
    for (ToPool item : toPool()) {
      List<ToPool> pieces = Piece.of(item);
      pieces.forEach(piece -> assertSmall(Mails.fromNode(piece)));
      List<ToPool> whole = pieces.stream().map(atPool::add).flatMap(Optional::stream).toList();
      assertEquals(List.of(item), whole);
    }
    Piece.Assembly<ToNode> atNode = Piece.Assembly.toNode();
    for (ToNode item : toNode()) {
      List<ToNode> pieces = Piece.of(item);
      pieces.forEach(piece -> assertSmall(Mails.fromPool(piece)));
      List<ToNode> whole = pieces.stream().map(atNode::add).flatMap(Optional::stream).toList();
      assertEquals(List.of(item), whole);
    }
  }

  private static void assertSmall(Mail mail) {
    int bytes = MailCodec.encode(mail).length;

    assertTrue(bytes < MOST_BYTES / 4, bytes + " bytes");
  }

  @Test
  void leavesWholeWhatFits() {
    ToPool item =
        new ToPool.Ask(
            1,
            new Question.Rearrange(
                Stamp.NONE,
                IntStream.range(0, 400)
                    .mapToObj(
                        i ->
                            new BackendSettings(
                                "bld" + i, "bld.example", 1, 1, OperatorState.UP, List.of()))
                    .toList()));

    assertTrue(item.roughBytes() > 32_768);
    assertEquals(List.of(item), Piece.of(item));
  }
}
