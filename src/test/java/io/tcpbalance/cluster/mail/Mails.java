package io.tcpbalance.cluster.mail;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.Balancer.Slot;
import io.tcpbalance.balancer.Learning;
import io.tcpbalance.balancer.LeaseId;
import io.tcpbalance.balancer.Observation;
import io.tcpbalance.balancer.OperationRefused;
import io.tcpbalance.balancer.Outcome;
import io.tcpbalance.balancer.Placement;
import io.tcpbalance.balancer.Refusal;
import io.tcpbalance.balancer.RemoteSession;
import io.tcpbalance.balancer.WaitingClient;
import io.tcpbalance.balancer.Wish;
import io.tcpbalance.cluster.mail.Mail.Frame;
import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.SlotLimit;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.pekko.util.ByteString;

/** Mail of every kind. */
final class Mails {

  static final NodeId NODE = new NodeId("bld1.example", 2551, -4_711_000_000_000L);
  static final Ballot BALLOT = new Ballot(7, NODE);
  private static final LeaseId LEASE = new LeaseId(1L << 39, 2);
  private static final Slot SLOT = new Slot("fast", "fast.example", 3632);
  private static final Instant AT = Instant.parse("2026-03-04T05:06:07.089Z");
  private static final BackendSettings BACKEND =
      new BackendSettings(
          "fast", "fast.example", 3632, 4, OperatorState.DRAIN, List.of("gcc-*", "clang"));

  private Mails() {}

  /** By name, for a person who looks for one. */
  static Map<String, Mail> all() {
    Map<String, Mail> all = new LinkedHashMap<>();
    all.put("pulse", new Mail.Pulse(300));
    all.put("echo", new Mail.Echo(300, Map.of(NODE, 12_500L)));
    all.put("farewell", new Mail.Farewell());
    all.put("superseded", new Mail.Superseded("distcc", BALLOT));
    toPool().forEach((name, item) -> all.put("to pool: " + name, fromNode(item)));
    toNode().forEach((name, item) -> all.put("to node: " + name, fromPool(item)));
    all.put("several", fromNode(new ToPool.Connected(LEASE), new ToPool.SessionEnded(9)));
    return all;
  }

  static Mail fromNode(ToPool... items) {
    return new Mail.FromNode("distcc", BALLOT, 3, new Frame<>(1000, 70_000, List.of(items)));
  }

  static Mail fromPool(ToNode... items) {
    return new Mail.FromPool("distcc", BALLOT, 3, new Frame<>(1000, 70_000, List.of(items)));
  }

  private static Map<String, ToPool> toPool() {
    Wish wish = new Wish("gcc", Set.of("slow"), Set.of("dead"), Optional.of("fast"));
    Map<String, ToPool> all = new LinkedHashMap<>();
    all.put("begin", new ToPool.Begin(new Stamp(6, 12), 99, Map.of(NODE, 1L)));
    all.put("acquire", new ToPool.Acquire(LEASE, 5, 123_456_789_012L, wish, client()));
    all.put("holds", new ToPool.Holds(LEASE, SLOT, true));
    all.put("census end", new ToPool.CensusEnd());
    all.put("connected", new ToPool.Connected(LEASE));
    all.put("release", release(new Outcome.Finished(1, 2, 3, Optional.of("reset"), true)));
    all.put("aborted", release(new Outcome.Aborted(4, 5, 6)));
    all.put("not reached", release(new Outcome.ConnectFailed("refused", true)));
    all.put("unused", release(new Outcome.Unused()));
    all.put("blame", new ToPool.Blame(LEASE, "fast", "no answer"));
    all.put("withdraw", new ToPool.Withdraw(LEASE));
    all.put("session ended", new ToPool.SessionEnded(4));
    all.put("observed", new ToPool.Observed("fast", Observation.FAILS_JOBS, "no object file"));
    all.put("learned", new ToPool.Learned("fast", 12));
    all.put("roster", roster());
    all.put("piece", new Piece(ByteString.fromArray(new byte[] {1, -2, 3}), false));
    all.put("ask state", new ToPool.Ask(1, new Question.Describe()));
    all.put("ask waiting", new ToPool.Ask(2, new Question.ListWaiting(10)));
    all.put("add", new ToPool.Ask(3, new Question.Add(BACKEND, new Placement.After("slow"))));
    all.put("add first", new ToPool.Ask(4, new Question.Add(BACKEND, new Placement.First())));
    all.put(
        "change",
        new ToPool.Ask(
            5,
            new Question.Change(
                "fast",
                Optional.of(OperatorState.UP),
                Optional.of(SlotLimit.of(8)),
                Optional.of(new Placement.Last()),
                Optional.of(List.of("gcc")))));
    all.put(
        "change to auto",
        new ToPool.Ask(
            6,
            new Question.Change(
                "fast",
                Optional.empty(),
                Optional.of(SlotLimit.AUTO),
                Optional.empty(),
                Optional.empty())));
    all.put("reset", new ToPool.Ask(7, new Question.Reset("fast")));
    all.put("reset all", new ToPool.Ask(8, new Question.ResetAll()));
    all.put("remove", new ToPool.Ask(9, new Question.Remove("fast", true)));
    all.put(
        "rearrange",
        new ToPool.Ask(10, new Question.Rearrange(new Stamp(6, 12), List.of(BACKEND))));
    return all;
  }

  private static ToPool release(Outcome outcome) {
    return new ToPool.Release(LEASE, SLOT, outcome);
  }

  private static Map<String, ToNode> toNode() {
    Map<String, ToNode> all = new LinkedHashMap<>();
    all.put("granted", new ToNode.Granted(LEASE, SLOT, 77));
    all.put("queued", new ToNode.Queued(LEASE, 78));
    all.put("refused", new ToNode.Refused(LEASE, Refusal.QUEUE_FULL));
    all.put("evicted", new ToNode.Evicted(LEASE));
    all.put("backend lost", new ToNode.BackendLost(LEASE, "no route to host"));
    all.put("health", new ToNode.HealthChanged("fast", false, true, "refused", AT));
    all.put("roster", roster());
    all.put("piece", new Piece(ByteString.fromArray(new byte[] {1, -2, 3}), true));
    all.put("counting", new ToNode.Counting(List.of(NODE), List.of(NODE, NODE)));
    all.put(
        "pool with holders",
        answered(
            new Answer.Pool(
                AT, 0, List.of(), List.of(new RemoteSession("b:2", 12, "fast", true)))));
    all.put(
        "waiting elsewhere",
        answered(
            new Answer.Waiting(
                List.of(new WaitingClient(1, 2, client(), 3, Optional.of("b:25520"))))));
    all.put(
        "pool", answered(new Answer.Pool(AT, 12, List.of(Answer.Counts.of(status())), List.of())));
    all.put(
        "waiting",
        answered(
            new Answer.Waiting(List.of(new WaitingClient(1, 2, client(), 3, Optional.empty())))));
    all.put("backend", answered(new Answer.Backend(status())));
    all.put("rearranged", answered(new Answer.Rearranged(List.of(BACKEND), List.of())));
    all.put(
        "not done", answered(new Answer.Refused(OperationRefused.Kind.UNKNOWN, "no back-end 'x'")));
    return all;
  }

  private static ToNode answered(Answer answer) {
    return new ToNode.Answered(44, answer);
  }

  private static RosterPart roster() {
    return new RosterPart(new Stamp(6, 12), AT, 0, true, List.of(status()));
  }

  private static BackendStatus status() {
    return new BackendStatus(
        "fast",
        "fast.example",
        3632,
        OperatorState.UP,
        true,
        false,
        true,
        4,
        new Learning(true, 3633, OptionalInt.of(4)),
        1,
        List.of("gcc"),
        1,
        0,
        Optional.of("connection reset"),
        Optional.of(AT),
        1234,
        5_000_000,
        1L << 50,
        -1);
  }

  private static InetSocketAddress client() {
    try {
      byte[] ip = {10, 0, (byte) 200, 7};
      return new InetSocketAddress(InetAddress.getByAddress(ip), 40_000);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
